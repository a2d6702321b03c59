"""The door for documents: strips media in memory, before a document is read and before any of it is stored.

Documents may use other encodings than UTF-8, and mails and XARF carry attachments. The guard of requests would refuse
them all, but the desk needs the report. So this door decodes what it checks, leaves out the parts that hold media, and
says so; a document from which media cannot be removed (inside a table or XML) is refused as a whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.errors import MessageError
from email.policy import compat32
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from vaern.arrivals import Fault
from vaern.faults import say
from vaern.formats import report_csv, reports
from vaern.formats.declared import keeps_ascii
from vaern.formats.safe_xml import MAX_DEPTH
from vaern.formats.trees import Members, json_text, json_value
from vaern.node.web import request_parts
from vaern.node.web.guard.kinds import SHORT, as_text, kind_of
from vaern.node.web.guard.media import Allowance, media_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

_DECLARED = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.-]{1,40})[\"']", re.ASCII)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
_MARKS = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
DEEPEST = MAX_DEPTH
"""Levels of JSON that are walked; more has no reader either."""

Kind = Literal[reports.Kind, "json", "jsonl"]
"""What a document is; `json` and `jsonl` of another system, of whatever content."""


@dataclass(frozen=True)
class AtDoor:
    """A document without media.

    Attributes:
        body: the bytes for the reader.
        left_out: where media was removed; empty if `body` is the whole document.
        came: the original bytes, if `body` is the same text in UTF-8; else empty.
    """

    body: bytes
    left_out: tuple[Fault, ...] = ()
    came: bytes = b""

    @property
    def kept(self) -> bytes:
        """The bytes to store: the original document, unless media was removed."""
        return (not self.left_out and self.came) or self.body


def first_look(body: bytes) -> str:
    """Return what a body is if it is a picture or an archive instead of a text document; "" otherwise."""
    return "" if as_text(body) is not None else kind_of(body)


def take(content_type: str, body: bytes, charset: str = "", kind: Kind | None = None) -> AtDoor:
    """Return a document stripped of media.

    Args:
        content_type: as the sender declares it.
        body: the document.
        charset: the encoding that the sender declares with the type, or "". A byte order mark, an XML declaration and
            valid UTF-8 take precedence.
        kind: its format, if known; else it is detected from the content.

    Raises:
        Problem: it holds media that cannot be removed.
    """
    kind = kind or reports.sniff(body, content_type)
    text = _in_utf8(body, charset) if kind != "arf" else b""
    found = _taken(kind, text or body)
    return replace(found, came=body) if text else found


def _in_utf8(body: bytes, charset: str) -> bytes:
    """Return the text of a document in UTF-8, so that guard and reader see the same; empty if it needs no change."""
    said = _DECLARED.match(body[:200]) or any(body.startswith(mark) for mark, _encoding in _MARKS)
    if not charset or said or as_text(body) is not None:
        return b""
    try:
        text = body.decode(charset)
    except (UnicodeError, LookupError):
        return b""
    return _DECLARATION.sub("", text, count=1).encode("utf-8", "replace")


def _taken(kind: Kind, body: bytes) -> AtDoor:
    allowance = Allowance()
    if kind == "arf":
        return _mail(body, allowance)
    if kind in {"xarf", "json"} and (found := _json(body, allowance)) is not None:
        return found
    if kind == "jsonl" and (found := _json_lines(body, allowance)) is not None:
        return found
    if media := _media_in_text(body, allowance):
        raise request_parts.problem({"": media}, _cell(body) if kind == "csv" else (request_parts.line_of(body), 0))
    return AtDoor(body)


def _cell(table: bytes) -> tuple[int, int]:
    """Return the line and the column of the first cell that holds media; (0, 0) if none does alone."""
    allowance = Allowance()
    for line, row in report_csv.rows_of(b"" if kind_of(table) else table):
        for column, cell in enumerate([] if isinstance(row, str) else row, 1):
            if len(cell) > SHORT and media_in(cell.encode("utf-8", "replace"), allowance):
                return line, column
    return 0, 0


def _media_in_text(data: bytes, allowance: Allowance, charset: str = "") -> str:
    """Return what bytes hold that has no place here, whichever encoding of text they are in."""
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "")
    declared = _DECLARED.match(data[:200])
    named = [marked, declared[1].decode() if declared else "", charset]
    if as_text(data) is not None:
        if found := media_in(data, allowance):
            return found
        named = [encoding for encoding in named if encoding and not keeps_ascii(encoding)]
        if not named:
            return ""
    for encoding in filter(None, (*named, "cp1252")):
        try:
            return media_in(data.decode(encoding).encode(), allowance)
        except (UnicodeError, LookupError):
            continue
    return media_in(data, allowance)


def _mail(body: bytes, allowance: Allowance) -> AtDoor:
    """Leave out each part of a mail that holds media; its headers stay, so that it is told what was there."""
    left_out: list[Fault] = []
    try:
        mail = message_from_bytes(body, policy=compat32)
        for path, part in _parts(mail):
            if media := _media_in_text(_headers(part), allowance):
                raise request_parts.problem({"": media})
            if _holds_media(part, allowance):
                part.set_payload("")
                del part["Content-Transfer-Encoding"]
                left_out.append(Fault(path, say("encoded_file"), fatal=False))
            for beside in ("preamble", "epilogue"):  # before the first and behind the last part: no reader shows it
                if _media_in_text(_raw(getattr(part, beside) or ""), allowance):
                    setattr(part, beside, None)
                    left_out.append(Fault(f"{path}/{beside}", say("encoded_file"), fatal=False))
        return AtDoor(mail.as_bytes(), tuple(left_out)) if left_out else AtDoor(body)
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        if media := _media_in_text(body, allowance):
            raise request_parts.problem({"": media}) from None
        return AtDoor(body)


def _holds_media(part: Message, allowance: Allowance) -> bool:
    """Whether the content of a part is or holds media: as it is decoded, or as it stands.

    A decoder stops at the padding of base64, or takes another encoding than the one declared; all of it would be kept.
    """
    if part.is_multipart():
        return False
    decoded, stands = part.get_payload(decode=True), part.get_payload()
    if isinstance(decoded, bytes) and _media_in_text(decoded, allowance, str(part.get_content_charset() or "")):
        return True
    return isinstance(stands, str) and bool(_media_in_text(_raw(stands), allowance))


def _raw(text: str) -> bytes:
    """Return the bytes of what the parser of mails gives as text."""
    return text.encode("utf-8", "surrogateescape")


def _parts(mail: Message) -> Iterator[tuple[str, Message]]:
    waiting: list[tuple[str, Message]] = [("mail", mail)]
    while waiting:
        path, part = waiting.pop()
        yield path, part
        below = part.get_payload() if part.is_multipart() else None
        if isinstance(below, list):
            waiting.extend((f"{path}/{number}", child) for number, child in enumerate(below, 1))


def _headers(part: Message) -> bytes:
    lines = [part.get_unixfrom() or "", *(f"{name}: {value}" for name, value in part.items())]
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def _json(body: bytes, allowance: Allowance) -> AtDoor | None:
    """Leave out each string of a JSON document that holds media; None if it is no JSON, or holds none.

    All else stays as it is: a member that stands twice, and how a number is written.
    """
    try:
        document = json_value(body)
    except (ValueError, RecursionError):
        return None
    left_out: list[Fault] = []
    cleaned = _without(document, "", left_out, allowance)
    if not left_out:
        return None
    text = json_text(cleaned).encode()
    if media := media_in(text, allowance):  # in a name, in many strings together, or deeper than anything is read
        raise request_parts.problem({"": media})
    return AtDoor(text, tuple(left_out))


def _json_lines(body: bytes, allowance: Allowance) -> AtDoor | None:
    """Do the same to each line of a document of lines."""
    lines = body.split(b"\n")
    left_out: list[Fault] = []
    for number, line in enumerate(lines):
        if (found := _json(line, allowance)) is not None:
            lines[number] = found.body
            left_out += [
                msgspec.structs.replace(fault, path=f"line {number + 1}, {fault.path}") for fault in found.left_out
            ]
    if not left_out:
        return None
    if media := media_in(b"\n".join(lines), allowance):
        raise request_parts.problem({"": media})
    return AtDoor(b"\n".join(lines), tuple(left_out))


def _without(value: Any, path: str, left_out: list[Fault], allowance: Allowance) -> Any:
    if path.count(".") + path.count("[") > DEEPEST:
        return value  # whoever looks at the whole finds what is in it
    if isinstance(value, str) and media_in(value.encode("utf-8", "replace"), allowance):
        left_out.append(Fault(path, say("encoded_file"), fatal=False))
        return ""
    if isinstance(value, list):
        return [_without(one, f"{path}[{number}]", left_out, allowance) for number, one in enumerate(value)]
    if isinstance(value, Members):
        return Members(
            (name, _without(one, f"{path}.{name}" if _NAME.match(name) else f"{path}.…", left_out, allowance))
            for name, one in value
        )
    return value


_NAME = re.compile(r"[A-Za-z_]\w{0,39}\Z", re.ASCII)
