"""The files of a file system, deleted ones included, in the order in which libtsk finds them.

That order is the same each time, so the place in it, folders counted, says where to go on. Every folder is entered
once, however its names are linked; names, times and sizes are what the file system has, never a path here.
"""

from __future__ import annotations

import contextlib
import io
from datetime import UTC, datetime
from functools import partial
from typing import IO, TYPE_CHECKING

import pytsk3

from vaern.scanning.disks.volumes import FAULTS, told
from vaern.scanning.members import DamagedError, LimitError, Member, Stretch
from vaern.scanning.remarks import DELETED

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from vaern.scanning.disks.volumes import Source, Volume

DELETED_FOLDER = "[deleted]"
"""First part of the path of what was deleted, so that it is not taken for a file that stands there."""

DEPTH = 250
"""Folders within folders that are looked into."""

ENTRIES = 20_000_000
"""Entries of one file system, folders included: each folder is remembered."""

_GONE = "it was deleted, and its file system does not say any more where its content lies"
_REUSED = "it was deleted, and its place in the file system was given to another file"
_BUFFER = 1 << 20
_NTFS_OWN = 24  # the first records of the MFT are the file system's own, or kept for it
_WOF = b"WofCompressedData"
_SPECIAL = {
    pytsk3.TSK_FS_META_TYPE_LNK: "inode/symlink",
    pytsk3.TSK_FS_META_TYPE_FIFO: "inode/fifo",
    pytsk3.TSK_FS_META_TYPE_CHR: "inode/chardevice",
    pytsk3.TSK_FS_META_TYPE_BLK: "inode/blockdevice",
    pytsk3.TSK_FS_META_TYPE_SOCK: "inode/socket",
}
_FOLDERS = {pytsk3.TSK_FS_META_TYPE_DIR, pytsk3.TSK_FS_META_TYPE_VIRT_DIR}
_FAT = {pytsk3.TSK_FS_TYPE_FAT12, pytsk3.TSK_FS_TYPE_FAT16, pytsk3.TSK_FS_TYPE_FAT32, pytsk3.TSK_FS_TYPE_EXFAT}
_DATA = {
    pytsk3.TSK_FS_ATTR_TYPE_DEFAULT,
    pytsk3.TSK_FS_ATTR_TYPE_NTFS_DATA,
    pytsk3.TSK_FS_ATTR_TYPE_HFS_DATA,
    pytsk3.TSK_FS_ATTR_TYPE_HFS_RSRC,
}


def files(source: Source, volume: Volume, index: int, start: int) -> Generator[Member, None, int]:
    """The members of one volume from place `start` on.

    Args:
        source: the disk.
        volume: one whose file system can be read.
        index: place of the first entry.
        start: of the first member to give.

    Returns:
        The place behind the last.

    Raises:
        LimitError: it has more entries than can be remembered.
    """
    walk = _Walk(source, volume, index, start)
    system = volume.system
    assert system is not None
    yield from walk.folder(system.info.root_inum, (), deleted=False)
    return walk.index


class _Walk:
    """One walk through a file system."""

    def __init__(self, source: Source, volume: Volume, index: int, start: int) -> None:
        self.index = index
        self._first, self._start = index, start
        self._disk_size = source.size
        self._volume, self._system = volume, volume.system
        self._kind = int(volume.system.info.ftype)  # type: ignore[union-attr]
        self._entered: set[int] = set()

    def folder(self, address: int, path: tuple[str, ...], *, deleted: bool) -> Iterator[Member]:
        """What stands in the folder, and in those in it."""
        if address in self._entered:
            return
        self._entered.add(address)
        try:
            for entry in self._system.open_dir(inode=address):  # type: ignore[union-attr]
                if entry.info.name is not None and entry.info.name.name not in {b".", b"..", b"", None}:
                    yield from self._entry(entry, path, deleted=deleted)
        except FAULTS as error:
            yield from self._give(
                path, problem=f"the folder could not be read to its end ({told(error)})", deleted=deleted
            )

    def _entry(self, entry: pytsk3.File, path: tuple[str, ...], *, deleted: bool) -> Iterator[Member]:
        name = entry.info.name
        if self._is_own(name, entry.info.meta):
            return
        path = (*path, name.name.decode("utf-8", "surrogateescape"))
        entry = self._with_meta(entry)
        meta = entry.info.meta
        in_use = meta is not None and bool(int(meta.flags) & pytsk3.TSK_FS_META_FLAG_ALLOC)
        deleted = deleted or bool(int(name.flags) & pytsk3.TSK_FS_NAME_FLAG_UNALLOC) or not (in_use or meta is None)
        if deleted and in_use:
            yield from self._give(path, problem=_REUSED, deleted=True)
            return
        if meta is None:
            problem = _GONE if deleted else "its entry in the file system is damaged"
            yield from self._give(path, problem=problem, deleted=deleted)
            return
        kind = int(meta.type)
        if kind in _FOLDERS:
            self._count()
            yield from self._inner(int(meta.addr), path, deleted=deleted)
        elif kind in _SPECIAL:
            yield from self._give(path, mime=_SPECIAL[kind], modified=self._time(meta), deleted=deleted)
        else:
            yield from self._streams(entry, path, deleted=deleted)

    def _inner(self, address: int, path: tuple[str, ...], *, deleted: bool) -> Iterator[Member]:
        if len(path) < DEPTH:
            yield from self.folder(address, path, deleted=deleted)
        else:
            problem = f"folders nested deeper than {DEPTH} are not looked into"
            yield from self._give(path, problem=problem, deleted=deleted)

    def _with_meta(self, entry: pytsk3.File) -> pytsk3.File:
        """The entry, or the file in its place where libtsk gives none: deleting on an NTFS counts the record on by one.

        What was counted on twice, or is in use, is another file.
        """
        name = entry.info.name
        if entry.info.meta is not None or self._kind != pytsk3.TSK_FS_TYPE_NTFS or not int(name.meta_addr):
            return entry
        try:
            file = self._system.open_meta(inode=int(name.meta_addr))  # type: ignore[union-attr]
        except FAULTS:
            return entry
        meta = file.info.meta
        is_same = meta is not None and int(meta.flags) & pytsk3.TSK_FS_META_FLAG_UNALLOC
        return file if is_same and int(meta.seq) - int(name.meta_seq) in {0, 1} else entry

    def _is_own(self, name: pytsk3.TSK_FS_NAME, meta: pytsk3.TSK_FS_META | None) -> bool:
        """Whether it belongs to the file system itself, and holds no file of anybody.

        Deleted files without a folder are asked for on an NTFS alone: elsewhere libtsk reads the whole disk for them.
        """
        kind = 0 if meta is None else int(meta.type)
        if self._kind == pytsk3.TSK_FS_TYPE_NTFS:
            return int(name.meta_addr) < _NTFS_OWN and name.name.startswith((b"$", b"OrphanFile-"))
        return kind in {pytsk3.TSK_FS_META_TYPE_VIRT, pytsk3.TSK_FS_META_TYPE_VIRT_DIR}

    def _streams(self, entry: pytsk3.File, path: tuple[str, ...], *, deleted: bool) -> Iterator[Member]:
        """The content of a file, and its further streams as `name:stream`."""
        meta = entry.info.meta
        modified, address = self._time(meta), int(meta.addr)
        try:
            found = [attribute.info for attribute in entry if int(attribute.info.type) in _DATA]
        except FAULTS as error:
            yield from self._give(path, problem=f"its content cannot be found ({told(error)})", deleted=deleted)
            return
        packed = any(info.name == _WOF for info in found)
        if not found or (deleted and not any(int(info.size) for info in found)):
            gone = _GONE if deleted else "its content cannot be found"
            problem = gone if deleted or int(meta.size) else ""
            yield from self._give(path, modified=modified, problem=problem, deleted=deleted)
            return
        for info in found:
            stream = info.name.decode("utf-8", "surrogateescape") if info.name else ""
            named = (*path[:-1], f"{path[-1]}:{stream}") if stream and not _is_main(info) else path
            yield from self._give(
                named,
                size=int(info.size),
                modified=modified,
                problem=self._problem(info, packed=packed) or (_GONE if deleted and self._is_gone(entry, info) else ""),
                deleted=deleted,
                open_=partial(self._open, address, int(info.type), int(info.id), int(info.size)),
            )

    def _problem(self, info: pytsk3.TSK_FS_ATTR, *, packed: bool) -> str:
        """Why this stream cannot be read, if so."""
        if int(info.flags) & pytsk3.TSK_FS_ATTR_ENC:
            return "it is encrypted"
        if packed and not info.name:
            return "Windows has compressed it (WOF), which is not read"
        if int(info.size) > self._disk_size:
            return "it is larger than the disk: full of holes, or damaged"
        return ""

    def _is_gone(self, entry: pytsk3.File, info: pytsk3.TSK_FS_ATTR) -> bool:
        """Whether libtsk finds nothing where the content of a deleted file began or ended: others have its place."""
        if self.index < self._start or not int(info.size):
            return False
        try:
            return not all(entry.read_random(at, 1, int(info.type), int(info.id)) for at in (0, int(info.size) - 1))
        except FAULTS:
            return True

    def _open(self, address: int, kind: int, number: int, size: int) -> IO[bytes]:
        file = self._system.open_meta(inode=address)  # type: ignore[union-attr]
        return io.BufferedReader(_Content(file, kind, number, size), _BUFFER)

    def _time(self, meta: pytsk3.TSK_FS_META) -> str | None:
        """When the content was changed; without offset where the file system has local time.

        Of that libtsk makes seconds by the time zone of this process, which is UTC in a worker: the same zone back.
        """
        if not (seconds := int(meta.mtime)):
            return None
        with contextlib.suppress(ValueError, OverflowError, OSError):
            zone = None if self._kind in _FAT else UTC
            return datetime.fromtimestamp(seconds, zone).isoformat(timespec="seconds").replace("+00:00", "Z")
        return None

    def _count(self) -> int:
        at = self.index
        self.index += 1
        if self.index - self._first > ENTRIES:
            raise LimitError(f"the file system has more than {ENTRIES} entries; the rest was not read")
        return at

    def _give(  # noqa: PLR0913 - what there is to tell of a member
        self,
        path: tuple[str, ...],
        *,
        deleted: bool,
        size: int = 0,
        modified: str | None = None,
        mime: str = "",
        problem: str = "",
        open_: partial[IO[bytes]] | None = None,
    ) -> Iterator[Member]:
        if (at := self._count()) < self._start:
            return
        parts = (self._volume.name, DELETED_FOLDER if deleted else "", *path)
        yield Member(
            index=at,
            name="/".join(part for part in parts if part),
            size=size,
            modified=modified,
            open=open_ or io.BytesIO,
            mime=mime,
            problem=problem,
            direct=True,
            notes=(DELETED,) if deleted and not problem else (),
        )


def _is_main(info: pytsk3.TSK_FS_ATTR) -> bool:
    """HFS+ has names for both forks; that of the content itself is not told."""
    return bool(int(info.type) == pytsk3.TSK_FS_ATTR_TYPE_HFS_DATA)


class UnreachableError(DamagedError, OSError):
    """Content cannot be read where it lies: for whoever reads on in it an error of input as any other."""


class _Content(Stretch):
    """A stream of a file in a file system, read where it lies."""

    def __init__(self, file: pytsk3.File, kind: int, number: int, size: int) -> None:
        super().__init__(size, "the file system ends within this file")
        self._file, self._kind, self._number = file, kind, number

    def read_at(self, place: int, size: int) -> bytes:
        """As in `Stretch`; raises `UnreachableError` where the file system is damaged, or the image too short."""
        try:
            data: bytes = self._file.read_random(place, size, self._kind, self._number)
        except FAULTS as error:
            raise UnreachableError(told(error)) from None
        return data
