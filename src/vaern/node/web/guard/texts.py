r"""Encodings of a whole text: each is decoded, and the result inspected as text or bytes.

Escapes (`\n`, `\u00ff`), percent, quoted-printable, HTML entities, prefixes of lines (quoted mail, numbers), dumps of
bytes (hexdump, xxd, od).
"""

from __future__ import annotations

import quopri
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+")
"""Signs without width, which stand in what is copied from pages."""

_ESCAPE = re.compile(r"\\(?:([/\"\\bfnrt])|u([0-9a-fA-F]{4}))")
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
_QUOTED = re.compile(r"=[0-9A-F]{2}")
_ENTITY = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,5})|([0-9]{1,6}));")
_PREFIX = re.compile(
    r"^[ \t]{0,8}(?:[>|][>| \t]{0,20}|[#*-][ \t]|[\[(]?\d{1,7}(?:[\])]?[.:|]|[\])]|(?=[ \t]))[ \t]{0,8})", re.MULTILINE
)
_DUMP = re.compile(
    r"(?:^|[\"'=])[ \t>|]{0,8}[0-9a-fA-F]{4,16}:?[ \t]{1,8}((?:[0-9a-fA-F]{2,8}(?:[ \t]{1,2}|$)){1,32}+)",
    re.MULTILINE,
)
FEW = 8
"""As many signs as an encoding needs before it is undone."""


def undone(text: str) -> Iterator[tuple[bytes, bool]]:
    """Yield the result of decoding the whole text with each encoding, and whether long results must be text."""
    if "\\" in text and (plain := _ESCAPE.sub(_unescaped, text)) != text:
        yield from _signs(plain)
    if text.count("&#") > FEW and (plain := _ENTITY.sub(_entity, text)) != text:
        yield from _signs(plain)
    if text.count("%") > FEW and len(_PERCENT.findall(text)) > FEW:
        yield unquote_to_bytes(text), True
    if text.count("=") > FEW and (pairs := len(_QUOTED.findall(text))) > FEW:
        # A form has some, an encoded file is full of them.
        yield quopri.decodestring(text.encode()), 10 * pairs > len(text)
    if len(_PREFIX.findall(text)) > 2:
        yield _PREFIX.sub("", text).encode(), True
    if len(lines := _DUMP.findall(text)) > 2:
        yield from _dumped("".join("".join(line.split()) for line in lines))


def _signs(plain: str) -> Iterator[tuple[bytes, bool]]:
    """What escapes spell: characters, or each character a byte."""
    whole = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # two halves of a pair become one sign
    yield whole.encode(), True
    if not plain.isascii():
        for piece in re.findall(r"[\x00-\xff]{65,}+", plain):
            yield piece.strip('"{[ :').encode("latin-1"), False  # Danish is Latin-1 too


def _unescaped(match: re.Match[str]) -> str:
    simple, four = match.groups()
    if simple:
        return {"b": " ", "f": " ", "n": "\n", "r": "\r", "t": "\t"}.get(simple, simple)
    return chr(int(four, 16))


def _entity(match: re.Match[str]) -> str:
    number = int(match[1], 16) if match[1] else int(match[2])
    return chr(number) if number < 0x11_0000 else ""


def _dumped(digits: str) -> Iterator[tuple[bytes, bool]]:
    """The bytes of a dump; plain `hexdump` writes each two of them in the order of the machine."""
    data = bytes.fromhex(digits[: len(digits) // 4 * 4])
    yield data, False
    swapped = bytearray(data)
    swapped[::2], swapped[1::2] = data[1::2], data[::2]
    yield bytes(swapped), False
