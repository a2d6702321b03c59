"""One file packed by gzip, bzip2, xz or Zstandard: a tar, or an archive of one member; and what stands behind it."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import IO, TYPE_CHECKING

from vaern.scanning import tars
from vaern.scanning.members import Archive, Member, stray
from vaern.scanning.unpacker import FAULTS, PACKINGS, Packing, Unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

_BUFFER = 1 << 16
_NAMELESS = "unpacked"
_GZIP_NAMED, _GZIP_EXTRA = 8, 4


def opened(stream: IO[bytes], head: bytes, start: int) -> Archive | None:
    """The archive that is packed here, or `None`; `head` is the first block."""
    packing = next((packing for packing in PACKINGS if head.startswith(packing.magic)), None)
    if packing is None:
        return None
    unpacked = Unpacked(stream, packing)
    plain = io.BufferedReader(unpacked, _BUFFER)
    try:
        block = plain.read(tars.BLOCK)
    except FAULTS:
        return None  # not even the first block: no sign that it is packed
    if tars.is_tar(block):
        plain.seek(0)
        members = tars.members(plain, start, direct=False, behind=lambda at: _behind(stream, unpacked, at))
        return Archive("application/x-compressed-tar", members)
    return Archive(packing.mime, _alone(stream, head, packing, start))


def _alone(stream: IO[bytes], head: bytes, packing: Packing, start: int) -> Iterator[Member]:
    last = Unpacked(stream, packing)

    def content() -> IO[bytes]:
        nonlocal last
        last = Unpacked(stream, packing)
        return io.BufferedReader(last, _BUFFER)

    if start == 0:
        yield Member(0, _name(head), size=0, modified=None, open=content)
    if start <= 1:
        yield from _behind(stream, last if last.ended else Unpacked(stream, packing), 1)


def _behind(stream: IO[bytes], unpacked: Unpacked, index: int) -> Iterator[Member]:
    """What stands behind the last packed stream, if that can be found."""
    with suppress(*FAULTS):  # of a damaged one it was said already that it cannot be unpacked
        if not unpacked.ended:
            unpacked.seek(0, io.SEEK_END)
    if unpacked.behind is not None:
        yield stray(stream, index, unpacked.behind, stream.seek(0, io.SEEK_END))


def _name(head: bytes) -> str:
    """The name that gzip keeps (RFC 1952, 2.3); the others keep none."""
    if head[:2] != b"\x1f\x8b" or head[3:4] in (b"", b"\0") or not head[3] & _GZIP_NAMED:
        return _NAMELESS
    at = 12 + int.from_bytes(head[10:12], "little") if head[3] & _GZIP_EXTRA else 10
    return head[at:].partition(b"\0")[0].decode("latin-1") or _NAMELESS
