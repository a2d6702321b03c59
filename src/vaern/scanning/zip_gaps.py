"""What stands in a zip and not in its directory: bytes before, between and behind the members (APPNOTE.TXT 4.3)."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from typing import IO, TYPE_CHECKING

from vaern.scanning.members import Window, first_used

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = b"PK\x03\x04"
LOCAL = 30
"""Bytes of a member's own header, before its name."""

_HEADER = struct.Struct("<4s5H3I2H")
_SIZES_FOLLOW = 1 << 3
_SIGNED_APK = b"APK Sig Block 42"
_LONGEST_END = 22 + 65_535
_ENTRY, _LENGTHS = 46, 28
"""Bytes of a member in the directory before its name, and where the lengths of name, extra field and comment stand."""
_NO_TEXT = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]")
_SHORTEST = 64
"""Bytes of a comment that may be a picture."""


def gaps(archive: zipfile.ZipFile, stream: IO[bytes], first: int) -> Iterator[tuple[int, int]]:
    """Stretches (begin, end) from `first` on that neither directory, end nor a member covers; zeros are no stretch."""
    size = stream.seek(0, io.SEEK_END)
    at = first
    for begin, end in sorted([*(_extent(stream, info) for info in archive.filelist), _closing(archive, stream, size)]):
        if begin > at:
            yield from _used(stream, at, begin)
        at = max(at, end)
    yield from _used(stream, at, size)
    yield from _comments(archive, stream)


def _comments(archive: zipfile.ZipFile, stream: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Comments that are no text, of members and of the whole: a picture fits into one."""
    at = archive.start_dir
    for info in archive.filelist:
        stream.seek(at + _LENGTHS)
        name, extra, comment = struct.unpack("<3H", stream.read(6).ljust(6, b"\0"))
        at += _ENTRY + name + extra + comment
        if _is_hidden(info.comment):
            yield from _used(stream, at - comment, at)
    if _is_hidden(archive.comment):
        start, end = _closing(archive, stream, stream.seek(0, io.SEEK_END))
        yield from _used(stream, max(start, end - len(archive.comment)), end)


def _is_hidden(comment: bytes) -> bool:
    return len(comment) >= _SHORTEST and _NO_TEXT.search(comment) is not None


def _used(stream: IO[bytes], begin: int, end: int) -> Iterator[tuple[int, int]]:
    used = first_used(stream, begin, end)
    if used is None:
        return
    stream.seek(max(begin, end - len(_SIGNED_APK)))
    if stream.read(len(_SIGNED_APK)) != _SIGNED_APK:  # every Android package has one; it holds signatures
        yield used, end


def _extent(stream: IO[bytes], info: zipfile.ZipInfo) -> tuple[int, int]:
    """From a member's own header to the end of its bytes, with the sizes that may stand behind them."""
    stream.seek(info.header_offset)
    header = stream.read(LOCAL)
    if len(header) < LOCAL:
        return info.header_offset, info.header_offset
    *_, name, extra = _HEADER.unpack(header)
    end = info.header_offset + LOCAL + name + extra + info.compress_size
    if info.flag_bits & _SIZES_FOLLOW:
        stream.seek(end)
        behind = stream.read(24)
        marked = 4 * behind.startswith(b"PK\x07\x08")
        long = behind[marked + 4 : marked + 12] == info.compress_size.to_bytes(8, "little")
        if behind[marked : marked + 4] == info.CRC.to_bytes(4, "little"):
            end += marked + (20 if long else 12)
    return info.header_offset, end


def _closing(archive: zipfile.ZipFile, stream: IO[bytes], size: int) -> tuple[int, int]:
    """From the directory to the end of the archive, with its comment."""
    start = archive.start_dir
    begin = max(start, size - _LONGEST_END)
    stream.seek(begin)
    tail = stream.read()
    end = begin + tail.rfind(b"PK\x05\x06") + 22 + len(archive.comment)
    return start, min(end, size)


def hidden(stream: IO[bytes], begin: int, end: int) -> Iterator[zipfile.ZipInfo]:
    """Members with a header of their own that the directory leaves out, one behind the other from `begin` on.

    A stretch that is a zip itself has none: it is read as one.
    """
    if zipfile.is_zipfile(io.BufferedReader(Window(stream, begin, end - begin))):
        return
    while begin + LOCAL <= end:
        stream.seek(begin)
        mark, _, flags, method, time, date, crc, packed, plain, name, extra = _HEADER.unpack(stream.read(LOCAL))
        after = begin + LOCAL + name + extra + packed
        if mark != MARK or flags & _SIZES_FOLLOW or after > end:
            return
        text = stream.read(name).decode("utf-8" if flags & 0x800 else "cp437", "replace")
        moment = (1980 + (date >> 9), date >> 5 & 15, date & 31, time >> 11, time >> 5 & 63, time % 32 * 2)
        info = zipfile.ZipInfo(text, moment)
        info.header_offset, info.flag_bits, info.compress_type, info.CRC = begin, flags, method, crc
        info.compress_size, info.file_size = packed, plain
        yield info
        begin = after
