"""What a registration by mail says: any charset, broken headers, parts of HTML; attachments are counted and dropped.

Pure; no Django. Nothing that a mail says is trusted: an address is one plain address, a value is one short line.
"""

from __future__ import annotations

import codecs
import email
import email.policy
import hashlib
import re
from dataclasses import dataclass, field
from email.errors import MessageError
from email.header import decode_header
from email.utils import getaddresses
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from vaern.node.press.rules.lines import one_line, plain_address

if TYPE_CHECKING:
    from email.message import Message

LONGEST_BODY = 50_000
"""Characters of a body in which we look for answers."""

MOST_PARTS = 200

LABELS: dict[str, tuple[int, tuple[str, ...]]] = {
    "name": (120, ("name", "navn", "your name", "dit navn")),
    "medium": (120, ("medium", "media", "outlet", "medie", "mediet")),
    "card": (60, ("press card", "press card number", "card", "card number", "pressekort", "pressekortnummer", "kort")),
    "issuer": (120, ("issuer", "issued by", "card issued by", "udsteder", "udstedt af")),
    "phone": (40, ("phone", "telephone", "mobile", "tel", "telefon", "mobil")),
    "needs": (500, ("needs", "i need", "behov", "jeg har brug for")),
}
"""What we look for at the beginning of a line, and how long the answer may be."""

_DANISH = {
    "navn",
    "medie",
    "mediet",
    "pressekort",
    "pressekortnummer",
    "kort",
    "udsteder",
    "udstedt af",
    "telefon",
    "mobil",
    "behov",
}
_LINE = re.compile(r"\W{0,4}(?P<label>[^\W\d_](?:[^\W\d_]| ){0,30}?)\s*[:=]\s*(?P<value>\S.*)\Z")
_BY = {label: name for name, (_longest, labels) in LABELS.items() for label in labels}


@dataclass(frozen=True)
class Letter:
    """The parts of a mail that a registration needs.

    Attributes:
        sender: plain address, or "" if there is none that can be answered.
        fields: what it says of the journalist, by the names of a registration.
        dropped: how many attachments there were.
        message_id: what makes the same mail twice one.
        automatic: why no person wrote it, or "".
        language: `da` or `en`.
    """

    sender: str
    fields: dict[str, str] = field(default_factory=dict)
    dropped: int = 0
    message_id: str = ""
    automatic: str = ""
    language: str = "en"


def read(data: bytes, envelope: str | None) -> Letter:
    """Parse a mail, however malformed.

    Args:
        data: as it came.
        envelope: who sent it, by the envelope; empty for a bounce.
    """
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    name, sender = _sender(message)
    body, dropped = _body(message)
    said, danish = _answers(body)
    said.setdefault("name", name[:120])
    message_id = one_line(header(message, "Message-ID"))[:500] or hashlib.sha256(data).hexdigest()
    language = "da" if danish or header(message, "Content-Language").lower().startswith("da") else "en"
    return Letter(sender, said, dropped, message_id, _automatic(message, envelope, sender), language)


def header(message: Message, name: str) -> str:
    """Return a header decoded (RFC 2047) as far as possible; the rest stays as it came."""
    value = _raw(message, name)
    try:
        parts = decode_header(value)
    except (MessageError, ValueError, UnicodeError):
        return _shown(value)
    return "".join(_decoded(part, charset) if isinstance(part, bytes) else _shown(part) for part, charset in parts)


def _raw(message: Message, name: str) -> str:
    """Return a header as it came, "" if there is none; bytes that are no ASCII are surrogates in it."""
    return next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")


def _shown(text: str) -> str:
    """Return text whose bytes were no ASCII, which Python keeps as surrogates, as text."""
    return _decoded(text.encode("utf-8", "surrogateescape"), None)


def _decoded(data: bytes, charset: str | None) -> str:
    """Return bytes as text: by what is declared, by a mark at the beginning, as UTF-8, or as what mail was before."""
    if data[:4] in {codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE}:
        charset = "utf-32"
    elif data[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        charset = "utf-16"
    for tried in (charset, "utf-8", "windows-1252"):
        if not tried or tried.lower() in {"unknown-8bit", "8bit"}:
            continue
        try:
            return data.decode(tried)
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("latin-1")


def _sender(message: Message) -> tuple[str, str]:
    """Return name and address of who wrote; of several addresses in From, none is taken."""
    try:
        found = getaddresses([_raw(message, "From")])
    except (MessageError, ValueError, UnicodeError):
        return "", ""
    if len(found) != 1:
        return "", ""
    raw = email.message.Message()
    raw["Name"] = found[0][0].replace("\n", " ").replace("\r", " ")
    return one_line(header(raw, "Name")), plain_address(found[0][1])


def _automatic(message: Message, envelope: str | None, sender: str) -> str:
    """Return why this is an answer of a machine (RFC 3834, 2; RFC 2076), or "": it is neither taken nor answered."""
    if not (envelope or "").strip("<> "):
        return "bounce"
    if header(message, "Auto-Submitted").strip().lower() not in {"", "no"}:
        return "auto-submitted"
    if header(message, "Precedence").strip().lower() in {"bulk", "list", "junk", "auto_reply"}:
        return "precedence"
    if any(name in message for name in ("List-Id", "List-Unsubscribe", "X-Loop", "X-Autoreply", "X-Autorespond")):
        return "list"
    local = sender.partition("@")[0].lower()
    if local in {"mailer-daemon", "postmaster", "noreply", "no-reply", "bounce", "bounces"}:
        return "machine"
    return "report" if message.get_content_type() == "multipart/report" else ""


def _body(message: Message) -> tuple[str, int]:
    """Return the words of a mail and how many attachments were dropped; plain text goes before HTML."""
    plain, html, dropped = "", "", 0
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            break
        if part.is_multipart():
            continue
        kind = part.get_content_type()
        attached = "attachment" in _raw(part, "Content-Disposition").lower() or bool(part.get_filename())
        if attached or kind not in {"text/plain", "text/html"}:
            dropped += 1
        elif kind == "text/plain":
            plain = plain or _text(part)
        else:
            html = html or _text(part)
    return (plain if plain.strip() else _words(html))[:LONGEST_BODY], dropped


def _text(part: Message) -> str:
    try:
        data = part.get_payload(decode=True)
        charset = part.get_content_charset()
    except (MessageError, ValueError, UnicodeError, LookupError):
        return ""
    return _decoded(data, charset) if isinstance(data, bytes) else ""


class _Words(HTMLParser):
    """The words of a page, a line for each block, without scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        if tag in {"script", "style", "head", "title"}:
            self.hidden += 1
        elif tag in {"br", "p", "div", "tr", "li", "table", "h1", "h2", "h3", "blockquote"}:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "head", "title"}:
            self.hidden = max(0, self.hidden - 1)

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.found.append(" ".join(data.split()) + (" " if data[-1:].isspace() else ""))


def _words(html: str) -> str:
    reader = _Words()
    try:
        reader.feed(html[: 4 * LONGEST_BODY])
        reader.close()
    except (ValueError, AssertionError):
        return ""
    return "".join(reader.found)


def _answers(body: str) -> tuple[dict[str, str], bool]:
    """Return what lines such as `Medium: The Morning` say, the first of each, and whether one was in Danish."""
    said: dict[str, str] = {}
    danish = False
    for raw in body.splitlines():
        line = one_line(raw)
        if raw.startswith(("-- ", ">")) or line == "--":
            if raw.startswith(">"):
                continue
            break  # what follows is a signature
        found = _LINE.match(line)
        label = found["label"].strip().casefold() if found else ""
        name = _BY.get(label)
        if found is None or name is None:
            continue
        danish = danish or label in _DANISH
        said.setdefault(name, found["value"].strip()[: LABELS[name][0]])
    return said, danish
