"""Whether a zip is an evidence bag as far as the guard is concerned: text files, and time stamps. Pure.

A bag from outside is looked at in memory and thrown away. Even so media may not come in, not for a moment: each file in
the zip is looked at as if it had been sent alone, and bytes that belong to no file are refused.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from vaern.formats import der
from vaern.formats.bagit_holdings import Zip
from vaern.formats.source import Torn
from vaern.formats.timestamps import LARGEST
from vaern.node.web.contents import BINARY, PACKED, media_in

if TYPE_CHECKING:
    from vaern.formats.bagit_holdings import Member

LARGEST_UNPACKED = 64_000_000
"""Bytes of all files of a bag."""

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
