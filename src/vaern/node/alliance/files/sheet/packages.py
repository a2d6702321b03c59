"""A spreadsheet file as its XML parts, within limits: an OPC package (ECMA-376, part 2). Nothing goes to a disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from lxml import etree

from vaern.formats.declared import is_read
from vaern.node.alliance.files.sheet.faults import (
    MACROS,
    NO_WORKBOOK,
    OLD_OR_LOCKED,
    TEXT_FILE,
    TOO_LARGE,
    TORN,
    Unreadable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_FILE = 1_000_000
LARGEST_UNPACKED = 8_000_000
MOST_PARTS = 200
"""A reply with sixty long commitments has less than a fifth of each."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files of before 2007 begin, and files with a password: a package encrypted within such a file."""

_MACROS = b"macroEnabled"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


def parts_of(data: bytes) -> dict[str, bytes]:
    """Return the parts of a file by name.

    Raises:
        Unreadable: it is no spreadsheet of this kind, has macros or a password, is torn, or larger than it may be.
    """
    if len(data) > LARGEST_FILE:
        raise Unreadable(TOO_LARGE)
    if data.startswith(_OLE):
        raise Unreadable(OLD_OR_LOCKED)
    if not data.startswith(b"PK"):
        raise Unreadable(TEXT_FILE if b"\0" not in data[:1024] else NO_WORKBOOK)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = _unpacked(archive)
    except Unreadable:
        raise
    except _BROKEN:
        raise Unreadable(TORN) from None
    if "[Content_Types].xml" not in parts:
        raise Unreadable(NO_WORKBOOK)
    if _MACROS in parts["[Content_Types].xml"] or any(name.lower().endswith("vbaproject.bin") for name in parts):
        raise Unreadable(MACROS)
    return parts


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Unpack all, counting what comes out and not what the file says will come out."""
    infos = archive.infolist()
    if len(infos) > MOST_PARTS:
        raise Unreadable(TOO_LARGE)
    left, found = LARGEST_UNPACKED, {}
    for info in infos:
        if info.filename in found or info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise Unreadable(TORN)
        with archive.open(info) as part:
            content = part.read(left + 1)
        left -= len(content)
        if left < 0:
            raise Unreadable(TOO_LARGE)
        found[info.filename] = content
    return found


def parsed(parts: Mapping[str, bytes], name: str) -> etree._Element:
    """Return one part as XML. No entity is resolved, and a document type is refused: no program writes one here.

    Raises:
        Unreadable: there is no such part, or it is no such XML, or in an encoding in which ASCII is not ASCII.
    """
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(parts[name], parser)
    except (KeyError, etree.XMLSyntaxError, ValueError):
        raise Unreadable(TORN) from None
    described = root.getroottree().docinfo
    if str(getattr(described, "doctype", "")) or not is_read(described.encoding or ""):
        raise Unreadable(TORN)
    return root
