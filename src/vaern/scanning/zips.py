"""Zip archives, zip64 too: stored members in place, packed ones unpacked as a stream.

The directory at the end is believed as to what is a member and where; the names in the members' own headers are not
asked. What stands in the file and not in the directory comes last, from `gaps`.
"""

from __future__ import annotations

import contextlib
import io
import stat
import struct
import zipfile
import zlib
from datetime import datetime
from functools import partial
from typing import IO, TYPE_CHECKING, cast

from vaern.scanning.members import Archive, DamagedError, Joined, Member, Window, stray, told
from vaern.scanning.zip_gaps import LOCAL, MARK, gaps, hidden

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STARTS = (MARK, b"PK\x05\x06", b"PK\x07\x08")
"""How a zip begins: with a member, with its end, or with the mark of a split one."""

IMAGE = b"container.description"
"""The first member of an AFF4 image."""

FAULTS = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError)
"""What comes out of reading a damaged member."""

_BUFFER = 1 << 20
_COMMENT = 256
"""Bytes before the end in which the comment of an AFF4 image stands, with the record that it belongs to."""


def is_image(stream: IO[bytes], head: bytes) -> bool:
    """Whether it is an AFF4 image: by its first member, or by its comment, which is the name of the volume."""
    if head.startswith(IMAGE, LOCAL):
        return True
    stream.seek(max(0, stream.seek(0, io.SEEK_END) - _COMMENT))
    return stream.read(_COMMENT).rpartition(b"PK\x05\x06")[2][18:].startswith(b"aff4://")


def directory(stream: IO[bytes]) -> zipfile.ZipFile:
    """The zip, with its directory read.

    Raises:
        zipfile.BadZipFile: it cannot be read; why.
    """
    try:
        return zipfile.ZipFile(stream)
    except MemoryError:
        raise
    except Exception as error:  # whatever a parser can stumble over
        raise zipfile.BadZipFile(told(error)) from None


def opened(stream: IO[bytes], start: int, further: Sequence[IO[bytes]] = ()) -> Archive:
    """A stream that begins like a zip, or the files that one was cut into.

    Raises:
        DamagedError: it cannot be read as one.
    """
    if further and not zipfile.is_zipfile(stream):
        stream = cast("IO[bytes]", Joined([stream, *further]))
    try:
        archive = directory(stream)
    except zipfile.BadZipFile as error:
        raise DamagedError(f"the zip archive is damaged or truncated ({error})") from None
    return Archive("application/zip", _members(archive, stream, start, first=0))


def behind(stream: IO[bytes], start: int) -> Archive | None:
    """A zip that something else stands before: a program that unpacks itself, a photograph that hides it."""
    found = _behind(stream)
    if found is None:
        return None
    archive, first = found
    return Archive("application/zip", _members(archive, stream, start, first), behind=True)


def stray_behind(stream: IO[bytes], index: int) -> Member | None:
    """A zip that a document stands before, as one member of the document."""
    found = _behind(stream)
    return stray(stream, index, found[1], stream.seek(0, io.SEEK_END)) if found else None


def _behind(stream: IO[bytes]) -> tuple[zipfile.ZipFile, int] | None:
    """The archive, and where its first member begins."""
    if not zipfile.is_zipfile(stream):
        return None
    try:
        archive = directory(stream)
    except zipfile.BadZipFile:
        return None
    if not archive.filelist:
        return None
    return archive, min(info.header_offset for info in archive.filelist)


def _members(archive: zipfile.ZipFile, stream: IO[bytes], start: int, first: int) -> Iterator[Member]:
    """The members of the directory, then what else stands from `first` on."""
    try:
        yield from _all(archive, stream, start, first)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, struct.error) as error:  # a directory of wrong places
        raise DamagedError(f"the zip archive is damaged or truncated ({told(error)})") from None


def _all(archive: zipfile.ZipFile, stream: IO[bytes], start: int, first: int) -> Iterator[Member]:
    entries = archive.infolist()
    for index, info in enumerate(entries):
        if index >= start and not _is_folder(info):
            yield _member(stream, info, index)
    index = len(entries) - 1
    for begin, end in gaps(archive, stream, first):
        at = begin
        for info in hidden(stream, begin, end):
            index += 1
            if index >= start and not _is_folder(info):
                yield _member(stream, info, index)
            at = _data(stream, info) + info.compress_size
        if at < end:
            index += 1
            if index >= start:
                yield stray(stream, index, at, end)


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.filename.endswith("/")  # `is_dir` of Python 3.11 fails where there is no name


def _member(stream: IO[bytes], info: zipfile.ZipInfo, index: int) -> Member:
    encrypted = _is_encrypted(info)
    linked = stat.S_ISLNK(info.external_attr >> 16)
    return Member(
        index=index,
        name=info.filename,
        size=info.file_size,
        modified=_time(info),
        open=partial(content_of, stream, info),
        mime="inode/symlink" if linked else "",
        problem="it is encrypted" if encrypted else "",
        direct=_is_stored(info),
    )


def _is_encrypted(info: zipfile.ZipInfo) -> bool:
    return bool(info.flag_bits & 1)


def _is_stored(info: zipfile.ZipInfo) -> bool:
    stored = info.compress_type == zipfile.ZIP_STORED and info.file_size == info.compress_size
    return stored and not _is_encrypted(info)


def content_of(stream: IO[bytes], info: zipfile.ZipInfo) -> IO[bytes]:
    """The bytes of a member: where they lie if it is stored, else unpacked as they are read."""
    return _stored(stream, info) if _is_stored(info) else _unpacked(stream, info)


def _stored(stream: IO[bytes], info: zipfile.ZipInfo) -> IO[bytes]:
    """The bytes of a member where they lie."""
    return io.BufferedReader(Window(stream, _data(stream, info), info.compress_size), _BUFFER)


def _unpacked(stream: IO[bytes], info: zipfile.ZipInfo) -> IO[bytes]:
    return cast("IO[bytes]", zipfile.ZipExtFile(_stored(stream, info), "r", info))


def _data(stream: IO[bytes], info: zipfile.ZipInfo) -> int:
    """Where the bytes of a member begin: after its own header, which has its own lengths."""
    stream.seek(info.header_offset)
    header = stream.read(LOCAL)
    if len(header) < LOCAL or not header.startswith(MARK):
        raise DamagedError("its header in the archive is damaged")
    name, extra = int.from_bytes(header[26:28], "little"), int.from_bytes(header[28:30], "little")
    return info.header_offset + LOCAL + name + extra


def _time(info: zipfile.ZipInfo) -> str | None:
    with contextlib.suppress(ValueError):  # a zip can claim the 31st of February
        return datetime(*info.date_time).isoformat()  # noqa: DTZ001 - the local time of nobody knows where
    return None
