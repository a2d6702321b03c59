"""Zip archives, zip64 too: stored members in place, packed ones unpacked as a stream."""

from __future__ import annotations

import contextlib
import io
import stat
import zipfile
from datetime import datetime
from functools import partial
from typing import IO, TYPE_CHECKING

from vaern.scanning.members import Archive, DamagedError, Member, Window, told

if TYPE_CHECKING:
    from collections.abc import Iterator

STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
"""How a zip begins: with a member, with its end, or with the mark of a split one."""

_BUFFER = 1 << 20


def opened(stream: IO[bytes], start: int) -> Archive:
    """A stream that begins like a zip.

    Raises:
        DamagedError: it cannot be read as one.
    """
    try:
        archive = zipfile.ZipFile(stream)
    except MemoryError:
        raise
    except Exception as error:  # whatever a parser can stumble over
        raise DamagedError(f"the zip archive is damaged or truncated ({told(error)})") from None
    return Archive("application/zip", _members(archive, stream, start))


def behind(stream: IO[bytes], start: int) -> Archive | None:
    """A zip that something else stands before: a program that unpacks itself, a photograph that hides it."""
    if not zipfile.is_zipfile(stream):
        return None
    try:
        archive = zipfile.ZipFile(stream)
    except MemoryError:
        raise
    except Exception:
        return None
    return Archive("application/zip", _members(archive, stream, start)) if archive.filelist else None


def _members(archive: zipfile.ZipFile, stream: IO[bytes], start: int) -> Iterator[Member]:
    for index, info in enumerate(archive.infolist()):
        if index < start or info.is_dir():
            continue
        encrypted = bool(info.flag_bits & 1)
        linked = stat.S_ISLNK(info.external_attr >> 16)
        stored = info.compress_type == zipfile.ZIP_STORED and not encrypted and info.file_size == info.compress_size
        yield Member(
            index=index,
            name=info.filename,
            size=info.file_size,
            modified=_time(info),
            open=partial(_stored, stream, info) if stored else partial(archive.open, info),
            mime="inode/symlink" if linked else "",
            problem="it is encrypted" if encrypted else "",
            direct=stored and not encrypted,
        )


def _stored(stream: IO[bytes], info: zipfile.ZipInfo) -> IO[bytes]:
    """The bytes of a stored member where they lie: after the local header, which has its own lengths."""
    stream.seek(info.header_offset)
    header = stream.read(30)
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
        raise DamagedError("its header in the archive is damaged")
    name, extra = int.from_bytes(header[26:28], "little"), int.from_bytes(header[28:30], "little")
    return io.BufferedReader(Window(stream, info.header_offset + 30 + name + extra, info.file_size), _BUFFER)


def _time(info: zipfile.ZipInfo) -> str | None:
    with contextlib.suppress(ValueError):  # a zip can claim the 31st of February
        return datetime(*info.date_time).isoformat()  # noqa: DTZ001 - the local time of nobody knows where
    return None
