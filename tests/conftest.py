"""What every test may ask for, and how long Hypothesis looks for a counterexample."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent

hypothesis.settings.register_profile("quick", max_examples=50, deadline=None)
hypothesis.settings.register_profile("deep", max_examples=2000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("VAERN_HYPOTHESIS", "quick"))


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
