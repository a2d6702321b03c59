"""Zip and tar archives, read in place: their members one after another, as streams, within limits.

What is an archive is decided by content: a document of an office suite is a zip, and a photograph with a zip behind
it is one too. Names in an archive are text for the report, never a path. This module runs in the worker only.
"""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vaern.scanning.options import ScanOptions

_CHUNK = 1 << 20
_TAR_BLOCK = 512
_TAR_SUM = slice(148, 156)
_COMPRESSED: tuple[tuple[bytes, Callable[[IO[bytes]], IO[bytes]]], ...] = (
    (b"\x1f\x8b", lambda stream: gzip.GzipFile(fileobj=stream)),  # type: ignore[list-item]  # it is readable
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
)
_TAR_SPECIAL = {
    tarfile.SYMTYPE: "inode/symlink",
    tarfile.LNKTYPE: "inode/symlink",
    tarfile.FIFOTYPE: "inode/fifo",
    tarfile.CHRTYPE: "inode/chardevice",
    tarfile.BLKTYPE: "inode/blockdevice",
}


class DamagedError(Exception):
    """The archive cannot be read (on); the message completes the sentence *Could not be read: …*."""


class LimitError(Exception):
    """The archive is larger than the limits allow; the message says which."""


class Budget:
    """What one archive on disk may still unpack, with the archives in it: the guard against bombs."""

    def __init__(self, options: ScanOptions, packed: int) -> None:
        self._members = options.archive_members
        self._bytes = min(options.archive_bytes, max(options.archive_free, options.archive_ratio * packed))
        self._limit = self._bytes

    def count_member(self) -> None:
        """Note one more member.

        Raises:
            LimitError: there were too many.
        """
        self._members -= 1
        if self._members < 0:
            raise LimitError("the archive has more members than the limit allows; the rest was not read")

    def charge(self, amount: int) -> None:
        """Note bytes that were unpacked.

        Raises:
            LimitError: there were too many.
        """
        self._bytes -= amount
        if self._bytes < 0:
            raise LimitError(
                f"the archive unpacks to more than {self._limit} bytes (a bomb?); the rest was not read"
            )


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an archive.

    Attributes:
        index: its place among all headers, folders included.
        name: as the archive has it.
        size: bytes unpacked, as the archive claims.
        modified: ISO 8601; without offset where the archive has local time.
        mime: `inode/...` of a link or device, else empty.
        problem: why it cannot be opened, if so.
        direct: its bytes lie in the archive as they are, so that seeking costs nothing.
        open: gives its content.
    """

    index: int
    name: str
    size: int
    modified: str | None
    open: Callable[[], IO[bytes]]
    mime: str = ""
    problem: str = ""
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that was recognised: its type, and its members in order.

    Iterating `members` raises `DamagedError` where the archive breaks off.
    """

    mime: str
    members: Iterator[Member]


def recognise(stream: IO[bytes], start: int = 0) -> Archive | None:
    """The archive that this stream is, or `None`.

    Args:
        stream: seekable; must stay open while members are read.
        start: index of the first member to give.

    Raises:
        DamagedError: it begins like a zip, and cannot be read as one.
    """
    if (members := _zip_members(stream, start)) is not None:
        return Archive("application/zip", members)
    stream.seek(0)
    head = stream.read(_TAR_BLOCK)
    for magic, opened in _COMPRESSED:
        if head.startswith(magic):
            return _compressed_tar(stream, opened, start)
    if _is_tar(head):
        stream.seek(0)
        return Archive("application/x-tar", _tar_members(stream, start, direct=True))
    return None


def content(member: Member, budget: Budget, spool: int) -> IO[bytes] | None:
    """A seekable stream of the member's bytes: in place where they lie unpacked, else in memory.

    Returns:
        `None` for a packed member that is larger than `spool`.

    Raises:
        LimitError: the archive has unpacked too much.
    """
    if member.direct:
        budget.charge(member.size)
        return member.open()
    if member.size > spool:
        return None
    memory = io.BytesIO()
    with member.open() as packed:
        while chunk := packed.read(_CHUNK):
            budget.charge(len(chunk))
            memory.write(chunk)
    memory.seek(0)
    return memory


class Metered(io.RawIOBase):
    """A packed member as a stream that pays for what it unpacks; going back is possible and slow."""

    def __init__(self, packed: IO[bytes], budget: Budget) -> None:
        super().__init__()
        self._packed, self._budget, self._paid = packed, budget, 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes, by unpacking again."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As in `io`."""
        return self._packed.seek(offset, whence)

    def tell(self) -> int:
        """As in `io`."""
        return self._packed.tell()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer will do
        """As in `io`; raises `LimitError` when the archive has unpacked too much."""
        data = self._packed.read(len(buffer))
        buffer[: len(data)] = data
        if (reached := self._packed.tell()) > self._paid:
            self._budget.charge(reached - self._paid)
            self._paid = reached
        return len(data)


def _zip_members(stream: IO[bytes], start: int) -> Iterator[Member] | None:
    stream.seek(0)
    claims = stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
    if not claims and not zipfile.is_zipfile(stream):
        return None
    try:
        archive = zipfile.ZipFile(stream)
    except MemoryError:
        raise
    except Exception as error:  # whatever a parser can stumble over
        if claims:
            raise DamagedError(f"the zip archive is damaged or truncated ({_text(error)})") from None
        return None
    return _zip_entries(archive, stream, start)


def _zip_entries(archive: zipfile.ZipFile, stream: IO[bytes], start: int) -> Iterator[Member]:
    for index, info in enumerate(archive.infolist()):
        if index < start or info.is_dir():
            continue
        encrypted = bool(info.flag_bits & 1)
        linked = stat.S_ISLNK(info.external_attr >> 16)
        stored = (
            info.compress_type == zipfile.ZIP_STORED
            and not encrypted
            and info.file_size == info.compress_size
        )
        yield Member(
            index=index,
            name=info.filename,
            size=info.file_size,
            modified=_zip_time(info),
            open=(
                (lambda info=info: _stored(stream, info))
                if stored
                else (lambda info=info: archive.open(info))  # type: ignore[misc]
            ),
            mime="inode/symlink" if linked else "",
            problem="it is encrypted" if encrypted else "",
            direct=stored,
        )


def _stored(stream: IO[bytes], info: zipfile.ZipInfo) -> IO[bytes]:
    """The bytes of a stored member where they lie: after the local header, which has its own lengths."""
    stream.seek(info.header_offset)
    header = stream.read(30)
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
        raise DamagedError("its header in the archive is damaged")
    name, extra = int.from_bytes(header[26:28], "little"), int.from_bytes(header[28:30], "little")
    return io.BufferedReader(Window(stream, info.header_offset + 30 + name + extra, info.file_size), _CHUNK)


class Window(io.RawIOBase):
    """A stretch of another stream, as a stream."""

    def __init__(self, stream: IO[bytes], start: int, size: int) -> None:
        super().__init__()
        self._stream, self._start, self._size, self._at = stream, start, size, 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As in `io`."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError(f"cannot seek to {base + offset}")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        """As in `io`."""
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer will do
        """As in `io`; raises `EOFError` where the other stream ends too early."""
        wanted = max(0, min(len(buffer), self._size - self._at))
        self._stream.seek(self._start + self._at)
        data = self._stream.read(wanted)
        if wanted and not data:
            raise EOFError("the archive ends within this member")
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def _zip_time(info: zipfile.ZipInfo) -> str | None:
    with contextlib.suppress(ValueError):  # a zip can claim the 31st of February
        return datetime(*info.date_time).isoformat()  # noqa: DTZ001 - the local time of nobody knows where
    return None


def _compressed_tar(
    stream: IO[bytes], opened: Callable[[IO[bytes]], IO[bytes]], start: int
) -> Archive | None:
    stream.seek(0)
    plain = opened(stream)
    try:
        head = plain.read(_TAR_BLOCK)
    except (OSError, EOFError, lzma.LZMAError, ValueError):
        return None  # not even the first block: no sign that it is a tar
    if not _is_tar(head):
        return None
    plain.seek(0)
    return Archive("application/x-compressed-tar", _tar_members(plain, start, direct=False))


def _is_tar(block: bytes) -> bool:
    """Whether this is a tar header: its checksum holds (POSIX.1-2017, `pax`, ustar format; older ones have it too)."""
    if len(block) < _TAR_BLOCK or not any(block):
        return False
    try:
        claimed = tarfile.nti(block[_TAR_SUM])  # type: ignore[attr-defined]  # not in the stubs
    except tarfile.HeaderError:
        return False
    return claimed in tarfile.calc_chksums(block)  # type: ignore[attr-defined]


class _Header(tarfile.TarInfo):
    """A header that cannot send the reader backwards, which would never end (CVE-2025-8194)."""

    def _block(self, count: int) -> int:
        if count < 0:
            raise tarfile.InvalidHeaderError("negative size")  # type: ignore[attr-defined]
        return super()._block(count)  # type: ignore[misc,no-any-return]


def _tar_members(stream: IO[bytes], start: int, *, direct: bool) -> Iterator[Member]:
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
                modified=_tar_time(info.mtime),
                open=lambda info=info: _tar_content(archive, info),  # type: ignore[misc]
                mime=_TAR_SPECIAL.get(info.type, ""),
                direct=direct and not info.issparse(),
            )
        stream.seek(archive.offset)  # type: ignore[attr-defined]
        if any(stream.read(_TAR_BLOCK)):  # tarfile ends in silence where a header is not one
            raise DamagedError(f"the tar archive is damaged after member {index + 1}; the rest was not read")
    except (tarfile.TarError, OSError, EOFError, lzma.LZMAError, ValueError) as error:
        message = f"the tar archive is damaged or truncated after member {index + 1} ({_text(error)})"
        raise DamagedError(message) from None


def _tar_content(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    opened = archive.extractfile(info)
    if opened is None:
        raise DamagedError("it has no content")
    return opened


def _tar_time(seconds: float) -> str | None:
    with contextlib.suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return None


def _text(error: Exception) -> str:
    return str(error) or type(error).__name__
