"""Where a bag's files come from: a folder, a zip or a tar, read as a stream and within bounds. Nothing is unpacked.

Links are not followed, whatever holds them; devices and encrypted members are not read. Each is a problem of its own.
"""

from __future__ import annotations

import stat
import tarfile
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from vaern.formats.source import CHUNK, FREE_EXPANSION, MAX_EXPANSION, FormatError, Source, Torn

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

MOST_MEMBERS = 1_000_000
"""A bag of more files is refused: its names alone would fill the memory."""


@dataclass
class Member:
    """One file or folder of a bag.

    Attributes:
        path: its path as the holder has it, with `/`; a folder's ends with `/`.
        size: bytes, as the holder says.
        trouble: why it cannot be read; "" if it can.
    """

    path: str
    size: int = 0
    trouble: str = ""
    _stream: IO[bytes] | None = field(default=None, repr=False)

    @property
    def is_folder(self) -> bool:
        """Whether this is a folder."""
        return self.path.endswith("/")

    def chunks(self) -> Iterator[bytes]:
        """The bytes; only while the walk stands at this member. Raises only `Torn`."""
        if self._stream is None:
            return
        try:
            while chunk := self._stream.read(CHUNK):
                yield chunk
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, tarfile.TarError, NotImplementedError) as error:
            raise Torn(f"damaged or cut short ({error})") from error


class Holding(Protocol):
    """What holds a bag. It can be walked any number of times."""

    name: str

    def members(self) -> Iterator[Member]:
        """Every file and folder, in a fixed order. Raises only `Torn`."""


def holding_at(path: str | os.PathLike[str]) -> Holding:
    """What lies at a path: a folder, a zip, or a tar, also packed with gzip, bzip2 or xz.

    Raises:
        FormatError: nothing of that kind, or not readable.
    """
    place = Path(path)
    if place.is_dir():
        return Folder(place)
    packing = ""
    try:
        source = Source.at(place)
        packing = source.packing
    except FormatError:
        if not zipfile.is_zipfile(place):  # a zip with several members is no hash list, and is a bag
            raise
        packing = "zip"
    if packing == "zip":
        return Zip(place, place.name, place.stat().st_size)
    if source.head[257:262] != b"ustar":
        raise FormatError(f"{place}: neither a folder, a zip nor a tar; a bag is one of these")
    return Tar(source, place.name)


@dataclass
class Folder:
    """A bag that lies unpacked."""

    path: Path
    name: str = ""

    def members(self) -> Iterator[Member]:
        """Every file, sorted by path; folders are walked, links are named."""
        yield from self._within(self.path, "")

    def _within(self, folder: Path, prefix: str) -> Iterator[Member]:
        try:
            entries = sorted(folder.iterdir())
        except OSError as error:
            raise Torn(f"{folder}: cannot be read: {error.strerror}") from error
        for entry in entries:
            name = prefix + entry.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            try:
                found = entry.lstat()
                if stat.S_ISDIR(found.st_mode):
                    yield Member(f"{name}/")
                    yield from self._within(entry, f"{name}/")
                elif stat.S_ISREG(found.st_mode):
                    with entry.open("rb") as stream:
                        yield Member(name, found.st_size, "", stream)
                else:
                    yield Member(name, 0, _what(found.st_mode))
            except OSError as error:
                yield Member(name, 0, f"cannot be read: {error.strerror}")


@dataclass
class Zip:
    """A bag in a zip: a path, or a stream that can be searched.

    Attributes:
        file: where it lies.
        name: to call it.
        size: its bytes, from which follows how much it may unpack to.
    """

    file: Path | IO[bytes]
    name: str
    size: int

    def members(self) -> Iterator[Member]:
        """Every member, in the order of the archive's directory."""
        left = max(FREE_EXPANSION, self.size * MAX_EXPANSION)
        with self._archive() as archive:
            if len(archive.infolist()) > MOST_MEMBERS:
                raise Torn(f"holds more than {MOST_MEMBERS:,} files")
            for info in archive.infolist():
                left -= info.file_size
                if left < 0:
                    raise Torn(
                        f"unpacks to more than {MAX_EXPANSION} times its size; if that is right, unpack it first"
                    )
                yield from self._member(archive, info)

    def _member(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[Member]:
        mode = info.external_attr >> 16
        if info.is_dir():
            yield Member(info.filename)
        elif stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
            yield Member(info.filename, 0, _what(mode))
        elif info.flag_bits & 1:
            yield Member(info.filename, 0, "is encrypted")
        elif info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            yield Member(info.filename, 0, "uses a rare compression")
        else:
            try:
                stream = archive.open(info)
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
                yield Member(info.filename, 0, f"is damaged ({error})")
                return
            with stream:
                yield Member(info.filename, info.file_size, "", stream)  # ZipExtFile never gives more than it announced

    @contextmanager
    def _archive(self) -> Iterator[zipfile.ZipFile]:
        try:
            archive = zipfile.ZipFile(self.file)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, RuntimeError) as error:
            raise Torn(f"damaged zip ({error})") from error
        with archive:
            yield archive


@dataclass
class Tar:
    """A bag in a tar, read from its beginning to its end, twice."""

    source: Source
    name: str

    def members(self) -> Iterator[Member]:
        """Every member, in the order of the archive."""
        number = 0
        try:
            with self.source.open() as raw, tarfile.open(fileobj=raw, mode="r|", errorlevel=0) as archive:
                for info in archive:
                    number += 1
                    if number > MOST_MEMBERS:
                        raise Torn(f"holds more than {MOST_MEMBERS:,} files")
                    yield from self._member(archive, info)
                    archive.members.clear()  # type: ignore[attr-defined]  # kept for those who search; we do not
        except (tarfile.TarError, OSError, EOFError, ValueError, UnicodeError) as error:
            raise Torn(f"damaged tar ({error})") from error

    def _member(self, archive: tarfile.TarFile, info: tarfile.TarInfo) -> Iterator[Member]:
        name = info.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        if info.isdir():
            yield Member(f"{name.rstrip('/')}/")
        elif info.isreg() and not info.issparse():
            yield Member(name, info.size, "", archive.extractfile(info))
        else:
            what = "is a link" if info.issym() or info.islnk() else "is neither a file nor a folder"
            yield Member(name, 0, what)


def _what(mode: int) -> str:
    return "is a link" if stat.S_ISLNK(mode) else "is neither a file nor a folder"
