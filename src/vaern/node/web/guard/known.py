r"""Media signatures in encoded form, found anywhere in a text, however the data is broken up.

A picture that was pasted by accident comes as base64 in a quoted mail, in a list of strings, with a comma after each
line, as numbers, as hexadecimal with blanks. The separators differ; the beginning does not. So this looks
for the characters with which an encoding writes the first bytes of a format, decodes what follows without separators,
and requires the result to be certainly of that format.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from vaern.node.web.guard.kinds import PACKED, SHORT, as_text, format_of, kind_of
from vaern.node.web.guard.texts import FEW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FIRST, WINDOW = 120, 2_400
"""Signs that are undone at a place where something may begin, and where it looks as if it did."""

HEAD = 24
"""Bytes in which every kind shows itself, so far as they are asked first."""

LOOK, GLANCE = 40, 10
"""What a look at a place costs, in signs that are passed in the same time: where it has to be undone first, and where
the bytes are there already. Measured, and rounded up."""

_BEGINNINGS = (
    b"\xff\xd8\xff",
    b"\x89PNG",
    b"GIF8",
    b"RIFF",
    b"RF64",
    b"FORM",
    b"II*\0",
    b"MM\0*",
    b"II+\0",
    b"MM\0+",
    b"8BPS",
    b"\xff\x4f\xff\x51",
    b"icns",
    b"qoif",
    b"DDS ",
    b"\x59\xa6\x6a\x95",
    b"\x1aE\xdf\xa3",
    b"FLV\x01",
    b"0&\xb2u",
    b"\0\0\1\xba",
    b"\0\0\1\xb3",
    b".RMF",
    b"OggS",
    b"\x06\x0e+4",
    b"DKIF",
    b"YUV4",
    b"%PDF",
    b"ID3",
    b"fLaC",
    b"#!AM",
    b"MThd",
    b"caff",
    b".snd",
    b"\xd0\xcf\x11\xe0",
    b"\xc5\xd0\xd3\xc6",
    b"\x1f\x8b\x08",
    b"PK\3\4",
    b"7z\xbc\xaf",
    b"Rar!",
    b"BZh",
    b"\xfd7zX",
    b"\x28\xb5\x2f\xfd",
    b"\x04\x22\x4d\x18",
    b"MSCF",
    b"\0\0\1\0",
    b"\0\0\2\0",
    b"\x01\xda\0\1",
    b"\x01\xda\1\1",
    b"BM",
    b"\n\5\1",
)
"""First bytes of what `kind_of` knows; what begins with a length (MP4, HEIF, AVIF, JPEG 2000) has three zeros first."""


def begins(text: str, spend: Callable[[int], None]) -> Iterator[str]:
    """Yield the kind of everything that begins anywhere in a text, in any of the encodings.

    Args:
        text: the text to search.
        spend: called with the cost in characters before each position is examined.
    """
    for pattern, decode in _ENCODINGS:
        for match in pattern.finditer(text):
            if not _stands_free(text, at := match.start()):
                continue
            spend(LOOK)
            head = decode(text, at, FIRST)
            if head.startswith(b"\xff\xd8\xff") or kind_of(head):
                spend(WINDOW)
                whole = decode(text, at, WINDOW)
                if len(whole) > SHORT and (found := kind_of(whole)):
                    yield found
    for pattern, read in ((_NUMBERS, _of_numbers), *(((_ESCAPED, _of_escapes),) if text.count("\\") > FEW else ())):
        for match in pattern.finditer(text):
            data = read(match.group())
            if len(data) > SHORT:
                yield from _in_bytes(data, spend)
    for run in _DENSE.finditer(text):
        yield from _in_base85("".join(run.group().split()), spend)


def within(data: bytes) -> str:
    """Return the kind of a picture, video or document anywhere in bytes that are not text; "" if none."""
    found = (kind_of(data[at.start() : at.start() + WINDOW]) for at in _PLAIN.finditer(data))
    return next((kind for kind in found if kind not in _NOT_PROVED), "")


_NOT_PROVED = {"", PACKED, "image/x-icon", "image/x-win-cursor", "application/x-ole-storage"}
"""Kinds whose beginnings also stand in the headers of a zip, or are the file itself."""


def _in_bytes(data: bytes, spend: Callable[[int], None]) -> Iterator[str]:
    if (text := as_text(data)) is not None:
        yield from filter(None, [format_of(text)])
        return
    for match in _BYTES.finditer(data):
        spend(GLANCE)
        at = match.start()
        head = data[at : at + HEAD]
        if not head.startswith(b"\xff\xd8\xff") and not kind_of(head):
            continue
        spend(LOOK)
        window = data[at : at + WINDOW]
        text = as_text(window)  # of text, four letters prove nothing: a list of names may hold `OggS`
        if found := kind_of(window) if text is None else format_of(text):
            yield found


def _stands_free(text: str, at: int) -> bool:
    r"""Whether a value begins here: no letter or digit before it, but for the `x` of `0xff`, `\xff` and `x'ff'`."""
    before = text[at - 1 : at]
    if before in {"x", "X"}:
        before = text[at - 2 : at - 1].replace("0", "")
    return not (before.isascii() and before.isalnum()) and before not in {"/", "_"}


_FROM = tuple({beginning[:3] for beginning in _BEGINNINGS} | {b"\0\0\0"})
_BYTES = re.compile(b"|".join(map(re.escape, _BEGINNINGS)) + b"|(?=\0\0\0\0?[^\0])")
"""Zeros begin something at the end of their run alone: a long run costs two looks, and hides nothing behind it."""
_PLAIN = re.compile(
    b"|".join(re.escape(beginning) for beginning in _BEGINNINGS) + b"|\0\0\0[\\x0c-\x40](?=ftyp|jP  |JXL )"
)

# --- base64, base32, hexadecimal ---

_BETWEEN = re.compile(r"<[^<>]{0,40}>|[\"'][ \t\r\n]{0,8}[+.&][ \t\r\n\\]{0,8}[\"']|[^A-Za-z0-9+/_-]+")
"""What may stand between the pieces of one value: marks of a page, the joining of strings, anything no encoding has."""
_STANDARD = str.maketrans("-_", "+/")


def _of_base64(text: str, at: int, signs: int) -> bytes:
    plain = _BETWEEN.sub("", text[at : at + signs]).translate(_STANDARD)
    return base64.b64decode(plain[: len(plain) // 4 * 4])


def _of_base32(text: str, at: int, signs: int) -> bytes:
    plain = re.sub("[^A-Z2-7]+", "", text[at : at + signs].upper())
    return base64.b32decode(plain[: min(len(plain), signs // 3) // 8 * 8])


_PAIR = re.compile(r"(?:0[xX]|\\?x)?([0-9a-fA-F]{2})")
_PAIRS = re.compile(r"(?:[^0-9A-Za-z]{0,8}(?:0[xX]|\\?x)?[0-9a-fA-F]{2})++")
_FEW_PAIRS = re.compile(_PAIRS.pattern.removesuffix("++") + f"{{1,{HEAD}}}+")


def _of_hexadecimal(text: str, at: int, signs: int) -> bytes:
    found = (_FEW_PAIRS if signs == FIRST else _PAIRS).match(text, at, at + signs)
    if not found:
        return b""
    digits = found.group()
    if "x" in digits or "X" in digits:
        return bytes.fromhex("".join(_PAIR.findall(digits)))
    return bytes.fromhex(re.sub("[^0-9A-Fa-f]+", "", digits))


def _written(bits: int, encode: Callable[[bytes], bytes]) -> Iterator[str]:
    """Yield the signatures in an encoding of that many bits per character, up to the last fixed character."""
    for beginning in _FROM:
        yield re.escape(encode(beginning).decode()[: 8 * len(beginning) // bits])


def _any_of(written: Iterator[str]) -> str:
    return "|".join(sorted(set(written), key=len, reverse=True))


_S = r"[^0-9A-Za-z]{0,4}(?:0[xX]|\\?x)?"


def _digits(beginning: bytes) -> Iterator[str]:
    """How hexadecimal writes a beginning, in small letters and in capitals, with or without signs between the bytes."""
    either = [
        "".join(f"[{digit}{digit.upper()}]" if digit > "9" else digit for digit in f"{byte:02x}") for byte in beginning
    ]
    rest = either[0][len(either[0]) - (4 if f"{beginning[0]:02x}"[1] > "9" else 1) :]
    first = f"{beginning[0]:02x}"[0]
    for letter in {first, first.upper()}:
        yield _S.join([letter + rest, *either[1:]])


_BASE64 = re.compile(
    _any_of(sign for encode in (base64.b64encode, base64.urlsafe_b64encode) for sign in _written(6, encode))
)
_BASE32 = re.compile(_any_of(each for sign in _written(5, base64.b32encode) for each in (sign, sign.lower())))
_HEX = re.compile(_any_of(sign for beginning in _FROM for sign in _digits(beginning)))
# No look behind and no option in them: so the first signs decide, and each costs little (`_stands_free`).
_ENCODINGS = ((_BASE64, _of_base64), (_BASE32, _of_base32), (_HEX, _of_hexadecimal))

# --- a sign or a number for each byte ---

_NUMBERS = re.compile(r"(?<![\d.-])-?\d{1,3}(?:[\s,;|\[\]]{1,8}-?\d{1,3}){64,}+")
_ESCAPED = re.compile(r"(?:\\x[0-9a-fA-F]{2}|\\[0-3][0-7]{2}|\\[abefnrtv0'\"\\]|[ -\[\]-~]){65,}+")
_ONE = re.compile(r"\\x([0-9a-fA-F]{2})|\\([0-3][0-7]{2})|\\(.)|(.)", re.DOTALL)
_SIMPLE = {"a": 7, "b": 8, "e": 27, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "0": 0}


def _of_numbers(run: str) -> bytes:
    return bytes(number & 0xFF for number in map(int, re.findall(r"-?\d+", run)) if -128 <= number <= 255)


def _of_escapes(run: str) -> bytes:
    r"""Undo `b'\xff\xd8…'` as programs print bytes: escapes, and printable signs as they are."""
    if run.count("\\") <= FEW:
        return b""
    return bytes(
        int(m[1], 16) if m[1] else int(m[2], 8) if m[2] else _SIMPLE.get(m[3], ord(m[3])) if m[3] else ord(m[4])
        for m in _ONE.finditer(run)
    )


# --- base85 ---

_DENSE = re.compile(r"[!-~]{40,}+(?:\s{1,3}[!-~]{20,}+)*+")
_GROUPS = 17


def _in_base85(plain: str, spend: Callable[[int], None]) -> Iterator[str]:
    """Yield what begins in a run of signs without blanks, as Ascii85 (btoa, Adobe) and as base85 (RFC 1924)."""
    for pattern, decode in _BASE85:
        for match in pattern.finditer(plain):
            spend(4 * LOOK)
            for back in (0, 5, 15):
                start = match.start() - back
                piece = plain[start : start + 5 * _GROUPS] if start >= 0 else ""
                try:
                    data = decode(piece[: len(piece) // 5 * 5])
                except (ValueError, binascii.Error):
                    continue
                if len(data) > SHORT and (found := kind_of(data)):
                    yield found


def _groups(encode: Callable[[bytes], bytes]) -> str:
    """How base85 writes what four bytes decide; of MP4 the second four, of BMP the fourth."""
    fours = [beginning[:4] for beginning in _BEGINNINGS if len(beginning) >= 4]
    fours += [b"ftyp", b"moov", b"mdat", b"jP  ", b"JXL ", b"\0\0\x28\0"]
    written = [re.escape(encode(four).decode()) for four in fours]
    for three in (beginning for beginning in _BEGINNINGS if len(beginning) == 3):
        low, high = (encode(three + last).decode() for last in (b"\0", b"\xff"))
        same = next((n for n in range(5) if low[n] != high[n]), 5)
        written.append(re.escape(low[:same]) + "." * (5 - same))
    return "|".join(written)


_BASE85 = (
    (re.compile(_groups(base64.a85encode)), base64.a85decode),
    (re.compile(_groups(base64.b85encode)), base64.b85decode),
)
