"""What a text that somebody looks for looks like, so that only those are asked who can have it. Pure.

    recognised("k7df-g2mq").code                    # "K7DFG2MQ"
    recognised("hxxps://bad[.]example/a").address   # "https://bad.example/a"
    recognised("SHA-1: 0A0A…").digests              # {"sha1": twenty bytes}

It never says what a text is: eight letters may be a code and a word, and 32 figures a digest and a number.
"""

from __future__ import annotations

import enum
import ipaddress
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 300
"""Characters that are looked for; the rest is cut off."""

SHORTEST_CODE, LONGEST_CODE = 4, 8
"""Of a code, or of its beginning."""

CODE = re.compile(rf"[2-9A-HJKMNP-Z]{{{SHORTEST_CODE},{LONGEST_CODE}}}")
"""Of the alphabet that codes are made of: without 0 and O, 1, I and L."""

WHOLE_CODE = re.compile(rf"[2-9A-HJKMNP-Z]{{{LONGEST_CODE}}}")
PIECE = re.compile(r"(.+?)[\s/,.#–-]*E\s?(\d{1,5})", re.IGNORECASE)
HASH = re.compile(r"(?:(md5|sha-?1|sha-?256|pdq)\s*[:=]?\s*)?(?:0x)?([0-9a-f]+)", re.IGNORECASE)
KINDS_OF_LENGTH = {32: ("md5",), 40: ("sha1",), 64: ("sha256", "pdq")}
PHONE = re.compile(r"\+?[\d\s()./-]{7,30}")
MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
HOST = re.compile(r"(?:[^\s./@:]+\.)+[^\s./@:]{2,}\.?(?::\d{1,5})?(?:[/?#]\S*)?")
DOT = re.compile(r"\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)", re.IGNORECASE)
COLON = re.compile(r"\[(:(?://)?)\]")
FANGLESS = re.compile(r"h(?:xx|tt|\*\*)p(s?)(?=:)", re.IGNORECASE)
AROUND = "\"'`<>“”„«»‘’,;"


class Look(enum.Flag):
    """What a text may be."""

    NOTHING = 0
    CODE = enum.auto()
    PIECE = enum.auto()
    HASH = enum.auto()
    ADDRESS = enum.auto()
    MAIL = enum.auto()
    PHONE = enum.auto()
    NUMBER = enum.auto()
    WORDS = enum.auto()


@dataclass(frozen=True)
class Wanted:
    """What is looked for.

    Attributes:
        text: without what cannot be seen, without signs around it, with single spaces.
        looks: all that it may be.
        code: a code or its beginning, as it is kept; "" for none. Of a piece of evidence that of its case.
        piece: the number of a piece of evidence; 0 for none.
        digests: the hash by the kinds that it may be.
        address: of the network, with its fangs; "" for none.
    """

    text: str
    looks: Look = Look.NOTHING
    code: str = ""
    piece: int = 0
    digests: Mapping[str, bytes] = field(default_factory=dict)
    address: str = ""

    @property
    def whole_code(self) -> str:
        """The code, if it is a whole one."""
        return self.code if len(self.code) == LONGEST_CODE else ""


def recognised(typed: str) -> Wanted:
    """Return what a text may be. Never raises, whatever the text."""
    text = cleaned(typed)
    compact = _without_gaps(text)
    code, piece = (compact.upper() if CODE.fullmatch(compact.upper()) else ""), 0
    if (found := PIECE.fullmatch(text)) and WHOLE_CODE.fullmatch(whole := _without_gaps(found[1]).upper()):
        code, piece = whole, int(found[2])
    digests, address = _digests(text), _address(text)
    is_mail = bool(MAIL.fullmatch(text))
    looks = {
        Look.CODE: bool(code) and not piece,
        Look.PIECE: bool(piece),
        Look.HASH: bool(digests),
        Look.ADDRESS: bool(address),
        Look.MAIL: is_mail,
        Look.PHONE: bool(PHONE.fullmatch(text)),
        Look.NUMBER: any(sign.isdigit() for sign in text),
        Look.WORDS: not (digests or address or piece) and sum(sign.isalpha() for sign in text) > 1,
    }
    found_looks = Look.NOTHING
    for look, holds in looks.items():
        found_looks |= look if holds else Look.NOTHING
    return Wanted(text, found_looks, code, piece, digests, address)


def cleaned(typed: str) -> str:
    """Return a text in one form of Unicode, without controls, with single spaces, without quotation marks around it."""
    text = unicodedata.normalize("NFC", typed.encode("utf-8", "replace").decode("utf-8"))
    text = "".join(sign if sign.isprintable() else " " for sign in text)[:LONGEST]
    return " ".join(" ".join(text.split()).strip(AROUND).split())


def _without_gaps(text: str) -> str:
    return "".join(sign for sign in text if not sign.isspace() and unicodedata.category(sign) != "Pd")


def _digests(text: str) -> dict[str, bytes]:
    """Return the hash that a text is, by the kinds that have its length, or by the one that it names."""
    found = HASH.fullmatch(text.replace(" ", "").replace(":", "").replace("-", ""))
    if not found:
        return {}
    named, figures = (found[1] or "").lower(), found[2]
    kinds = KINDS_OF_LENGTH.get(len(figures), ())
    return {kind: bytes.fromhex(figures) for kind in kinds if named in {"", kind}}


def _address(text: str) -> str:
    """Return the address of the network that a text is, with its fangs."""
    plain = FANGLESS.sub(r"http\1", COLON.sub(r"\1", DOT.sub(".", text)))
    if not plain or " " in plain or "@" in plain.partition("/")[0]:
        return ""
    if re.match(r"[a-z][a-z0-9+.-]*://[^/]", plain, re.IGNORECASE) or HOST.fullmatch(plain):
        return plain
    try:
        return str(ipaddress.ip_address(plain.removeprefix("[").removesuffix("]")))
    except ValueError:
        return ""
