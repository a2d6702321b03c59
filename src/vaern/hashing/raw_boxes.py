"""The previews of Canon's CR3, which is boxes of ISO/IEC 14496-12 with some of Canon's own.

After L. Clévy, *Describing the Canon Raw v3 file format*: a thumbnail in a box within `moov`, a preview in a box of the
file, and a JPEG of full size as the first sample of a track.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.hashing.tiff_tree import Look

_CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_PREVIEW = bytes.fromhex("eaf42b5e1c984b88b9fbb7dc406e4d16")
_TRACK = (b"mdia", b"minf", b"stbl")
_MOST = 256
"""Boxes of one box that are read."""


class Box(NamedTuple):
    """A box: its name, where its content begins, and where it ends."""

    name: bytes
    begin: int
    end: int


def previews_in_boxes(look: Look, size: int) -> Iterator[tuple[int, int]]:
    """Where a preview may begin, and how long it says to be."""
    for box in boxes(look, 0, size):
        if box.name == b"moov":
            yield from _of_movie(look, box)
        elif box.name == b"uuid" and look(box.begin, 16) == _PREVIEW:
            yield from _pictures(look, box.begin + 24, box.end)


def boxes(look: Look, at: int, end: int) -> Iterator[Box]:
    """The boxes from one place to another (ISO/IEC 14496-12, 4.2)."""
    for _ in range(_MOST):
        head = look(at, 16)
        if at + 8 > end or len(head) < 8:
            return
        length, begin = int.from_bytes(head[:4], "big"), at + 8
        if length == 1:
            length, begin = int.from_bytes(head[8:16], "big"), at + 16
        after = end if length == 0 else min(at + length, end)
        if after < begin:
            return
        yield Box(head[4:8], begin, after)
        at = after


def _of_movie(look: Look, movie: Box) -> Iterator[tuple[int, int]]:
    for box in boxes(look, movie.begin, movie.end):
        if box.name == b"uuid" and look(box.begin, 16) == _CANON:
            yield from _pictures(look, box.begin + 16, box.end)
        elif box.name == b"trak":
            yield _first_sample(look, box)


def _pictures(look: Look, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The JPEG of boxes `THMB` and `PRVW`: sixteen bytes into them, its length among these."""
    for box in boxes(look, begin, end):
        if place := {b"THMB": 8, b"PRVW": 12}.get(box.name):
            yield box.begin + 16, min(_number(look, box.begin + place, 4), box.end - box.begin - 16)


def _first_sample(look: Look, track: Box) -> tuple[int, int]:
    """Place and length of a track's first sample; zeros where it has none."""
    inside = track
    for name in _TRACK:
        found = next((box for box in boxes(look, inside.begin, inside.end) if box.name == name), None)
        if found is None:
            return 0, 0
        inside = found
    place = length = 0
    for box in boxes(look, inside.begin, inside.end):
        if box.name == b"stsz":
            length = _number(look, box.begin + 4, 4) or _number(look, box.begin + 12, 4)
        elif box.name in {b"stco", b"co64"}:
            place = _number(look, box.begin + 8, 4 if box.name == b"stco" else 8)
    return place, length


def _number(look: Look, at: int, size: int) -> int:
    return int.from_bytes(look(at, size), "big")
