"""What another program (Poppler's pdftotext) reads in a PDF that the node made."""

from __future__ import annotations

import shutil
import subprocess
import tempfile

import pytest

MARKS = (
    b"<pdfaid:part>2</pdfaid:part>",
    b"<pdfaid:conformance>A</pdfaid:conformance>",
    b"<pdfuaid:part>1</pdfuaid:part>",
)
"""What a document of PDF/A-2a and PDF/UA-1 says of itself."""


def text_of(pdf: bytes | None) -> str:
    """Return the words of a PDF on one line; the test is skipped where there is no pdftotext.

    Each is checked on the way: that it says to which standards it keeps, and by qpdf, where that is installed.
    """
    if not shutil.which("pdftotext"):
        pytest.skip("no pdftotext: apt-get install poppler-utils")
    assert pdf is not None
    assert [mark for mark in MARKS if mark not in pdf] == []
    if qpdf := shutil.which("qpdf"):
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(pdf)
            file.flush()
            subprocess.run([qpdf, "--check", file.name], check=True, capture_output=True)
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(found.stdout.decode().split())
