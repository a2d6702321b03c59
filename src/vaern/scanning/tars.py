"""Tar archives: one header after another, nothing kept of those before; and what stands behind the end mark."""

from __future__ import annotations

import contextlib
import lzma
import tarfile
import zlib
from datetime import UTC, datetime
from functools import partial
from typing import IO, TYPE_CHECKING

from vaern.scanning.members import Archive, DamagedError, Member, first_used, stray, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

BLOCK = 512
"""Bytes of a header."""

_CHUNK = 1 << 20
_SUM = slice(148, 156)
_SPECIAL = {
    tarfile.SYMTYPE: "inode/symlink",
    tarfile.LNKTYPE: "inode/symlink",
    tarfile.FIFOTYPE: "inode/fifo",
    tarfile.CHRTYPE: "inode/chardevice",
    tarfile.BLKTYPE: "inode/blockdevice",
}


def opened(stream: IO[bytes], head: bytes, start: int) -> Archive | None:
    """The plain tar that this stream is, or `None`; `head` is its first block."""
    if not is_tar(head):
        return None
    stream.seek(0)
    return Archive("application/x-tar", members(stream, start, direct=True))


def is_tar(block: bytes) -> bool:
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


def members(
    stream: IO[bytes],
    start: int,
    *,
    direct: bool,
    behind: Callable[[int], Iterable[Member]] = lambda _: (),
) -> Iterator[Member]:
    """The members of the tar at which the stream stands, then of each tar behind its end mark, then what is no tar.

    Args:
        stream: seekable; it may be packed.
        start: index of the first member to give.
        direct: it is not packed: seeking costs nothing.
        behind: what comes last, from that index on.
    """
    index = -1
    try:
        while True:
            archive = tarfile.open(fileobj=stream, mode="r:", tarinfo=_Header, errorlevel=1)  # noqa: SIM115
            while (info := archive.next()) is not None:
                archive.members = []  # type: ignore[attr-defined]  # or it keeps every header in memory
                index += 1
                if index >= start and not info.isdir():
                    yield _member(archive, info, index, direct=direct)
            stream.seek(archive.offset)
            if any(stream.read(BLOCK)):  # tarfile ends in silence where a header is not one
                raise DamagedError(f"the tar archive is damaged after member {index + 1}; the rest was not read")
            used = first_used(stream, archive.offset + BLOCK)
            if used is None:
                break
            block = used - (used - archive.offset) % BLOCK
            stream.seek(block)
            if not is_tar(stream.read(BLOCK)):
                break
            stream.seek(block)
        strays = [] if used is None else [stray(stream, index + 1, used, _end(stream))]
        last = index + 1 + len(strays)
        yield from (member for member in (*strays, *behind(last)) if member.index >= start)
    except (tarfile.TarError, OSError, EOFError, lzma.LZMAError, zlib.error, ValueError) as error:
        message = f"the tar archive is damaged or truncated after member {index + 1} ({told(error)})"
        raise DamagedError(message) from None


def _member(archive: tarfile.TarFile, info: tarfile.TarInfo, index: int, *, direct: bool) -> Member:
    return Member(
        index=index,
        name=info.name,
        size=info.size,
        modified=_time(info.mtime),
        open=partial(_content, archive, info),
        mime=_SPECIAL.get(info.type, ""),
        direct=direct and not info.issparse(),
    )


def _end(stream: IO[bytes]) -> int:
    """Where the stream ends; a packed one tells only when it is read."""
    while stream.read(_CHUNK):
        pass
    return stream.tell()


def _content(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    opened = archive.extractfile(info)
    if opened is None:
        raise DamagedError("it has no content")
    return opened


def _time(seconds: float) -> str | None:
    with contextlib.suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return None
