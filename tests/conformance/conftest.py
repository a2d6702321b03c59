"""Foreign programs that read what we write and write what we read.

`threatexchange` is no dependency: where it is not importable, and `VAERN_THREATEXCHANGE` does not name the Python of an
environment that has it, its tests are skipped and say so.
"""

from __future__ import annotations

import importlib.util
import os
import sys

import pytest


@pytest.fixture(scope="session")
def second_reader() -> str:
    """The Python that can import `threatexchange`."""
    python = os.environ.get("VAERN_THREATEXCHANGE", "")
    if not python and importlib.util.find_spec("threatexchange"):
        python = sys.executable
    if not python:
        pytest.skip("threatexchange is not installed, and VAERN_THREATEXCHANGE names no Python that has it")
    return python
