"""The volumes of a disk: its partitions, or the whole, and the file system of each by its own mark.

Which file system is tried is decided here by bytes, not by libtsk trying one parser after another: each of those that
hostile bytes may reach stands in the tables below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

import pytsk3

from vaern.hashing.containers import is_ext
from vaern.scanning.members import first_used

HEAD = 66_000
"""Bytes of a volume that tell what it is."""

_EMPTY = 256 << 20
"""A partition of so many bytes at most is read to see that it is empty, as the one that Windows reserves is."""

_MOST = 256
"""Partitions of a disk that are looked at: a GUID partition table has room for 128."""

_SYSTEMS: tuple[tuple[int, bytes, int], ...] = (
    (3, b"NTFS    ", pytsk3.TSK_FS_TYPE_NTFS),
    (3, b"EXFAT   ", pytsk3.TSK_FS_TYPE_EXFAT),
    (1024, b"H+\x00\x04", pytsk3.TSK_FS_TYPE_HFS),
    (1024, b"HX\x00\x05", pytsk3.TSK_FS_TYPE_HFS),
    (32_769, b"CD001", pytsk3.TSK_FS_TYPE_ISO9660),
)
"""(offset, bytes there, the type in libtsk)."""

_UNOPENED: tuple[tuple[int, bytes, str], ...] = (
    (3, b"-FVE-FS-", "a BitLocker volume"),
    (0, b"LUKS\xba\xbe", "a volume that LUKS encrypts"),
    (32, b"NXSB", "a container of APFS"),
    (0, b"XFSB", "a volume of XFS"),
    (65_600, b"_BHRfS_M", "a Btrfs volume"),
    (1024, b"\x10\x20\xf5\xf2", "a volume of a flash file system"),
    (3, b"ReFS\0", "a volume of ReFS"),
    (512, b"LABELONE", "a volume of LVM"),
    (0, b"hsqs", "a volume of SquashFS"),
    (4086, b"SWAPSPACE2", "a Linux swap area"),
)
"""(offset, bytes there, what it is called): known, and not looked into."""

UNKNOWN = "a partition of no file system that is read here"


FAULTS = (OSError, EOFError, RuntimeError, SystemError)
"""What comes out of libtsk for what is damaged; what a stream under it raises comes as the last two."""


def told(error: Exception) -> str:
    """Why libtsk could not read something: its own words are about its source."""
    short = "missing in partial image" in str(error)
    return "the image ends before it" if short else "the image or its file system is damaged there"


class Source(pytsk3.Img_Info):  # type: ignore[misc]  # it has no types
    """A stream as libtsk wants it."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self.stream, self.size = stream, size
        super().__init__(url="", type=pytsk3.TSK_IMG_TYPE_EXTERNAL)

    def close(self) -> None:
        """Nothing: the stream is its owner's."""

    def read(self, offset: int, size: int) -> bytes:
        """Bytes at a place, fewer at the end."""
        self.stream.seek(offset)
        return self.stream.read(max(0, min(size, self.size - offset)))

    def get_size(self) -> int:
        """Bytes of the disk."""
        return self.size


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume of a disk.

    Attributes:
        name: `p1` for the first partition; empty for a disk without partitions.
        start: its first byte on the disk.
        size: bytes.
        unopened: what it is, if it is not looked into.
        system: its file system, if it can be read.
    """

    name: str
    start: int
    size: int
    unopened: str = ""
    system: pytsk3.FS_Info | None = None

    @property
    def end(self) -> int:
        """Where it ends on the disk, its file system by its own account."""
        system = self.system and self.system.info
        return self.start + (system.block_count * system.block_size if system else self.size)


def volumes(source: Source) -> list[Volume]:
    """The volumes of a disk in the order of its table; none where neither a table nor a file system is understood.

    A file system that covers the whole counts where no partition has one: the first sector of a FAT looks like a table
    of partitions, and a disk that was partitioned anew may still have the mark of what covered it.
    """
    parts = _partitions(source)
    if any(part.system for part in parts):
        return parts
    whole = _volume(source, "", 0, source.size)
    return [whole] if whole.system is not None else parts


def _partitions(source: Source) -> list[Volume]:
    try:
        table = pytsk3.Volume_Info(source)
    except FAULTS:
        return []
    found: list[Volume] = []
    block = table.info.block_size
    logical = 4
    for part in (part for part in table if part.flags == pytsk3.TSK_VS_PART_FLAG_ALLOC):
        logical += part.table_num > 0  # in an extended partition, numbered from 5 on
        name = f"p{logical if part.table_num > 0 else part.slot_num + 1}"
        start, size = part.start * block, part.len * block
        if len(found) == _MOST:
            found.append(Volume(name, start, size, "one of too many partitions"))
            break
        if start >= source.size:
            found.append(Volume(name, start, size, "a partition that lies behind the end of the image"))
        elif not _is_empty(source, start, min(size, source.size - start)):
            found.append(_volume(source, name, start, size))
    return found


def _is_empty(source: Source, start: int, size: int) -> bool:
    return size <= _EMPTY and first_used(source.stream, start, start + size) is None


def _volume(source: Source, name: str, start: int, size: int) -> Volume:
    head = source.read(start, min(HEAD, size))
    kind = _system(head)
    if kind is None:
        words = next((words for at, magic, words in _UNOPENED if head.startswith(magic, at)), UNKNOWN)
        return Volume(name, start, size, words)
    try:
        return Volume(name, start, size, system=pytsk3.FS_Info(source, offset=start, type=kind))
    except FAULTS:
        return Volume(name, start, size, "a partition whose file system is damaged")


def _system(head: bytes) -> int | None:
    """The type in libtsk of the file system that begins so."""
    for at, magic, kind in _SYSTEMS:
        if head.startswith(magic, at):
            return kind
    if is_ext(head):
        return int(pytsk3.TSK_FS_TYPE_EXT_DETECT)
    return int(pytsk3.TSK_FS_TYPE_FAT_DETECT) if _is_fat(head) else None


def _is_fat(head: bytes) -> bool:
    """A boot sector of FAT: its mark, and a sector, a cluster and a number of tables that can be (ECMA-107, 9)."""
    sector, cluster = int.from_bytes(head[11:13], "little"), head[13:14]
    return (
        head[510:512] == b"\x55\xaa"
        and sector in {512, 1024, 2048, 4096}
        and cluster in {b"\1", b"\2", b"\4", b"\x08", b"\x10", b"\x20", b"\x40", b"\x80"}
        and head[16:17] in {b"\1", b"\2"}
        and head[14:16] != b"\0\0"
    )
