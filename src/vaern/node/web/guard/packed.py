"""Inspects the two kinds of zip that are allowed in: evidence bags and spreadsheets. Pure.

Both are held in memory for the duration of the request, inspected and discarded. Once the directory shows that the zip
is no bomb, each file in it is inspected as if sent alone. Bytes of a bag that belong to no file are refused; a
spreadsheet has padding, which is searched for media.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from vaern.formats import der
from vaern.formats.bagit_holdings import Zip
from vaern.formats.source import Torn
from vaern.formats.timestamps import LARGEST
from vaern.node.web.guard.kinds import BINARY, PACKED, kind_of
from vaern.node.web.guard.known import within
from vaern.node.web.guard.media import Allowance, media_in

if TYPE_CHECKING:
    from vaern.formats.bagit_holdings import Member

LARGEST_UNPACKED = 24_000_000
"""Bytes of all files of a bag: what may come packed may come as it is."""

FREE_UNPACKED, MOST_EXPANSION = 4_000_000, 20
"""A zip unpacks to so many bytes, or to so many times its own; text packs to a tenth."""

LARGEST_WORKBOOK = 8_000_000
"""Bytes of all parts of a spreadsheet, as many as its reader takes."""

_PER_MEMBER, _END = 30 + 46 + 128, 22 + 64
"""Bytes of a zip that belong to a member beside its name and content (both headers, times, owners), and to its end."""


def media_in_bag(raw: bytes) -> str:
    """Return the disallowed content of a bag, in the words of `media_in`; "" if it holds only text and time stamps."""
    if not raw.startswith(b"PK\x03\x04"):
        return media_in(raw)
    try:
        return PACKED if _is_bomb(raw) else BINARY if _has_more(raw) else _in_members(raw)
    except (Torn, zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError):
        return PACKED


def _in_members(raw: bytes) -> str:
    left, allowance = LARGEST_UNPACKED, Allowance()
    for member in Zip(io.BytesIO(raw), "bag", len(raw)).members():
        left -= member.size
        if left < 0:
            return PACKED
        if found := media_in(member.path.encode("utf-8", "replace"), allowance) or _in_member(member, allowance):
            return found
    return ""


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""A spreadsheet of before 2007 or with a password: nobody looks into it, and whoever sent it is told what it is."""

_UNREAD = ("vbaproject.bin", "printersettings1.bin", "printersettings2.bin")
"""Parts of a spreadsheet that are no text, and are never read."""


def media_in_workbook(raw: bytes) -> str:
    """Return the disallowed content of a spreadsheet; "" if it holds only XML and files that nobody reads."""
    if not raw.startswith(b"PK\x03\x04"):
        return within(raw) if raw.startswith(_OLE) else media_in(raw)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if sum(info.file_size for info in archive.infolist()) > LARGEST_WORKBOOK:
                return within(raw)  # larger than the reader takes: it says so, and reads nothing
            return within(_outside(raw, archive.infolist())) or _in_sheets(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        return within(raw)  # torn: the reader says so


def _in_sheets(archive: zipfile.ZipFile) -> str:
    left, allowance = LARGEST_WORKBOOK, Allowance()
    for info in archive.infolist():
        with archive.open(info) as part:
            content = part.read(left + 1)
        left -= len(content)
        if left < 0:
            return PACKED  # it holds more than it says
        name = info.filename.lower()
        is_unread = name.endswith(_UNREAD) and _is_unread(name, content)
        if found := media_in(info.filename.encode(), allowance):
            return found
        if not is_unread and (found := media_in(content, allowance)):
            return found
    return ""


LARGEST_PRINTER_SETTINGS = 20_000


def _is_unread(name: str, content: bytes) -> bool:
    """Whether a part is, as far as can be told, what its name says, and contains no media."""
    plausible = content.startswith(_OLE) if name.endswith("vbaproject.bin") else len(content) < LARGEST_PRINTER_SETTINGS
    return plausible and not kind_of(content.removeprefix(_OLE)) and not within(content)


def _outside(raw: bytes, infos: list[zipfile.ZipInfo]) -> bytes:
    """Return the bytes of a zip outside its files' content: headers, comments, and gaps before, between and after."""
    pieces, at = [], 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        lengths = raw[info.header_offset + 26 : info.header_offset + 30]
        begin = info.header_offset + 30 + int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
        pieces.append(raw[at:begin])
        at = max(at, begin + info.compress_size)
    return b"".join([*pieces, raw[at:]])


def _is_bomb(raw: bytes) -> bool:
    """Whether a zip's directory declares more uncompressed data than is inspected."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        unpacked = sum(info.file_size for info in archive.infolist())
    return unpacked > min(LARGEST_UNPACKED, max(FREE_UNPACKED, MOST_EXPANSION * len(raw)))


def _has_more(raw: bytes) -> bool:
    """Whether there are bytes that are neither a file's nor what a zip needs: another file before, between, behind."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        infos = archive.infolist()
        needed = sum(info.compress_size + 2 * len(info.filename.encode()) + _PER_MEMBER for info in infos)
        return len(raw) > needed + _END or bool(archive.comment) or any(info.comment for info in infos)


def _in_member(member: Member, allowance: Allowance) -> str:
    content = b"".join(member.chunks())
    if member.path.endswith(".tsr") and len(content) <= LARGEST and _is_stamp(content):
        return ""
    return media_in(content, allowance)


def _is_stamp(content: bytes) -> bool:
    """Whether this is one sequence of DER whose parts are sequences, as a response of RFC 3161 is, and no more."""
    try:
        outer = der.parsed(content)
        is_sequence = outer.tag == der.SEQUENCE and 1 <= len(outer.children) <= 2
        return is_sequence and outer.children[0].tag == der.SEQUENCE and not within(content)
    except der.DerError:
        return False
