"""Abuse reports by mail: ARF (RFC 5965), and XARF in its mail (research: `formats.md`, (f)).

A mail is opened with the standard library. What it holds of media, archives, or the message complained of, is neither
decoded nor kept: each such part is told. Without a part for machines the text alone is taken, for a person to read.
"""

from __future__ import annotations

import re
from email import message_from_bytes
from email.errors import MessageError
from email.policy import compat32
from email.utils import getaddresses
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from msgspec.structs import replace

from vaern.arrivals import Arrival, Fault, Location, Read
from vaern.faults import say
from vaern.formats import xarf
from vaern.formats.cybertipline_rules import SKEW, is_address, is_defanged, is_url
from vaern.formats.leaves import MAX_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from email.message import Message

MAX_BYTES = 15 << 20
MAX_PARTS = 200
MAX_FIELDS = 200
"""Fields of a feedback report that are read."""
MAX_NAME = 40

_REQUIRED = ("feedback-type", "user-agent", "version")
_ONCE = frozenset(
    {
        *_REQUIRED,
        "original-envelope-id",
        "original-mail-from",
        "arrival-date",
        "received-date",
        "reporting-mta",
        "source-ip",
        "incidents",
    }
)
_TYPES = frozenset({"abuse", "fraud", "virus", "other", "not-spam", "auth-failure", "xarf"})
_TEXTS = (".txt", ".log", ".yaml")
_HIDDEN = frozenset({"script", "style", "title", "template"})
_INLINE = frozenset({"a", "abbr", "b", "code", "em", "font", "i", "img", "small", "span", "strong", "sub", "sup", "u"})
_PLAIN = frozenset({"report.txt", "report.yaml", "xarf.txt"})


def read(data: bytes, *, now: datetime) -> Read:
    """Reads one mail; never raises on any bytes. Fatal is only a mail that is too large, or holds nothing to read."""
    if len(data) > MAX_BYTES:
        return Read(None, (Fault("", say("mail_bytes", most=MAX_BYTES)),))
    try:
        return _read(message_from_bytes(data, policy=compat32), now)
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # The standard library's parser is lenient, and fails on some headers in ways that it does not name.
        return Read(None, (Fault("", say("no_mail")),))


def _read(mail: Message, now: datetime) -> Read:
    parts = list(_parts(mail))
    faults = [fault for _path, part, fault in parts if part is None and fault is not None]
    usable = [(path, part) for path, part, _fault in parts if part is not None and not _is_page(part)]
    pages = [(path, part) for path, part, _fault in parts if part is not None and _is_page(part)]
    text = "\n\n".join(filter(None, (_text(part) for _path, part in usable if _is_text(part))))
    if usable:
        faults += (Fault(path, say("attached_part"), fatal=False) for path, _part in pages)
    for _path, part in usable:
        if found := _xarf(part, mail, now):
            return _beside(found, text, faults)
    machine = next((part for _path, part in usable if part.get_content_type() == "message/feedback-report"), None)
    if machine is not None:
        return _feedback(_fields(machine), mail, text, faults, now)
    if not usable and (text := "\n\n".join(filter(None, (_of_html(part) for _path, part in pages)))):
        faults.append(Fault("", say("html_read"), fatal=False))
    if not text.strip():
        return Read(None, (*faults, Fault("", say("empty_mail"))))
    faults.append(Fault("", say("no_machine_part"), fatal=False))
    return Read(Arrival("arf", _id(mail), narrative=text[:MAX_TEXT], contact=_from(mail)), tuple(faults))


def _parts(mail: Message) -> Iterator[tuple[str, Message | None, Fault | None]]:
    """Leaves of the mail that may be read, and faults for those that are not."""
    waiting: list[tuple[str, Message]] = [("mail", mail)]
    count = 0
    while waiting:
        path, part = waiting.pop()
        count += 1
        if count > MAX_PARTS:
            yield path, None, Fault("mail", say("mail_parts", most=MAX_PARTS), fatal=False)
            return
        kind = part.get_content_type()
        below = part.get_payload() if part.is_multipart() else None
        if kind == "message/feedback-report" or _is_readable(part) or _is_page(part):
            yield path, part, None
        elif kind.startswith("multipart/") and isinstance(below, list):
            children = [(f"{path}/{number}", child) for number, child in enumerate(below, 1)]
            waiting.extend(reversed(children))
        elif kind in {"message/rfc822", "text/rfc822-headers"}:
            yield path, None, Fault(path, say("complained_of"), fatal=False)
        else:
            yield path, None, Fault(path, say("attached_part"), fatal=False)


def _is_readable(part: Message) -> bool:
    """Whether a leaf of a mail holds text that is read here; all others are neither decoded nor kept."""
    kind = part.get_content_type()
    name = _filename(part).lower()
    if kind == "text/plain":
        # a picture is no text, whatever its sender calls it
        return (not name or name.endswith(_TEXTS)) and b"\0" not in _bytes(part)
    return kind in {"application/json", "application/xarf+json"} or (
        kind in {"text/yaml", "application/octet-stream"} and (name in _PLAIN or name == "xarf.json")
    )


def _is_page(part: Message) -> bool:
    """Whether a part is HTML: read as text, and only where the mail has no other."""
    return part.get_content_type() == "text/html" and not _filename(part)


def _of_html(part: Message) -> str:
    """The words of an HTML part, a line a block; what no person sees of it is left out, and nothing is fetched."""
    page = _Words()
    try:
        page.feed(_text(part))
        page.close()
    except AssertionError:  # what the library says of a declaration that is none
        return ""
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in "".join(page.words).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:MAX_TEXT]


class _Words(HTMLParser):
    """Collects what a person would read of a page, and the addresses of its links."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._hidden = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden = self._hidden or tag
        elif tag not in _INLINE:
            self.words.append("\n")
        link = dict(attrs).get("href") if tag == "a" else None
        if link and is_url(link):
            self.words.append(f" {link} ")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._hidden:
            self._hidden = ""
        elif tag not in _INLINE:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def _filename(part: Message) -> str:
    try:
        return str(part.get_filename() or "")
    except (ValueError, LookupError, TypeError, AttributeError):  # a name that is no name
        return ""


def _is_text(part: Message) -> bool:
    """Whether a part is for people: text, and not the machine's part of X-ARF."""
    return part.get_content_type() == "text/plain" and _filename(part).lower() not in _PLAIN


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: Message) -> str:
    data = _bytes(part)
    charset = str(part.get_content_charset() or "utf-8")
    try:
        text = data.decode(charset, "replace")
    except (LookupError, ValueError):  # no such character set, or one that is no text
        text = data.decode("utf-8", "replace")
    whole = text.encode("utf-8", "replace").decode()  # UTF-7 and others can spell half a surrogate pair
    return whole.replace("\r\n", "\n").replace("\0", "\ufffd").strip()[:MAX_TEXT]


def _xarf(part: Message, mail: Message, now: datetime) -> Read | None:
    name = _filename(part).lower()
    if part.get_content_type() in {"application/json", "application/xarf+json"} or name == "xarf.json":
        found = xarf.read(_bytes(part), now=now)
        return found if found.arrival is not None else None
    marked = str(mail.get("X-XARF") or mail.get("X-ARF") or "").strip().upper() in {"PLAIN", "YES", "BULK", "SECURE"}
    if marked and (name in _PLAIN or part.get_content_type() == "text/yaml" or "Report-Type:" in _text(part)):
        found = xarf.read_plain(_text(part), now=now)
        return found if found.arrival is not None else None
    return None


def _beside(found: Read, text: str, faults: list[Fault]) -> Read:
    """The XARF report, with the mail's text where it has none of its own."""
    assert found.arrival is not None
    unknown = found.arrival.unknown
    if text and text != found.arrival.narrative:
        if found.arrival.narrative:
            unknown = (*unknown, ("mail/text", text))
            return Read(replace(found.arrival, unknown=unknown), (*found.faults, *faults))
        return Read(replace(found.arrival, narrative=text), (*found.faults, *faults))
    return Read(found.arrival, (*found.faults, *faults))


def _fields(part: Message) -> list[tuple[str, str]]:
    """Names in lower case and values of a feedback report, in order."""
    payload = part.get_payload()
    if isinstance(payload, list) and payload and not isinstance(payload[0], str):
        pairs = [(str(name), str(value)) for name, value in payload[0].items()]
        body = payload[0].get_payload()
        lines = body if isinstance(body, str) else ""
    else:
        pairs, lines = [], str(payload)
    if not pairs:  # a blank line before the fields: RFC 5965 forbids it, senders do it
        pairs = [(name, value) for name, colon, value in (line.partition(":") for line in lines.splitlines()) if colon]
    cleaned = (
        (name.strip().lower()[:MAX_NAME], re.sub(r"\s+", " ", value).strip()) for name, value in pairs[:MAX_FIELDS]
    )
    return [(name, value.encode("utf-8", "replace").decode()[:MAX_TEXT]) for name, value in cleaned]


def _feedback(fields: list[tuple[str, str]], mail: Message, text: str, faults: list[Fault], now: datetime) -> Read:
    first: dict[str, str] = {}
    for name, value in fields:
        if name in first and name in _ONCE:
            faults.append(Fault(f"feedback-report/{name}", say("first_taken"), fatal=False))
        first.setdefault(name, value)
    missing = (name for name in _REQUIRED if not first.get(name))
    faults.extend(Fault(f"feedback-report/{name}", say("missing"), fatal=False) for name in missing)
    if first.get("feedback-type") and first["feedback-type"].lower() not in _TYPES:
        none_of = say("none_of", values=", ".join(sorted(_TYPES)))
        faults.append(Fault("feedback-report/feedback-type", none_of, fatal=False))
    moment = _moment(first, faults, now)
    ip = first.get("source-ip", "")
    if ip and not is_address(ip):
        faults.append(Fault("feedback-report/source-ip", say("no_ip"), fatal=False))
    told = [value for name, value in fields if name == "reported-uri"]
    urls = [value for value in told if is_url(value) or is_defanged(value)]
    if not all(map(is_url, told)):
        faults.append(Fault("feedback-report/reported-uri", say("no_address"), fatal=False))
    places = tuple(Location(url, ip=ip) for url in dict.fromkeys(urls)) or ((Location(ip=ip),) if ip else ())
    taken = {"source-ip", *(("arrival-date", "received-date") if moment else ())}
    unknown = tuple(
        (f"feedback-report/{name}", value)
        for name, value in fields
        if value and name not in taken and not (name == "reported-uri" and value in urls)
    )
    arrival = Arrival(
        "arf", _id(mail), incident_at=moment, narrative=text, locations=places, contact=_from(mail), unknown=unknown
    )
    return Read(arrival, tuple(faults))


def _moment(first: dict[str, str], faults: list[Fault], now: datetime) -> datetime | None:
    name = "arrival-date" if first.get("arrival-date") else "received-date"
    moment = xarf.any_moment(first.get(name, ""))
    if moment is None and first.get(name):
        faults.append(Fault(f"feedback-report/{name}", say("date_with_zone"), fatal=False))
    if moment is not None and moment > now + SKEW:
        faults.append(Fault(f"feedback-report/{name}", say("future"), fatal=False))
    return moment


def _id(mail: Message) -> str:
    return _header(mail, "Message-ID").strip("<> ")


def _from(mail: Message) -> str:
    found = [address for _name, address in getaddresses([_header(mail, "From")]) if address]
    return found[0] if found else ""


def _header(mail: Message, name: str) -> str:
    return _one_line(str(mail.get(name) or ""))[:1000]


def _one_line(text: str) -> str:
    """Text of a header: unfolded, and without the lone surrogates by which the library marks bytes that are no text."""
    return re.sub(r"\s+", " ", text).encode("utf-8", "replace").decode().strip()
