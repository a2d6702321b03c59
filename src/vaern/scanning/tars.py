"""Tar archives, plain or packed: one header after another, nothing kept of those before."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import lzma
import tarfile
import zlib
from datetime import UTC, datetime
from functools import partial
from typing import IO, TYPE_CHECKING, cast

from vaern.scanning.members import Archive, DamagedError, Member, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BLOCK = 512
"""Bytes of a header."""

_SUM = slice(148, 156)
_COMPRESSED: tuple[tuple[bytes, Callable[[IO[bytes]], IO[bytes]]], ...] = (
    (b"\x1f\x8b", lambda stream: cast("IO[bytes]", gzip.GzipFile(fileobj=stream))),
    (b"BZh", lambda stream: cast("IO[bytes]", bz2.BZ2File(stream))),
    (b"\xfd7zXZ\x00", lambda stream: cast("IO[bytes]", lzma.LZMAFile(stream))),  # noqa: SIM115 - it closes nothing
)
_SPECIAL = {
    tarfile.SYMTYPE: "inode/symlink",
    tarfile.LNKTYPE: "inode/symlink",
    tarfile.FIFOTYPE: "inode/fifo",
    tarfile.CHRTYPE: "inode/chardevice",
    tarfile.BLKTYPE: "inode/blockdevice",
}


def opened(stream: IO[bytes], head: bytes, start: int) -> Archive | None:
    """The tar that this stream is, or `None`; `head` is its first block."""
    for magic, unpacked in _COMPRESSED:
        if head.startswith(magic):
            return _packed(stream, unpacked, start)
    if not _is_tar(head):
        return None
    stream.seek(0)
    return Archive("application/x-tar", _members(stream, start, direct=True))


def _packed(stream: IO[bytes], unpacked: Callable[[IO[bytes]], IO[bytes]], start: int) -> Archive | None:
    stream.seek(0)
    plain = unpacked(stream)
    try:
        head = plain.read(BLOCK)
    except (OSError, EOFError, lzma.LZMAError, zlib.error, ValueError):
        return None  # not even the first block: no sign that it is a tar
    if not _is_tar(head):
        return None
    plain.seek(0)
    return Archive("application/x-compressed-tar", _members(plain, start, direct=False))


def _is_tar(block: bytes) -> bool:
    """Whether this is a tar header: its checksum holds (POSIX.1-2017, `pax`, ustar format; older ones have it too)."""
    if len(block) < BLOCK or not any(block):
        return False
    try:
        claimed = tarfile.nti(block[_SUM])  # type: ignore[attr-defined]  # not in the stubs
    except tarfile.HeaderError:
        return False
    return claimed in tarfile.calc_chksums(block)  # type: ignore[attr-defined]


class _Header(tarfile.TarInfo):
    """A header that cannot send the reader backwards, which would never end (CVE-2025-8194)."""

    def _block(self, count: int) -> int:
        if count < 0:
            raise tarfile.InvalidHeaderError("negative size")  # type: ignore[attr-defined]
        return super()._block(count)  # type: ignore[misc,no-any-return]


def _members(stream: IO[bytes], start: int, *, direct: bool) -> Iterator[Member]:
    index = -1
    try:
        archive = tarfile.open(fileobj=stream, mode="r:", tarinfo=_Header, errorlevel=1)  # noqa: SIM115
        while (info := archive.next()) is not None:
            archive.members = []  # type: ignore[attr-defined]  # or it keeps every header in memory
            index += 1
            if index < start or info.isdir():
                continue
            yield Member(
                index=index,
                name=info.name,
                size=info.size,
                modified=_time(info.mtime),
                open=partial(_content, archive, info),
                mime=_SPECIAL.get(info.type, ""),
                direct=direct and not info.issparse(),
            )
        stream.seek(archive.offset)
        if any(stream.read(BLOCK)):  # tarfile ends in silence where a header is not one
            raise DamagedError(f"the tar archive is damaged after member {index + 1}; the rest was not read")
    except (tarfile.TarError, OSError, EOFError, lzma.LZMAError, zlib.error, ValueError) as error:
        message = f"the tar archive is damaged or truncated after member {index + 1} ({told(error)})"
        raise DamagedError(message) from None


def _content(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    opened = archive.extractfile(info)
    if opened is None:
        raise DamagedError("it has no content")
    return opened


def _time(seconds: float) -> str | None:
    with contextlib.suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return None
