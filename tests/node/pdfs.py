"""What another program (Poppler's pdftotext) reads in a PDF that the node made."""

from __future__ import annotations

import shutil
import subprocess

import pytest


def text_of(pdf: bytes | None) -> str:
    """Return the words of a PDF on one line; the test is skipped where there is no pdftotext."""
    if not shutil.which("pdftotext"):
        pytest.skip("no pdftotext: apt-get install poppler-utils")
    assert pdf is not None
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(found.stdout.decode().split())
