"""Foreign programs that read what we write and write what we read.

`threatexchange` is no dependency: where no Python of this tree has it (`make bench-setup`), and `VAERN_THREATEXCHANGE`
names none that does, its tests are skipped and say so; in CI they fail.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT, imports, missing

PACKAGE = "threatexchange"


def python_with(package: str) -> str:
    """The first Python that can import a package: the one that is named, this one, or that of `.venv`; "" if none."""
    named = os.environ.get("VAERN_THREATEXCHANGE", "")
    for python in filter(None, (named, sys.executable, str(ROOT / ".venv" / "bin" / "python"))):
        if Path(python).exists() and imports(Path(python), package):
            return python
    return ""


@pytest.fixture(scope="session")
def second_reader() -> str:
    """The Python that can import `threatexchange`."""
    found = python_with(PACKAGE)
    if not found:
        missing(f"no Python has {PACKAGE} (make bench-setup brings it, or VAERN_THREATEXCHANGE names one)")
    return found
