"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of other people's test data, which lies beside this repository and is not part of it."""
    folder = ROOT.parent / "shared" / "vectors"
    if not folder.is_dir():
        pytest.skip(f"no published vectors at {folder}")
    return folder


@pytest.fixture(scope="session")
def media() -> Path:
    """The folder of benign test media: `make media` fills it."""
    folder = Path(os.environ.get("VAERN_MEDIA") or ROOT / ".media")
    if not folder.is_dir():
        pytest.skip(f"no test media at {folder}: run `make media`")
    return folder
