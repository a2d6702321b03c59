"""Whether bytes are media, or could carry media: by content, through every encoding that the node takes. Pure.

The node takes text and nothing else. So most of the work is one rule: what is not text is refused, whatever it is.
What is left are encodings that turn media into text (base64, hexadecimal, percent signs, lists of numbers …); they are
undone and looked at again, to a depth. A long encoded value that does not decode to text is refused without knowing
what it is, which also stops media that was packed or encrypted first. The one long binary value with a place here is
a vPDQ.

What this does not stop: somebody who hides data in what looks like text (`docs/decisions/0018-media-guard.md`).
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from vaern.hashing.content import HEAD_BYTES, UNKNOWN, recognise
from vaern.records import FRAME_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEEPEST = 5
"""So many encodings around each other are undone; what is still encoded below is refused."""

BINARY, PACKED, NESTED = "binary data", "packed data", "data encoded many times over"

SHORT = 64
"""An encoded value of at most so many bytes is a digest, a key or a signature, and no picture."""

LONG = 768
"""An encoded value of so many bytes or more must decode to text, or be a vPDQ."""

_PACKED = (
    b"\x1f\x8b\x08", b"PK\x03\x04", b"PK\x05\x06", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"BZh", b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"\x5d\x00\x00\x80\x00", b"MSCF\x00\x00\x00\x00", b"\x1f\x9d\x90",
)  # fmt: skip
_MORE = (
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
    (b"MThd", "audio/midi"),
    (b"caff\x00\x01", "audio/x-caf"),
    (b".snd\x00\x00\x00", "audio/basic"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\xc5\xd0\xd3\xc6", "application/postscript"),
)
_IN_TEXT: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("<svg", re.compile(r"<svg[\s>/]"), "image/svg+xml"),
    ("%pdf-", re.compile(r"%pdf-\d"), "application/pdf"),
    ("%!ps-adobe", re.compile(r"%!ps-adobe"), "application/postscript"),
    ("/* xpm */", re.compile(r"/\* xpm \*/"), "image/x-xpixmap"),
    ("_width ", re.compile(r"#define \w{1,80}_width \d"), "image/x-xbitmap"),
    ("{\\rtf1", re.compile(r"\{\\rtf1"), "application/rtf"),
    ("=ybegin line=", re.compile(r"=ybegin line="), "a yEnc file"),
    ("begin ", re.compile(r"(?:\A|[\n\"])begin (?:-base64 )?[0-7]{3,4} \S+[\r\n\\]"), "a uuencoded file"),
    ("p1", re.compile(r"(?<!\w)p1\s+(?:#[^\n]{0,200}\n\s*)?\d{1,6}\s+\d{1,6}\s[01\s]{40}"), "image/x-portable-bitmap"),
    ("p2", re.compile(r"(?<!\w)p2\s+(?:#[^\n]{0,200}\n\s*)?(?:\d{1,6}\s{1,4}){40}"), "image/x-portable-graymap"),
    ("p3", re.compile(r"(?<!\w)p3\s+(?:#[^\n]{0,200}\n\s*)?(?:\d{1,6}\s{1,4}){40}"), "image/x-portable-pixmap"),
)
"""Formats that are text themselves, in lower case: a mark, what must stand there, and the name. Wherever they stand."""
_DATA_URL = re.compile(r"data:\s*(?:image|video|audio|font|application)/[\w.+-]{1,80}\s*[;,]", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ESCAPE = re.compile(r"\\(?:([/\"\\bfnrt])|u([0-9a-fA-F]{4}))")
_BYTE_ESCAPES = re.compile(r"\\x[0-9a-fA-F]{2}(?:\\x[0-9a-fA-F]{2}|[ -\[\]-~]){64,}+")
_ANY_RUN = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{80,}+")
_RUN = re.compile(r"[A-Za-z0-9+/]{80,}+|[A-Za-z0-9_-]{80,}+")
_LINES = re.compile(
    r"(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/_-]{20,}+[ \t]{0,8}+(?:\r?\n[ \t]{0,8}+)?(?<=[ \t\n])){3,}+[A-Za-z0-9+/_-]*+"
)
_HEX = re.compile(r"[0-9a-fA-F]+\Z")
_HEX_APART = re.compile(r"(?<![0-9a-zA-Z])(?:(?:0x)?[0-9a-fA-F]{2}[\s:,;-]{1,3}){40,}+")
_BASE32 = re.compile(r"(?<![A-Z2-7])[A-Z2-7]{120,}+")
_NUMBERS = re.compile(r"(?<!\d)(?:\d{1,3}\s{0,3},\s{0,3}){48,}+")
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
_QUOTED = re.compile(r"=[0-9A-F]{2}")
_ASCII85 = re.compile(r"<~([!-uz\s]{80,}?)~>")
_SHORT_LINES = re.compile(
    r"(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/_-]{1,76}+[ \t]{0,8}+\r?\n[ \t]{0,8}+){8,}+[A-Za-z0-9+/_-]*+"
)
_TOKENS = {22, 27, 43, 86}
"""Lengths of 16, 20, 32 and 64 bytes in base64 without padding: lines of keys and digests, not a broken line."""


def media_in(data: bytes) -> str:
    """Return what media, or other content without a place here, these bytes are or hold; "" if they are plain text."""
    return _in_bytes(data, 0)


def kind_of(data: bytes) -> str:
    """Return the kind of media, document or package that begins here, beyond doubt; "" if none does."""
    head = data[:HEAD_BYTES]
    if head.startswith(_PACKED) or head[257:262] == b"ustar" or _is_zlib(head):
        return PACKED
    for magic, mime in _MORE:
        if head.startswith(magic):
            return mime
    if head[:4] in {b"RIFF", b"RF64", b"FORM"} and head[8:12] in {b"WAVE", b"AIFF", b"AIFC", b"WEBP", b"AVI "}:
        return "audio or video"
    found = recognise(head)
    if found == "image/jpeg":
        return found if _is_jpeg(head) else ""
    if found == "image/jxl" and head.startswith(b"\xff\x0a"):
        return ""  # two bytes prove nothing; what is long is refused as binary
    return "" if found in {UNKNOWN, "image/x-portable-anymap"} else found


def _is_jpeg(head: bytes) -> bool:
    """ITU-T T.81, B.1.1: markers that follow each other, not three bytes that a digest begins with too."""
    at = 2
    while at + 4 <= len(head):
        if head[at] != 0xFF or head[at + 1] < 0xC0:
            return False
        if head[at + 1] == 0xDA:
            return True
        at += 2 + int.from_bytes(head[at + 2 : at + 4], "big")
    return at > 4


def _is_zlib(head: bytes) -> bool:
    """RFC 1950, 2.2; and then a block of a kind that exists, because two bytes prove little."""
    if len(head) < LONG or head[0] != 0x78 or int.from_bytes(head[:2], "big") % 31:
        return False
    return head[2] & 0b110 != 0b110


def _in_bytes(data: bytes, depth: int) -> str:
    if found := kind_of(data):
        return found
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return BINARY
    return _in_text(text, depth)


def _in_text(text: str, depth: int) -> str:
    if depth > DEEPEST:
        return NESTED if _ANY_RUN.search(text) else ""
    if _CONTROL.search(text):
        return BINARY
    lower = text.lower()
    for mark, pattern, name in _IN_TEXT:
        if mark in lower and pattern.search(lower):
            return name
    if "data:" in lower and _DATA_URL.search(text):
        return "media in a data: URL"
    for decoded, strict in _decodings(text):
        if found_inside := _of_decoded(decoded, depth + 1, strict=strict):
            return found_inside
    return ""


def _of_decoded(data: bytes, depth: int, *, strict: bool) -> str:
    """Look at what an encoding held. `strict`: if it is long and no text, it is refused without being known."""
    if len(data) <= SHORT or _is_vpdq(data):
        return ""
    if found := kind_of(data):
        return found
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return BINARY if strict and len(data) >= LONG else ""
    if _CONTROL.search(text):
        return BINARY if strict and len(data) >= LONG else ""
    return _in_text(text, depth)


def _is_vpdq(data: bytes) -> bool:
    """Whether these are frames as `records.Signal` describes them: a value, a quality of 0 to 100, a time."""
    if not data or len(data) % FRAME_BYTES:
        return False
    return all(data[at + 33 : at + 36] == b"\0\0\0" and data[at + 32] <= 100 for at in range(0, len(data), FRAME_BYTES))


def _decodings(text: str) -> Iterator[tuple[bytes, bool]]:
    """Undo every encoding that occurs in the text; yields what came out, and whether it must be text if it is long."""
    if "\\" in text and (plain := _ESCAPE.sub(_unescaped, text)) != text:
        yield from _as_bytes(plain)
    if text.count("%") > 8 and len(_PERCENT.findall(text)) > 8:
        yield unquote_to_bytes(text), True
    if text.count("=") > 8 and (pairs := len(_QUOTED.findall(text))) > 8:
        yield (
            quopri.decodestring(text.encode()),
            10 * pairs > len(text),
        )  # a form has some, an encoded file is full of them
    for whole in _ANY_RUN.findall(text):
        for run in _RUN.findall(whole):
            yield from _of_run(run)
    if "\n" in text or " " in text:
        yield from _broken_lines(text)
    for pattern, decode in _RARE:
        for match in pattern.finditer(text):
            if (decoded := _tried(decode, match.group())) is not None:
                yield decoded, False


def _as_bytes(plain: str) -> Iterator[tuple[bytes, bool]]:
    """What escapes spell: characters, or each character a byte."""
    whole = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # two halves of a pair become one sign
    yield whole.encode(), True
    if not plain.isascii():
        for piece in re.findall(r"[\x00-\xff]{65,}", plain):
            yield piece.strip('"{[ :').encode("latin-1"), False  # Danish is Latin-1 too


def _unescaped(match: re.Match[str]) -> str:
    simple, four = match.groups()
    if simple:
        return {"b": " ", "f": " ", "n": "\n", "r": "\r", "t": "\t"}.get(simple, simple)
    return chr(int(four, 16))


def _byte_escapes(text: str) -> bytes:
    r"""Undo `\\xff\\xd8…`, as programs print bytes."""
    return re.sub(r"\\x([0-9a-fA-F]{2})", lambda m: chr(int(m[1], 16)), text).encode("latin-1")


def _of_run(run: str) -> Iterator[tuple[bytes, bool]]:
    """Undo an unbroken run of letters and digits: hexadecimal, or base64 with or without padding, either alphabet."""
    if _HEX.match(run):
        yield bytes.fromhex(run[: len(run) // 2 * 2]), True
        return
    standard = run.translate(_STANDARD)
    yield base64.b64decode(standard[: len(standard) // 4 * 4]), True


def _broken_lines(text: str) -> Iterator[tuple[bytes, bool]]:
    """Undo base64 and hexadecimal that is broken into lines: long ones in the midst of a text, any alone."""
    for match in _LINES.finditer(text):
        lines = match.group().split()
        joined = "".join(lines)
        if _HEX.match(joined):
            yield bytes.fromhex(joined[: len(joined) // 2 * 2]), False  # may be a list of digests
        elif not {len(line) for line in lines} <= _TOKENS:
            yield from _of_run(joined)
    head = "".join(text[: 2 * HEAD_BYTES].split()).rstrip("=")
    if len(head) > SHORT and re.fullmatch(r"[A-Za-z0-9+/_-]+", head):
        yield from ((decoded, False) for decoded, _ in _of_run(head))


def _tried(decode: Callable[[str], bytes], text: str) -> bytes | None:
    try:
        return decode(text)
    except (ValueError, binascii.Error):
        return None


_STANDARD = str.maketrans("-_", "+/")
_RARE: tuple[tuple[re.Pattern[str], Callable[[str], bytes]], ...] = (
    (_HEX_APART, lambda t: bytes.fromhex("".join(re.findall(r"([0-9a-fA-F]{2})(?=[\s:,;-])", t)))),
    (_BYTE_ESCAPES, _byte_escapes),
    (_SHORT_LINES, lambda t: next(_of_run("".join(t.split())))[0]),
    (_NUMBERS, lambda t: bytes(int(number) for number in re.findall(r"\d+", t))),
    (_BASE32, lambda t: base64.b32decode(t[: len(t) // 8 * 8])),
    (_ASCII85, lambda t: base64.a85decode(t, adobe=True)),
)
