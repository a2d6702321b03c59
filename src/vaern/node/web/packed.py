"""Whether a zip is an evidence bag or a spreadsheet as far as the guard is concerned: text, time stamps, XML. Pure.

Both are looked at in memory and thrown away. Even so media may not come in, not for a moment: each file in the zip is
looked at as if it had been sent alone. Bytes of a bag that belong to no file are refused; spreadsheets have padding.
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
from vaern.node.web.contents import BINARY, PACKED, kind_of, media_in

if TYPE_CHECKING:
    from vaern.formats.bagit_holdings import Member

LARGEST_UNPACKED = 64_000_000
"""Bytes of all files of a bag."""

LARGEST_WORKBOOK = 8_000_000
"""Bytes of all parts of a spreadsheet, as many as its reader takes."""

_PER_MEMBER, _END = 30 + 46 + 128, 22 + 64
"""Bytes of a zip that belong to a member beside its name and content (both headers, times, owners), and to its end."""


def media_in_bag(raw: bytes) -> str:
    """Return what a zip holds that has no place here, as `contents.media_in` says it; "" if it is text and stamps."""
    if not raw.startswith(b"PK\x03\x04"):
        return media_in(raw)
    try:
        if _has_more(raw):
            return BINARY
        left = LARGEST_UNPACKED
        for member in Zip(io.BytesIO(raw), "bag", len(raw)).members():
            left -= member.size
            if left < 0:
                return PACKED
            if found := media_in(member.path.encode("utf-8", "replace")) or _in_member(member):
                return found
    except (Torn, zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError):
        return PACKED
    return ""


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""A spreadsheet of before 2007 or with a password: nobody looks into it, and whoever sent it is told what it is."""

_UNREAD = ("vbaproject.bin", "printersettings1.bin", "printersettings2.bin")
"""Parts of a spreadsheet that are no text, and are never read."""


def media_in_workbook(raw: bytes) -> str:
    """Return what a spreadsheet holds that has no place here; "" if it is XML, or a file that nobody looks into."""
    if raw.startswith(_OLE):
        return ""
    if not raw.startswith(b"PK\x03\x04"):
        return media_in(raw)
    left = LARGEST_WORKBOOK
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for info in archive.infolist():
                with archive.open(info) as part:
                    content = part.read(left + 1)
                left -= len(content)
                if left < 0:
                    return ""  # larger than the reader takes: it says so, and reads nothing
                is_unread = info.filename.lower().endswith(_UNREAD) and kind_of(content) in _HARMLESS
                if not is_unread and (found := media_in(info.filename.encode()) or media_in(content)):
                    return found
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        return ""  # torn: the reader says so
    return ""


_HARMLESS = {"", "application/x-ole-storage"}


def _has_more(raw: bytes) -> bool:
    """Whether there are bytes that are neither a file's nor what a zip needs: another file before, between, behind."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        infos = archive.infolist()
        needed = sum(info.compress_size + 2 * len(info.filename.encode()) + _PER_MEMBER for info in infos)
        return len(raw) > needed + _END or bool(archive.comment) or any(info.comment for info in infos)


def _in_member(member: Member) -> str:
    content = b"".join(member.chunks())
    if member.path.endswith(".tsr") and len(content) <= LARGEST and _is_stamp(content):
        return ""
    return media_in(content)


def _is_stamp(content: bytes) -> bool:
    """Whether this is one sequence of DER whose parts are sequences, as a response of RFC 3161 is, and no more."""
    try:
        outer = der.parsed(content)
        return outer.tag == der.SEQUENCE and 1 <= len(outer.children) <= 2 and outer.children[0].tag == der.SEQUENCE
    except der.DerError:
        return False
