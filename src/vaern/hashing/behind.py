"""What stands behind a picture in the same file: another picture, the film of a motion photo, something unknown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from vaern.hashing import containers, content, jpeg

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 64
"""Pieces that are told apart; what stands behind them counts as unknown."""

LARGEST = 256 << 20
"""Bytes of a picture behind which something is looked for: they are read into memory."""

_JPEG, _MOVIE = b"\xff\xd8\xff", b"ftyp"
_FIRST = [magic for at, magic, _ in containers.MAGIC if at == 0] + [magic for magic, _ in content.MAGIC]
_DISTINCT = [magic for magic in _FIRST if len(magic) >= 5 and len(set(magic) - {0}) >= 4 and not magic.isdigit()]
"""Signatures that stand in nothing else by chance, so that they are looked for within what is unknown too."""
_NEXT = re.compile(rb"\xff\xd8\xff[\xc0-\xfe]|\0.{3}ftyp|" + b"|".join(map(re.escape, _DISTINCT)), re.DOTALL)
_PICTURE = re.compile(rb"\xff\xd8\xff[\xc0-\xfe]|\x89PNG\r\n\x1a\n|GIF8[79]a")
_BOXES = {_MOVIE, *b"meta moov mdat moof mfra sidx ssix styp free skip wide uuid udta prft emsg pdin".split()}
_PADDING = re.compile(rb"[\0\xff]*")
_LONGEST_LEAD = 4  # bytes of padding that may be the first ones of what follows
_TOO_WEAK = {mime for _, mime in content.WEAK} - {"image/bmp", "video/mp2t"}
"""Types whose signature is too short for what may be anything, such as the trailer of a camera's maker."""
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_END = b"\xff\xd9"


class Piece(NamedTuple):
    """A stretch of the file, and the type of what it is, as `image/jpeg`; empty where unknown."""

    begin: int
    end: int
    mime: str


def pieces_behind(data: bytes, mime: str) -> list[Piece]:
    """What stands behind the picture of that type that these bytes begin with; padding is nothing."""
    end_of = _ENDS.get(mime)
    at = end_of(data, 0) if end_of else len(data)
    found: list[Piece] = []
    while (at := _PADDING.match(data, before := at).end()) < len(data):  # type: ignore[union-attr]  # matches anywhere
        begin, what = _begin(data, before, at)
        if what == "image/jpeg":
            at = _jpeg_end(data, begin)
        elif what == "video/mp4":
            at = _movie_end(data, begin)
        elif what:
            at = len(data)  # its end is not known, and what stands behind it is for whoever reads it
        else:
            following = _NEXT.search(data, begin + 1)
            at = following.start() if following and len(found) < MOST else len(data)
        found.append(Piece(begin, at, what if len(found) < MOST else ""))
    return found


def pictures_within(data: bytes) -> list[Piece]:
    """The JPEG, PNG and GIF pictures that stand anywhere in these bytes, whole ones, one behind the other."""
    found: list[Piece] = []
    at = 0
    while start := _PICTURE.search(data, at):
        begin, mime = start.start(), content.recognise(start[0])
        at = _ENDS[mime](data, begin)
        found.append(Piece(begin, at, mime))
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


def _begin(data: bytes, before: int, at: int) -> tuple[int, str]:
    """What begins here, and where: padding that was skipped, from `before` on, may belong to it."""
    if data.startswith(_MOVIE, at + 1) or data.startswith(_MOVIE, at + 2):
        at = data.index(_MOVIE, at) - 4
        return at, "video/mp4"
    if at > 0 and data.startswith(_JPEG[1:], at) and data[at - 1] == 0xFF:
        return at - 1, "image/jpeg"
    for begin in dict.fromkeys([*range(at, max(before, at - _LONGEST_LEAD) - 1, -1), before]):
        if mime := _kind(data[begin : begin + containers.HEAD_BYTES], data[-containers.TAIL_BYTES :]):
            return begin, mime
    return at, ""


def _kind(head: bytes, tail: bytes) -> str:
    """The type of what has a signature of its own, or nothing."""
    mime = content.recognise(head)
    if mime not in {content.UNKNOWN, "image/jpeg"} | _TOO_WEAK:
        return mime
    container = containers.container_of(head, tail)
    return container.mime if container else ""


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


def _gif_end(data: bytes, at: int) -> int:
    """Behind the trailer (GIF89a, section 27), over descriptors and the blocks of their data."""
    at += 13 + _palette(data[at + 10 : at + 11])
    while at < len(data):
        mark = data[at]
        if mark == 0x3B:
            return at + 1
        if mark == 0x2C:
            at += 11 + _palette(data[at + 9 : at + 10])
        elif mark == 0x21:
            at += 2
        else:
            break
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
    return len(data)


def _palette(flags: bytes) -> int:
    """Bytes of the colour table that a descriptor with these flags has."""
    return 3 << ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0


def _webp_end(data: bytes, at: int) -> int:
    """Behind the RIFF chunk (RFC 9649, 2.4), which has an even length."""
    length = int.from_bytes(data[at + 4 : at + 8], "little")
    return min(at + 8 + length + length % 2, len(data))


def _bmp_end(data: bytes, at: int) -> int:
    """Behind the pixels, where these say their own length: many programs write a wrong one of the file."""
    size, pixels = (int.from_bytes(data[at + place : at + place + 4], "little") for place in (2, 10))
    if int.from_bytes(data[at + 14 : at + 18], "little") < 40:
        return len(data)
    width, height = (int.from_bytes(data[at + place : at + place + 4], "little", signed=True) for place in (18, 22))
    bits, method, length = (int.from_bytes(data[at + place : at + place + 4], "little") for place in (28, 30, 34))
    if method in {0, 3, 6}:
        length = (width * (bits & 0xFFFF) + 31) // 32 * 4 * abs(height)
    return min(max(at + size, at + pixels + length), len(data)) if width > 0 and length else len(data)


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
    "image/gif": _gif_end,
    "image/webp": _webp_end,
    "image/bmp": _bmp_end,
    "image/heic": _movie_end,
    "image/avif": _movie_end,
}
