"""Zip, tar and single packed files, read in place: their members one after another, as streams, within limits.

What is an archive is decided by content: a document of an office suite is a zip, and a photograph with a zip behind
it is one too. What comes with a photograph or with sound, such as the film of a motion photo, is given in the same
way. Names in an archive are text for the report, never a path. This module runs in the worker only.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from vaern.scanning import attached, packed, tars, zips
from vaern.scanning.zip_gaps import LOCAL

if TYPE_CHECKING:
    from vaern.scanning.members import Archive


def recognise(stream: IO[bytes], start: int = 0) -> Archive | None:
    """The archive that this stream is, or `None`; the zip of an AFF4 image holds pieces of a disk and no files.

    Args:
        stream: seekable; must stay open while members are read.
        start: index of the first member to give.

    Raises:
        DamagedError: it begins like a zip, and cannot be read as one.
    """
    stream.seek(0)
    head = stream.read(tars.BLOCK)
    if head.startswith(zips.STARTS):
        if head.startswith(zips.IMAGE, LOCAL):
            return None
        return zips.opened(stream, start)
    # A tar comes before a zip at the end: the last member may be one.
    return (
        packed.opened(stream, head, start)
        or tars.opened(stream, head, start)
        or zips.behind(stream, start)
        or attached.opened(stream, head, start)
    )
