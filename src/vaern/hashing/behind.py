"""What stands behind a picture in the same file: another picture, the film of a motion photo, something unknown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from vaern.hashing import jpeg

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 64
"""Pieces that are told apart; what stands behind them counts as unknown."""

LARGEST = 256 << 20
"""Bytes of a picture behind which something is looked for: they are read into memory."""

_JPEG, _MOVIE = b"\xff\xd8\xff", b"ftyp"
_NEXT = re.compile(rb"\xff\xd8\xff[\xc0-\xfe]|\0.{3}ftyp", re.DOTALL)
_BOXES = {_MOVIE, *b"meta moov mdat moof mfra sidx ssix styp free skip wide uuid udta prft emsg pdin".split()}
_PADDING = re.compile(rb"[\0\xff]*")
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_END = b"\xff\xd9"


class Piece(NamedTuple):
    """A stretch of the file, and what it is: `image/jpeg`, `video/mp4`, or empty where unknown."""

    begin: int
    end: int
    mime: str


def pieces_behind(data: bytes, mime: str) -> list[Piece]:
    """What stands behind the picture of that type that these bytes begin with; padding is nothing."""
    end_of = _ENDS.get(mime)
    at = end_of(data, 0) if end_of else len(data)
    found: list[Piece] = []
    while (at := _PADDING.match(data, at).end()) < len(data):  # type: ignore[union-attr]  # it matches anywhere
        begin, what = _begin(data, at)
        if what == "image/jpeg":
            at = _jpeg_end(data, begin)
        elif what:
            at = _movie_end(data, begin)
        else:
            following = _NEXT.search(data, begin + 1)
            at = following.start() if following and len(found) < MOST else len(data)
        found.append(Piece(begin, at, what if len(found) < MOST else ""))
    return found


def may_hide(mime: str, size: int) -> bool:
    """Whether something may stand behind a picture of this type that is too large to be looked for."""
    return size > LARGEST and mime in _ENDS


def is_stream(data: bytes, pieces: list[Piece]) -> bool:
    """Whether a JPEG is the first frame of many (Motion JPEG), and no photograph with another behind it."""
    if len(pieces) < 2 or any(piece.mime != "image/jpeg" for piece in pieces[:2]):
        return False
    first, second = jpeg.read_header(data), jpeg.read_header(data[pieces[0].begin : pieces[0].end])
    return not first.pictures and (first.width, first.height) == (second.width, second.height)


def _begin(data: bytes, at: int) -> tuple[int, str]:
    """What begins here, and where: padding that was skipped may be the length of a box."""
    if data.startswith(_MOVIE, at + 1) or data.startswith(_MOVIE, at + 2):
        at = data.index(_MOVIE, at) - 4
        return at, "video/mp4"
    if at > 0 and data.startswith(_JPEG[1:], at) and data[at - 1] == 0xFF:
        return at - 1, "image/jpeg"
    return at, ""


def _jpeg_end(data: bytes, at: int) -> int:
    """Behind the end mark of a JPEG, over its segments and scans (ITU-T T.81, B.1.1)."""
    at += 2
    while found := _MARKER.search(data, at):
        at, marker = found.end(), data[found.start() + 1]
        if marker == 0xD9:
            return at
        if marker not in (0x01, 0xD8):
            at += int.from_bytes(data[at : at + 2], "big")
    return len(data)


def _png_end(data: bytes, at: int) -> int:
    """Behind the chunk IEND (PNG, third edition, 5.3)."""
    at += 8
    while at + 12 <= len(data):
        kind, at = data[at + 4 : at + 8], at + 12 + int.from_bytes(data[at : at + 4], "big")
        if kind == b"IEND":
            return min(at, len(data))
    return len(data)


def _movie_end(data: bytes, at: int) -> int:
    """Behind the last box (ISO/IEC 14496-12, 4.2); before one that holds a film (`mpvd` of Samsung's motion photos)."""
    begin = at
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if kind == b"mpvd" and at > begin:
            return at + 8
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + 16], "big")
        if kind not in _BOXES or (kind == _MOVIE and at > begin):
            break
        at += length if length >= 8 else len(data)
    return min(at, len(data)) if at > begin else len(data)


_ENDS: dict[str, Callable[[bytes, int], int]] = {
    "image/jpeg": _jpeg_end,
    "image/png": _png_end,
    "image/heic": _movie_end,
    "image/avif": _movie_end,
}
