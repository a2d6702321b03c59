"""Identifies bytes by their signature, text, and the media formats that are themselves text."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from vaern.hashing.content import HEAD_BYTES, UNKNOWN, recognise
from vaern.records import FRAME_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

BINARY, PACKED, NESTED = "binary data", "packed data", "data encoded many times over"
NOT_UTF8 = "text that is not UTF-8"

SHORT = 64
"""An encoded value of at most so many bytes is a digest, a key or a signature, and no picture."""

LONG = 768
"""An encoded block of so many bytes or more must decode to text, or be a vPDQ, or be a list of short values."""

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
"""What no text has. Page breaks, Word's line breaks (VT) and NEL are white space, and come with what people paste."""

_PACKED = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",
    b"\x04\x22\x4d\x18",
    b"\x5d\x00\x00\x80\x00",
    b"MSCF\x00\x00\x00\x00",
)
_MORE = (
    (b"%PDF-", "application/pdf"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
    (b"MThd", "audio/midi"),
    (b"caff\x00\x01", "audio/x-caf"),
    (b".snd\x00\x00\x00", "audio/basic"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\xc5\xd0\xd3\xc6", "application/postscript"),
)
_MORE_MAGICS = tuple(magic for magic, _name in _MORE)
_DRAWN = re.compile(r"<(?:path|rect|circle|ellipse|line|poly\w+|image|text|g|use|defs|style)\s+[\w:-]+\s*=")
_IN_TEXT: tuple[tuple[str, tuple[re.Pattern[str], ...], str], ...] = (
    ("<svg", (re.compile(r"<svg[\s>/]"), _DRAWN), "image/svg+xml"),
    ("%pdf-", (re.compile(r"%pdf-\d"), re.compile(r"\d obj\b|endobj|%%eof|startxref")), "application/pdf"),
    ("%!ps-adobe", (re.compile(r"%!ps-adobe-\d"), re.compile(r"%%\w+:|showpage|%%eof")), "application/postscript"),
    ("/* xpm */", (re.compile(r"/\* xpm \*/[\s\\nr]*static\s"),), "image/x-xpixmap"),
    ("_width ", (re.compile(r"#define \w{1,80}_width \d"), re.compile(r"_bits\b")), "image/x-xbitmap"),
    ("{\\rtf1", (re.compile(r"\{\\rtf1\s?\\"),), "application/rtf"),
    ("=ybegin line=", (re.compile(r"=ybegin line="),), "a yEnc file"),
    ("begin ", (re.compile(r"(?:\A|[\n\"])begin (?:-base64 )?[0-7]{3,4} \S+[\r\n\\]"),), "a uuencoded file"),
    ("p1", (re.compile(r"\bp1\s+(?:#[^\n]{0,200}\n\s*)?\d{1,6}\s+\d{1,6}\s[01\s]{40}"),), "image/x-portable-bitmap"),
    ("p2", (re.compile(r"\bp2\s+(?:#[^\n]{0,200}\n\s*)?(?:\d{1,6}\s{1,4}){40}"),), "image/x-portable-graymap"),
    ("p3", (re.compile(r"\bp3\s+(?:#[^\n]{0,200}\n\s*)?(?:\d{1,6}\s{1,4}){40}"),), "image/x-portable-pixmap"),
    (
        "data:",
        (re.compile(r"data:\s*(?:image|video|audio|font|application)/[\w.+-]{1,80}[\w=;-]{0,80}\s*,\s*\S{40}"),),
        "media in a data: URL",
    ),
)
"""Formats that are text themselves, in lower case: a mark, what must stand there, and the name. One who writes *about*
a format names it; the format itself has a body too."""


def as_text(data: bytes) -> str | None:
    """Decode bytes as text; None if they are not text."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if CONTROL.search(text) else text


def format_of(text: str) -> str:
    """Return the media or document format that this text is or contains; "" for plain text."""
    lower = text.lower()
    for mark, patterns, name in _IN_TEXT:
        if mark in lower and all(pattern.search(lower) for pattern in patterns):
            return name
    return ""


def binary_kind(data: bytes) -> str:
    """Return the name for bytes that are not text: their format, text in another encoding, or binary data."""
    if found := kind_of(data):
        return found
    for encoding in ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not CONTROL.search(text):
            return NOT_UTF8
    return BINARY


def kind_of(data: bytes) -> str:
    """Return the kind of media, document or archive that certainly begins here; "" if none does.

    Only for bytes that are not text: words may begin with any of these signatures.
    """
    head = data[:HEAD_BYTES]
    if head.startswith(_PACKED) or head[257:262] == b"ustar" or _is_gzip(head) or _is_bzip(head) or _is_zlib(head):
        return PACKED
    if head.startswith(_MORE_MAGICS):
        return next(mime for magic, mime in _MORE if head.startswith(magic))
    if head[:4] in {b"RIFF", b"RF64", b"FORM"} and head[8:12] in {b"WAVE", b"AIFF", b"AIFC", b"WEBP", b"AVI "}:
        return "audio or video"
    if head[:3] == b"ID3" and head[3:5] in {b"\2\0", b"\3\0", b"\4\0"} and head[5:6] and not head[5] & 0x0F:
        return "audio/mpeg"
    found = recognise(head)
    proof = _PROOFS.get(found)
    proved = proof(data) if proof else found not in _UNPROVED
    return found if proved and head[:2] != b"\xff\x0a" else ""  # JPEG XL's two bytes prove nothing


_UNPROVED = {UNKNOWN, "image/x-portable-anymap"}
"""Kinds whose beginning is short: one list of wallets in a thousand begins so too. What is long and no text is refused
anyhow."""

_SEGMENTS = (
    (b"\xe0", b"JFIF"),
    (b"\xe0", b"JFXX"),
    (b"\xe1", b"Exif"),
    (b"\xe1", b"http"),
    (b"\xe2", b"ICC_"),
    (b"\xed", b"Phot"),
    (b"\xee", b"Adob"),
)
"""First segments of a JPEG, each with how its content begins."""


def _is_jpeg(head: bytes) -> bool:
    """ITU-T T.81, B.1.1: a first segment with its name, or markers in a row: three bytes prove nothing."""
    if (head[3:4], head[6:10]) in _SEGMENTS:
        return True
    at = 2
    while at + 4 <= len(head):
        if head[at] != 0xFF or head[at + 1] < 0xC0:
            return False
        if head[at + 1] == 0xDA:
            return True
        at += 2 + int.from_bytes(head[at + 2 : at + 4], "big")
    return 4 < at <= len(head) + 600  # cut off in a segment that is no longer than a table


def _is_animation(data: bytes) -> bool:
    """FLIC: behind the header stands a frame or a prefix, with its mark."""
    return data[132:134] in {b"\xfa\xf1", b"\x00\xf1"}


def _is_targa(data: bytes) -> bool:
    """TGA: with the footer of version 2, a palette of 256 colours, or as long as its header says."""
    if data[-18:-2] == b"TRUEVISION-XFILE" or (data[1:2] == b"\1" and data[3:8] == b"\0\0\0\1\x18"):
        return True
    colours = data[1] * int.from_bytes(data[5:7], "little") * ((data[7] + 7) // 8)
    pixels = int.from_bytes(data[12:14], "little") * int.from_bytes(data[14:16], "little") * ((data[16] + 7) // 8)
    return data[2] in {1, 2, 3} and pixels > 0 and len(data) == 18 + data[0] + colours + pixels


_PROOFS: dict[str, Callable[[bytes], bool]] = {
    "image/jpeg": lambda data: _is_jpeg(data[:HEAD_BYTES]),
    "image/x-tga": _is_targa,
    "video/x-flic": _is_animation,
}
"""What has to stand where else in kinds whose first bytes prove nothing, or are spread over plausible fields."""


def _is_gzip(head: bytes) -> bool:
    """RFC 1952, 2.3: flags, compression level and system are plausible."""
    return (
        head[:3] == b"\x1f\x8b\x08"
        and head[3:4] < b"\x20"
        and head[8:9] in {b"\0", b"\2", b"\4"}
        and (head[9:10] <= b"\x0d" or head[9:10] == b"\xff")
    )


def _is_bzip(head: bytes) -> bool:
    return head[:3] == b"BZh" and head[4:10] in {b"1AY&SY", b"\x17\x72\x45\x38\x50\x90"}


def _is_zlib(head: bytes) -> bool:
    """RFC 1950, 2.2, and the data decompresses: two bytes prove little."""
    if len(head) < LONG or head[0] & 0x0F != 8 or head[0] > 0x78 or int.from_bytes(head[:2], "big") % 31:
        return False
    try:
        return len(zlib.decompressobj().decompress(head, 2 * HEAD_BYTES)) > 0
    except zlib.error:
        return False


def is_vpdq(data: bytes) -> bool:
    """Whether these are frames as `records.Signal` describes them: a value, a quality of 0 to 100, a time."""
    if not data or len(data) % FRAME_BYTES:
        return False
    return all(data[at + 33 : at + 36] == b"\0\0\0" and data[at + 32] <= 100 for at in range(0, len(data), FRAME_BYTES))
