"""The members of a 7z archive, folder for folder, and what stands in it and belongs to none."""

from __future__ import annotations

import io
import stat
import zlib
from functools import partial
from typing import IO, TYPE_CHECKING

from vaern.scanning import filetimes
from vaern.scanning.members import Archive, DamagedError, Member, Window, first_used, joined, stray, told
from vaern.scanning.sevenz.folders import File, Unpacking, whole
from vaern.scanning.sevenz.header import ENCODED, Fields, Files, HeaderError, Streams, header_of, streams_of
from vaern.scanning.sevenz.methods import AES, unread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MIME = "application/x-7z-compressed"

LARGEST = 64 << 20
"""Bytes of a header that is read: it is held in memory."""

_BASE = 32
_BUFFER = 1 << 16
_MOST_TIMES_PACKED = 4
_LINK = 0x400  # FILE_ATTRIBUTE_REPARSE_POINT


def opened(stream: IO[bytes], start: int, further: Sequence[IO[bytes]] = ()) -> Archive:
    """A stream that begins like a 7z archive, or the files that one was cut into.

    Raises:
        DamagedError: it cannot be read as one.
    """
    stream.seek(0)
    head = stream.read(_BASE)
    offset, length = int.from_bytes(head[12:20], "little"), int.from_bytes(head[20:28], "little")
    if len(head) < _BASE or zlib.crc32(head[12:32]) != int.from_bytes(head[8:12], "little"):
        raise DamagedError("the first header of the archive is damaged")
    end = _BASE + offset + length
    stream = joined(stream, further, end)
    size = stream.seek(0, io.SEEK_END)
    if end > size:
        raise DamagedError("the archive is truncated, or goes on in further files that do not stand beside it")
    used = [(0, _BASE), (end - length, end)]
    try:
        streams, files = _header(stream, end - length, length, int.from_bytes(head[28:32], "little"), used)
    except HeaderError as error:
        raise DamagedError(f"the header of the archive is damaged ({told(error)})") from None
    used.append((_BASE + streams.begin, _BASE + streams.end))
    return Archive(MIME, _members(stream, streams, files, start, _gaps(used, size)))


def _header(stream: IO[bytes], at: int, length: int, crc: int, used: list[tuple[int, int]]) -> tuple[Streams, Files]:
    """The header; where it is packed, the places of that are added to `used`."""
    if not length:
        return Streams(), Files()
    if length > LARGEST:
        raise HeaderError("it is too large")
    stream.seek(at)
    data = stream.read(length)
    if zlib.crc32(data) != crc:
        raise HeaderError("its check sum is wrong")
    for _ in range(_MOST_TIMES_PACKED):
        if data[0] != ENCODED:
            return header_of(data)
        packed = streams_of(Fields(data[1:]))
        if not packed.folders:
            return Streams(), Files()
        folder = packed.folders[0]
        if AES in folder.methods:
            raise DamagedError("the archive is encrypted, the names in it too")
        if problem := unread(folder.methods):
            raise HeaderError(problem)
        if not 0 < folder.size <= LARGEST:
            raise HeaderError("it is too large")
        used.append((_BASE + packed.begin, _BASE + packed.end))
        data = whole(stream, folder, _BASE)
    raise HeaderError("its parts do not fit together")


def _members(
    stream: IO[bytes], streams: Streams, files: Files, start: int, gaps: list[tuple[int, int]]
) -> Iterator[Member]:
    contents = _contents(stream, streams)
    names, empty, index = _names(files.names), 0, -1
    for index in range(files.total):
        name = next(names, "") or f"@{index}"
        if index < len(files.empty) and files.empty[index]:
            is_file = empty < len(files.no_folder) and files.no_folder[empty]
            empty += 1
            content = Member(index, name, 0, None, io.BytesIO) if is_file else None
        elif (content := next(contents, None)) is None:
            raise DamagedError("the header of the archive is damaged (a part is missing)")
        if content is not None and index >= start:
            yield _named(content, files, index, name)
    for begin, end in gaps:
        if (at := first_used(stream, begin, end)) is not None:
            index += 1
            if index >= start:
                yield stray(stream, index, at, end)


def _named(content: Member, files: Files, index: int, name: str) -> Member:
    attributes = files.attributes[index] if files.attributes else 0
    time = files.modified[index] if files.modified else 0
    is_link = bool(attributes & _LINK) or stat.S_ISLNK(attributes >> 16)
    return Member(
        index=index,
        name=name,
        size=content.size,
        modified=filetimes.told(time),
        open=content.open,
        mime="inode/symlink" if is_link else "",
        problem=content.problem,
        direct=content.direct,
    )


def _contents(stream: IO[bytes], streams: Streams) -> Iterator[Member]:
    """What is in the folders, without names."""
    number = 0
    for folder, count in zip(streams.folders, streams.counts, strict=True):
        problem = unread(folder.methods) or ("" if folder.coders else "its header in the archive is damaged")
        is_stored = not problem and all(coder.method == b"\0" for coder in folder.coders)
        unpacking, at = Unpacking(stream, folder, _BASE), 0
        for _ in range(count):
            size, crc = streams.sizes[number], streams.crcs[number]
            place = Window(stream, _BASE + folder.begin + at, size) if is_stored else None
            give = partial(_file, unpacking, at, size, crc) if place is None else partial(_stored, place)
            yield Member(0, "", size, None, give, problem=problem, direct=is_stored)
            at, number = at + size, number + 1


def _file(unpacking: Unpacking, at: int, size: int, crc: int) -> IO[bytes]:
    return io.BufferedReader(File(unpacking, at, size, crc), _BUFFER)


def _stored(place: Window) -> IO[bytes]:
    """Bytes that lie in the archive as they are; their check sum is not asked, as of a zip's."""
    return io.BufferedReader(place, _BUFFER)


def _names(data: bytes) -> Iterator[str]:
    """UTF-16 with an end mark each."""
    at = 0
    while at < len(data):
        end = data.find(b"\0\0", at)
        while end >= 0 and (end - at) % 2:
            end = data.find(b"\0\0", end + 1)
        end = len(data) if end < 0 else end
        yield data[at:end].decode("utf-16-le", "replace")
        at = end + 2


def _gaps(used: list[tuple[int, int]], size: int) -> list[tuple[int, int]]:
    """The stretches of a file between those that are used, and behind them."""
    gaps, at = [], 0
    for begin, end in sorted(used):
        if begin > at:
            gaps.append((at, min(begin, size)))
        at = max(at, end)
    return [*gaps, (at, size)] if at < size else gaps
