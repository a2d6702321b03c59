"""What all tests share: other people's vectors, and how long Hypothesis looks for a counterexample."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent
VECTORS = ROOT.parent / "shared" / "vectors"

hypothesis.settings.register_profile("quick", max_examples=50, deadline=None)
hypothesis.settings.register_profile("deep", max_examples=2000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("VAERN_HYPOTHESIS", "quick"))


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder with other people's test data (`SOURCES.md` there says whose)."""
    if not VECTORS.is_dir():
        pytest.skip(f"other people's vectors are not here: {VECTORS}")
    return VECTORS
