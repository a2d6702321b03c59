"""Documents that are cut off: their end says where all objects are and which comes first, and is put in its place."""

from __future__ import annotations

import io
import re
from typing import IO, BinaryIO, cast

import pikepdf

from vaern.scanning.pdfs.pictures import LARGEST

_OBJECT = re.compile(rb"(?<!\d)(\d{1,8})\s+\d{1,5}\s+obj\b")
_CATALOGUE = re.compile(
    rb"(?<!\d)(\d{1,8}\s+\d{1,5})\s+obj\b(?:(?!endobj|stream).){0,4000}?/Type\s*/Catalog\b", re.DOTALL
)
_TRAILER = b"\ntrailer<</Root %b R>>\nstartxref\n0\n%%%%EOF\n"
_EMPTY = (
    b"\n%d 0 obj<</Type/Catalog/Pages %d 0 R>>endobj"
    b"\n%d 0 obj<</Type/Pages/Count 1/Kids[%d 0 R]>>endobj"
    b"\n%d 0 obj<</Type/Page/Parent %d 0 R/MediaBox[0 0 1 1]>>endobj"
)


def opened(stream: IO[bytes]) -> pikepdf.Pdf:
    """A document as far as it can be read.

    Raises:
        pikepdf.PasswordError: it is encrypted.
        pikepdf.PikepdfError: it cannot be read at all.
    """
    stream.seek(0)
    try:
        return pikepdf.open(cast("BinaryIO", stream), access_mode=pikepdf.AccessMode.stream)
    except pikepdf.PasswordError:
        raise
    except pikepdf.PikepdfError:
        stream.seek(0)
        data = stream.read(LARGEST)
    for found in list(_CATALOGUE.finditer(data))[-1:]:
        try:
            return pikepdf.open(io.BytesIO(data + _TRAILER % found[1]))
        except pikepdf.PikepdfError:
            pass
    return pikepdf.open(io.BytesIO(data + _without_pages(data)))


def _without_pages(data: bytes) -> bytes:
    """The end of a document of one empty page, whose other objects nothing names."""
    first = max((int(found[1]) for found in _OBJECT.finditer(data)), default=0) + 1
    root = _EMPTY % (first, first + 1, first + 1, first + 2, first + 2, first + 1)
    return root + _TRAILER % (b"%d 0" % first)
