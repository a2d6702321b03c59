"""Thumbnail caches of Windows since Vista (`thumbcache_*.db`, `iconcache_*.db`): every picture in one is a member.

As libwtcdb describes them (Metz, *Windows Explorer Thumbnail Cache database format*): a header, then entries one behind
the other, each with its own length. The number of entries in the header is not to be relied on. A picture outlives the
file that it shows; by which name that was known stands in the index of Windows Search (`System_ThumbnailCacheId`).
"""

from __future__ import annotations

import codecs
import io
import struct
from functools import partial
from typing import IO, TYPE_CHECKING, NamedTuple

from vaern.hashing.content import recognise
from vaern.scanning.members import DamagedError, Member, Window

if TYPE_CHECKING:
    from collections.abc import Iterator

VISTA, SEVEN = 20, 21
"""Versions of the format whose entries have a layout of their own; Windows 8, 8.1, 10 and 11 write 30 to 32."""

_HEADER = struct.Struct("<4s5I")
_SIGNATURE = b"CMMM"
_BUFFER = 1 << 16
_TOLD_BY = 32  # bytes by which those below are told
_EXTENSIONS = {"image/jpeg": ".jpg", "image/png": ".png", "image/bmp": ".bmp"}
codecs.lookup("utf_16_le")  # a locked worker loads none


class _Layout(NamedTuple):
    """Of the head of an entry: its fields up to the length of its data, and how long it is."""

    fields: struct.Struct
    size: int


# Signature, length of the entry, hash, (extension of the file, on Vista), lengths of identifier, padding and data.
_LAYOUTS = {VISTA: _Layout(struct.Struct("<4sIQ8x3I"), 56), SEVEN: _Layout(struct.Struct("<4sIQ3I"), 48)}
_LATER = _Layout(struct.Struct("<4sIQ3I"), 56)


def of_cache(stream: IO[bytes]) -> Iterator[Member]:
    """The pictures of a cache in the order of its entries, each by its identifier.

    Raises:
        DamagedError: it is damaged; what stands before that was given.
    """
    end = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    header = stream.read(_HEADER.size)
    if len(header) < _HEADER.size:
        raise DamagedError("the thumbnail cache is damaged or truncated")
    _, version, _, at, _, _ = _HEADER.unpack(header)
    layout, at = _LAYOUTS.get(version, _LATER), at or _HEADER.size
    while at < end:
        stream.seek(at)
        head = stream.read(layout.size)
        if not head.strip(b"\0"):
            return  # room that was never used
        if len(head) < layout.size or not head.startswith(_SIGNATURE):
            raise DamagedError("the thumbnail cache is damaged or truncated")
        _, length, key, named, padding, size = layout.fields.unpack_from(head)
        begin = at + layout.size + named + padding
        if begin + size > at + length or (size and at + length > end):
            raise DamagedError("the thumbnail cache is damaged or truncated")
        if size:
            name = stream.read(named).decode("utf-16-le", "replace").rstrip("\0") or f"{key:016x}"
            yield _picture(stream, name, begin, size)
        at += length


def _picture(stream: IO[bytes], name: str, begin: int, size: int) -> Member:
    place = Window(stream, begin, size)
    extension = _EXTENSIONS.get(recognise(place.read_at(0, _TOLD_BY)), "")
    return Member(0, name + extension, size, None, partial(io.BufferedReader, place, _BUFFER), direct=True)
