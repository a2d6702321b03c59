"""Streams of Office documents from before 2007: which are encrypted, and drawings that Excel cut into records."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORKBOOK = b"\x09\x08\x10\0\0\6"
"""BOF of BIFF8, the format since Excel 97: its kind, its size, the version ([MS-XLS] 2.4.21)."""

_END, _FILE_PASS, _CONTINUE, _DRAWINGS = 0x0A, 0x2F, 0x3C, 0xEB
"""Kinds of records: EOF, FilePass, Continue, MsoDrawingGroup ([MS-XLS] 2.3.2)."""

_TEXT, _TEXT_FLAGS, _TEXT_ENCRYPTED = b"\xec\xa5", 0x0B, 0x01
"""What Word's stream begins with, and its flag fEncrypted ([MS-DOC] 2.5.2)."""

_USER, _TOKEN, _SHOW_ENCRYPTED = b"\0\0\xf6\x0f", 12, b"\xdf\xc4\xd1\xf3"
"""What PowerPoint's CurrentUserAtom begins with, and the token in it of a document that is encrypted ([MS-PPT] 2.3.2).
"""

_RECORD = struct.Struct("<HH")


def is_encrypted(data: bytes) -> bool:
    """Whether this stream says of its document that it is encrypted, each kind in its own way."""
    if data.startswith(_TEXT):
        return bool(int.from_bytes(data[_TEXT_FLAGS : _TEXT_FLAGS + 1], "little") & _TEXT_ENCRYPTED)
    if data.startswith(_USER):
        return data.startswith(_SHOW_ENCRYPTED, _TOKEN)
    for kind, _ in _records(data):
        if kind in (_FILE_PASS, _END):
            return kind == _FILE_PASS
    return False


def uncut(data: bytes) -> bytes:
    """The bytes of a stream; of a workbook without the heads of records in the midst of a drawing.

    A record holds 8,224 bytes at most, and what is longer goes on in the next one ([MS-XLS] 2.1.4).
    """
    pieces, since, drawing = [], 0, False
    for kind, begin in _records(data):
        if drawing and kind in (_CONTINUE, _DRAWINGS):
            pieces.append(data[since:begin])
            since = begin + _RECORD.size
        else:
            drawing = kind == _DRAWINGS
    return b"".join((*pieces, data[since:])) if pieces else data


def _records(data: bytes) -> Iterator[tuple[int, int]]:
    """Of a workbook the kind of each record, and where it begins; up to what is none."""
    at = 0
    while data.startswith(_WORKBOOK) and at + _RECORD.size <= len(data):
        kind, length = _RECORD.unpack_from(data, at)
        yield kind, at
        at += _RECORD.size + length
