"""One file packed by gzip, bzip2 or xz: a tar, or an archive of one member."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from functools import partial
from typing import IO, TYPE_CHECKING, cast

from vaern.scanning import tars
from vaern.scanning.members import Archive, Member

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Unpacker = Callable[[IO[bytes]], IO[bytes]]

FAULTS = (OSError, EOFError, lzma.LZMAError, zlib.error, ValueError)
"""What unpacking raises where the stream is damaged."""

_FORMATS: tuple[tuple[bytes, str, Unpacker], ...] = (
    (b"\x1f\x8b", "application/gzip", lambda stream: cast("IO[bytes]", gzip.GzipFile(fileobj=stream))),
    (b"BZh", "application/x-bzip2", lambda stream: cast("IO[bytes]", bz2.BZ2File(stream))),
    (b"\xfd7zXZ\x00", "application/x-xz", lambda stream: cast("IO[bytes]", lzma.LZMAFile(stream))),  # noqa: SIM115
)

_NAMELESS = "unpacked"
_GZIP_NAMED, _GZIP_EXTRA = 8, 4


def opened(stream: IO[bytes], head: bytes, start: int) -> Archive | None:
    """The archive that is packed here, or `None`; `head` is the first block."""
    found = next(((mime, unpack) for magic, mime, unpack in _FORMATS if head.startswith(magic)), None)
    if found is None:
        return None
    mime, unpack = found
    stream.seek(0)
    plain = unpack(stream)
    try:
        block = plain.read(tars.BLOCK)
    except FAULTS:
        return None  # not even the first block: no sign that it is packed
    if tars.is_tar(block):
        plain.seek(0)
        return Archive("application/x-compressed-tar", tars.members(plain, start, direct=False))
    return Archive(mime, _alone(stream, head, unpack, start))


def _alone(stream: IO[bytes], head: bytes, unpack: Unpacker, start: int) -> Iterator[Member]:
    if start == 0:
        yield Member(0, _name(head), size=0, modified=None, open=partial(_unpacked, stream, unpack))


def _unpacked(stream: IO[bytes], unpack: Unpacker) -> IO[bytes]:
    stream.seek(0)
    return unpack(stream)


def _name(head: bytes) -> str:
    """The name that gzip keeps (RFC 1952, 2.3); the others keep none."""
    if head[:2] != b"\x1f\x8b" or head[3:4] in (b"", b"\0") or not head[3] & _GZIP_NAMED:
        return _NAMELESS
    at = 12 + int.from_bytes(head[10:12], "little") if head[3] & _GZIP_EXTRA else 10
    return head[at:].partition(b"\0")[0].decode("latin-1") or _NAMELESS
