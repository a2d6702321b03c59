"""Earlier revisions of a document that was saved on top of itself (ISO 32000-1, 7.5.6): they are still there."""

from __future__ import annotations

import hashlib
import io
import re
from typing import IO, TYPE_CHECKING, Any, BinaryIO, cast

import pikepdf

from vaern.scanning.members import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 16
"""Earlier revisions that are looked at: the latest."""

_END = re.compile(rb"%%EOF(?:\r\n|\r|\n)?")
_LONGEST = 7
_CHUNK = 1 << 20


def earlier(stream: IO[bytes], pdf: pikepdf.Pdf) -> Iterator[tuple[str, Any]]:
    """Pictures and files that only earlier revisions have, the latest of these first.

    A part of the document that does not open by itself is no revision: then the mark stands in a file that is attached,
    or the document is linearized.

    Args:
        stream: the document.
        pdf: its last revision.

    Yields:
        Path of the revision, the first being 1, and the stream.
    """
    ends = _ends(stream)[:-1]
    if not ends:
        return
    known = {_digest(thing) for thing in _kept(pdf)}
    for number, end in list(enumerate(ends, 1))[: -MOST - 1 : -1]:
        part = cast("BinaryIO", io.BufferedReader(Window(stream, 0, end), _CHUNK))
        try:
            older = pikepdf.open(part, access_mode=pikepdf.AccessMode.stream, attempt_recovery=False)
        except pikepdf.PikepdfError:
            continue
        with older:
            for thing in _kept(older):
                digest = _digest(thing)
                if digest not in known:
                    known.add(digest)
                    yield f"revision {number}/", thing


def _ends(stream: IO[bytes]) -> list[int]:
    """Where each mark of an end ends."""
    found: list[int] = []
    place, text = 0, b""
    while True:
        stream.seek(place + len(text))
        chunk = stream.read(_CHUNK)
        text += chunk
        sure = len(text) if not chunk else len(text) - _LONGEST  # a mark from here on may go on
        at = 0
        for mark in _END.finditer(text):
            if mark.start() < sure:
                at = mark.end()
                found.append(place + at)
        if not chunk:
            return found
        keep = max(at, sure)
        place, text = place + keep, text[keep:]


def _kept(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """The streams that are pictures, but no masks of others, or files."""
    masks = set()
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image":
            of_it: list[Any] = [thing.get(key) for key in ("/SMask", "/Mask")]
            masks |= {mask.objgen for mask in of_it if isinstance(mask, pikepdf.Stream)}
    for thing in pdf.objects:
        if not isinstance(thing, pikepdf.Stream) or thing.objgen in masks:
            continue
        if thing.get("/Subtype") == "/Image" or thing.get("/Type") == "/EmbeddedFile":
            yield thing


def _digest(stream: Any) -> bytes:
    return hashlib.blake2b(stream.read_raw_bytes(), digest_size=16).digest()
