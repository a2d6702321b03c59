"""The one door for documents that report something: which kind it is, and its reports.

`storable` gives what may be kept of a document: content never enters, so pictures that a sender put into a mail or into
XARF evidence are taken out before anything is stored.
"""

from __future__ import annotations

import json
import re
from email import message_from_bytes
from email.errors import MessageError
from email.policy import compat32
from typing import TYPE_CHECKING, Any, Literal

from vaern.arrivals import Fault, Read
from vaern.formats import arf, cybertipline, report_csv, xarf
from vaern.formats.leaves import decoded, is_data
from vaern.formats.source import encoding_of
from vaern.formats.table import sniff_delimiter

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

Kind = Literal["cybertipline", "xarf", "arf", "csv", ""]
"""What a document is; "" if it is none that is read here."""

_TYPES: dict[str, Kind] = {
    "text/xml": "cybertipline",
    "application/xml": "cybertipline",
    "application/xarf+json": "xarf",
    "message/rfc822": "arf",
    "message/feedback-report": "arf",
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
}
_SUFFIXES: dict[str, Kind] = {".xml": "cybertipline", ".eml": "arf", ".csv": "csv", ".tsv": "csv"}
_MAIL = re.compile(rb"(From [^\r\n]*\r?\n)?[!-9;-~]{1,70}:[ \t][^\r\n]*\r?\n")
_MAIL_NAMES = re.compile(rb"(?im)^(mime-version|content-type|received|message-id|return-path|from):")
_LEFT_OUT = "(left out: content is never kept)"


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
    first = next((line for line in text.splitlines() if line.strip()), "")
    names = [report_csv.column_of(cell.strip().strip('"')) for cell in first.split(sniff_delimiter(first))]
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
            said = "is no CyberTipline XML, XARF, ARF mail or CSV with a column url"
            return [Read(None, (Fault("", said),))]


def storable(data: bytes, kind: str) -> bytes:
    """What may be kept of a document: without attached files, evidence that is no plain text, and `_internal`.

    Reading it gives the same report. Nothing (`b""`) where the document cannot be taken apart. Never raises.
    """
    if kind in {"cybertipline", "csv"}:
        return data
    if kind == "xarf":
        document = decoded(data.removeprefix(b"\xef\xbb\xbf"))
        try:
            return (
                b"" if document is None else json.dumps(_bare(document), ensure_ascii=False).encode("utf-8", "replace")
            )
        except RecursionError:
            return b""
    if kind == "arf":
        try:
            return _bare_mail(data)
        except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError):
            return b""  # the standard library fails on some broken mails in ways that it does not name
    return b""


def _bare(document: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in document.items() if name not in {"_internal", "screenshot_url"}}
    evidence = kept.get("evidence")
    if isinstance(evidence, list):
        kept["evidence"] = [_bare_item(item) for item in evidence]
    elif "evidence" in kept:
        kept["evidence"] = None
    report = kept.get("Report")
    if isinstance(report, dict):
        kept["Report"] = {
            name: ([_LEFT_OUT] if value else value) if name in {"Attachment", "Samples"} else value
            for name, value in report.items()
        }
    return {name: _without_data(value) for name, value in kept.items()}


def _without_data(value: Any) -> Any:
    if isinstance(value, str):
        return _LEFT_OUT if is_data(value) else value
    if isinstance(value, list):
        return [_without_data(one) for one in value]
    return {name: _without_data(one) for name, one in value.items()} if isinstance(value, dict) else value


def _bare_item(item: object) -> object:
    if not isinstance(item, dict):
        return None
    return item if xarf.plain_text(item) is not None else {**item, "payload": _LEFT_OUT}


def _bare_mail(data: bytes) -> bytes:
    mail = message_from_bytes(data, policy=compat32)
    waiting = [mail]
    while waiting:
        part = waiting.pop()
        kind, payload = part.get_content_type(), part.get_payload()
        if kind == "message/feedback-report":
            if isinstance(payload, list) and not isinstance(payload[0], str) and payload[0].keys():
                payload[0].set_payload("")  # its fields are headers; a body is none of it
            continue
        if kind.startswith("multipart/") and isinstance(payload, list):
            part.preamble = part.epilogue = None
            waiting += [one for one in payload if not isinstance(one, str)]
            continue
        if kind == "text/plain" and arf.is_readable(part):
            continue
        whole = part.get_payload(decode=True)
        document = decoded(whole) if arf.is_readable(part) and isinstance(whole, bytes) else None
        del part["Content-Transfer-Encoding"]
        if document is not None:
            part.set_payload(json.dumps(_bare(document)))
        elif not arf.is_readable(part):
            if part.get_content_maintype() == "message":
                part.set_type("text/rfc822-headers")
            part.set_payload(_LEFT_OUT)
        else:
            part.set_payload((whole if isinstance(whole, bytes) else b"").decode("utf-8", "replace"), "utf-8")
    return mail.as_bytes()
