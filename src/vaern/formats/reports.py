"""The one door for documents that report something: which kind it is, and its reports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from vaern.arrivals import Fault, Read
from vaern.faults import say
from vaern.formats import arf, cybertipline, report_csv, xarf
from vaern.formats.source import encoding_of
from vaern.formats.table import cells, sniff_delimiter

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

Kind = Literal["cybertipline", "xarf", "arf", "csv", ""]
"""What a document is; "" if it is none that is read here."""

_TYPES: dict[str, Kind] = {
    "text/xml": "cybertipline",
    "application/xml": "cybertipline",
    "application/xarf+json": "xarf",
    "application/json": "xarf",
    "message/rfc822": "arf",
    "message/feedback-report": "arf",
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
}
_SUFFIXES: dict[str, Kind] = {".xml": "cybertipline", ".eml": "arf", ".csv": "csv", ".tsv": "csv"}
_MAIL = re.compile(rb"(From [^\r\n]*\r?\n)?[!-9;-~]{1,70}:[ \t][^\r\n]*\r?\n")
_MAIL_NAMES = re.compile(rb"(?im)^(mime-version|content-type|received|message-id|return-path|from):")


def sniff(data: bytes, content_type: str = "", name: str = "") -> Kind:
    """What a document is: by its content; where that does not tell, by its type and name. Never raises.

    Args:
        data: the document.
        content_type: as the sender declares it, parameters and all.
        name: of the file, or "".
    """
    head = data[:65536].lstrip(b"\xef\xbb\xbf \t\r\n")
    declared = _TYPES.get(content_type.partition(";")[0].strip().lower(), "")
    named: Kind = next((kind for suffix, kind in _SUFFIXES.items() if name.lower().endswith(suffix)), "")
    if head.startswith((b"<", b"\xff\xfe<\0", b"\xfe\xff\0<")):
        return "cybertipline"
    if head.startswith(b"{"):
        return "xarf" if re.search(rb'"(xarf_version|ReporterInfo|Version)"', head) else ""
    if _names_columns(data[:65536]):
        return "csv"
    if _MAIL.match(head) and _MAIL_NAMES.search(head):
        return "arf"
    return declared or named


def _names_columns(head: bytes) -> bool:
    encoding, mark = encoding_of(head[:4])
    text = head[mark:].decode(encoding, "replace")
    rows = (row for _line, row in cells([text], sniff_delimiter(text)))
    first = next((row for row in rows if isinstance(row, str) or any(cell.strip() for cell in row)), [])
    names = [report_csv.column_of(cell.strip()) for cell in first] if isinstance(first, list) else []
    return sum(map(bool, names)) > 1 or names == ["url"]


def read(data: bytes, kind: str, *, now: datetime, xsd: Path | None = None) -> list[Read]:
    """The reports of a document, at least one `Read`; never raises on any bytes.

    Args:
        data: the document.
        kind: of `sniff`.
        now: with zone.
        xsd: NCMEC's schema, for `cybertipline`.

    Raises:
        SchemaError: `xsd` cannot be read.
    """
    match kind:
        case "cybertipline":
            return cybertipline.read(data, now=now, xsd=xsd)
        case "xarf":
            return [xarf.read(data, now=now)]
        case "arf":
            return [arf.read(data, now=now)]
        case "csv":
            return report_csv.read(data, now=now)
        case _:
            said = say("unknown_document")
            return [Read(None, (Fault("", said),))]
