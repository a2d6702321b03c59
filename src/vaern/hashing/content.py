"""What a file is, by its first bytes. Names are never asked: a wrong extension changes nothing.

Own table, because it also is the list of decoders that hostile bytes may reach: a still picture is only ever
given to the Pillow plug-ins named here. What may hold pictures and is none stands in `containers`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD_BYTES = 4096
"""So much of the beginning is enough for `recognise`."""

UNKNOWN = "application/octet-stream"

STILL_FORMATS: dict[str, tuple[str, ...]] = {
    "image/jpeg": ("JPEG",),
    "image/png": ("PNG",),
    "image/gif": ("GIF",),
    "image/webp": ("WEBP",),
    "image/bmp": ("BMP",),
    "image/tiff": ("TIFF",),
    "image/heic": ("HEIF",),
    "image/avif": ("AVIF",),
    "image/jp2": ("JPEG2000",),
    "image/vnd.adobe.photoshop": ("PSD",),
    "image/x-icon": ("ICO",),
    "image/x-win-cursor": ("CUR",),
    "image/x-icns": ("ICNS",),
    "image/x-qoi": ("QOI",),
    "image/vnd.ms-dds": ("DDS",),
    "image/x-portable-anymap": ("PPM",),
    "image/x-sgi": ("SGI",),
    "image/x-pcx": ("PCX",),
    "image/x-sun-raster": ("SUN",),
    "image/x-tga": ("TGA",),
}
"""Types of still pictures, and the Pillow plug-ins that may open them. A type that is known and not here has no
decoder."""

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/jp2"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"\xff\x0a", "image/jxl"),
    (b"icns", "image/x-icns"),
    (b"qoif", "image/x-qoi"),
    (b"DDS ", "image/vnd.ms-dds"),
    (b"\x59\xa6\x6a\x95", "image/x-sun-raster"),
    (b"IIRO", "image/x-olympus-orf"),
    (b"IIRS", "image/x-olympus-orf"),
    (b"MMOR", "image/x-olympus-orf"),
    (b"IIU\x00", "image/x-panasonic-rw2"),
    (b"FUJIFILMCCD-RAW", "image/x-fuji-raf"),
    (b"FOVb", "image/x-sigma-x3f"),
    (b"\x00MRM", "image/x-minolta-mrw"),
    (b"II\x1a\x00\x00\x00HEAPCCDR", "image/x-canon-crw"),
    (b"II\xbc\x01", "image/jxr"),
    (b"BPG\xfb", "image/bpg"),
    (b"AT&TFORM", "image/vnd.djvu"),
    (b"gimp xcf", "image/x-xcf"),
    (b"v/1\x01", "image/x-exr"),
    (b"#?RADIANCE", "image/vnd.radiance"),
    (b"#?RGBE", "image/vnd.radiance"),
    (b"SIMPLE  =", "image/fits"),
    (b"\x8bJNG\r\n\x1a\n", "image/x-jng"),
    (b"/* XPM */", "image/x-xpixmap"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
    (b"FLV\x01", "video/x-flv"),
    (b"0&\xb2u\x8ef\xcf\x11", "video/x-ms-asf"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"\x00\x00\x01\xb3", "video/mpeg"),
    (b".RMF", "video/vnd.rn-realvideo"),
    (b"OggS", "video/ogg"),
    (b"\x06\x0e+4\x02\x05\x01\x01", "video/mxf"),
    (b"DKIF", "video/x-ivf"),
    (b"YUV4MPEG2 ", "video/x-yuv4mpeg"),
    (b"\x00\x00\x01\xb0", "video/mp4v-es"),
    (b"nut/multimedia container\x00", "video/x-nut"),
    (b"\xb7\xd8\x00\x20\x37\x49\xda\x11\xa6\x4e\x00\x07\xe9\x5e\xad\x8d", "video/x-wtv"),
    (b"\x1f\x07\x00\x3f", "video/x-dv"),
    (b"\x1f\x07\x00\xbf", "video/x-dv"),
    (b"\x8aMNG\r\n\x1a\n", "video/x-mng"),
)
"""What content begins with, and its type."""

_MAGICS = tuple(magic for magic, _ in MAGIC)

_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}
_AUDIO_BRANDS = {b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B "}
_MOVIE_BOXES = {b"moov", b"mdat", b"moof", b"styp", b"sidx", b"pnot"}
_OTHER_BOXES = set(b"wide free skip uuid junk udta pdin prft emsg ssix meta mfra".split())
_MAIN_BOXES = {b"ftyp", b"moov", b"mdat", b"moof"}
_MOST_BOXES = 16
_BOX_NAME = re.compile(rb"[ -~\xa9]{4}")
_RIFF = {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo", b"AMV ": "video/x-amv", b"CDXA": "video/mpeg"}
_FORMS = {b"ILBM": "image/x-ilbm", b"PBM ": "image/x-ilbm", b"ACBM": "image/x-ilbm"}


def recognise(head: bytes) -> str:
    """The MIME type of content by its first `HEAD_BYTES`.

    Containers that may hold sound alone (MP4, Matroska, Ogg, ASF) are called `video/…` here; only opening
    them tells.
    """
    if head.startswith(_MAGICS):  # one test for all: most of what the node's guard asks about is nothing
        return next(mime for magic, mime in MAGIC if head.startswith(magic))
    if head[:4] == b"!BDN" and head[8:10] == b"SM":
        return UNKNOWN  # a mailbox of Outlook, whose checksum may look like the name of a box
    if head[4:8] == b"ftyp":
        return _iso_media(head)
    if head[:4] in {b"RIFF", b"RIFX", b"FORM"}:
        return (_FORMS if head[:4] == b"FORM" else _RIFF).get(head[8:12], UNKNOWN)
    known = head[4:8] in _MOVIE_BOXES or (head[4:8] in _OTHER_BOXES and _is_box(head))
    # A box that ends within the head has a length below 2**24; asking this first spares the guard a third of each look.
    if known or (head[:1] == b"\0" and has_boxes(lambda at: head[at : at + 16])):
        return "video/quicktime"
    return next((mime for plausible, mime in WEAK if plausible(head)), UNKNOWN)


def _iso_media(head: bytes) -> str:
    """ISO/IEC 14496-12, 4.3: the major brand, then the compatible ones."""
    length = min(int.from_bytes(head[:4], "big"), 256)
    major = head[8:12]
    if major == b"crx ":
        return "image/x-canon-cr3"
    brands = {head[i : i + 4] for i in range(16, length, 4)} | {major}
    if brands & _AVIF_BRANDS:
        return "image/avif"
    if brands & _HEIF_BRANDS:
        return "image/heic"
    if major in _AUDIO_BRANDS:
        return "audio/mp4"
    if major == b"qt  ":
        return "video/quicktime"
    return "video/3gpp" if major[:2] == b"3g" else "video/mp4"


def _is_box(head: bytes) -> bool:
    """Whether the first box has a length that a box of that sort can have: `free` and `skip` are English words too."""
    length = int.from_bytes(head[:4], "big")
    return length in (0, 1) or 8 <= length < 1 << 24


def has_boxes(look: Callable[[int], bytes]) -> bool:
    """Whether content is boxes of any name (ISO/IEC 14496-12, 4.2), one behind the other, up to one that a film has.

    Args:
        look: gives the bytes at a place, sixteen if there are so many.
    """
    at = 0
    for _ in range(_MOST_BOXES):
        box = look(at)
        if at and box[4:8] in _MAIN_BOXES:
            return True
        length = int.from_bytes(box[:4], "big")
        if length == 1:
            length = int.from_bytes(box[8:16], "big")
        if length < 8 or not _BOX_NAME.fullmatch(box, 4, 8):
            return False
        at += length
    return False


def _is_annex_b(head: bytes) -> bool:
    """H.264 or HEVC as a bare stream (annex B of both): a start code, then the units that come first."""
    at = 4 if head[:4] == b"\0\0\0\1" else 3 if head[:3] == b"\0\0\1" else 0
    return bool(at) and (
        head[at : at + 2] in _HEVC_FIRST or (head[at : at + 1] in _H264_FIRST and head[at + 1 : at + 2] > b"\0")
    )


def _is_flic(head: bytes) -> bool:
    """Autodesk Animator: its mark, then frames, width and height that can be, as FFmpeg's `flic_probe` asks."""
    if head[4:6] not in {b"\x11\xaf", b"\x12\xaf"} or not any(head[6:8]):
        return False
    return all(0 < int.from_bytes(head[at : at + 2], "little") <= _FLIC_SIDE for at in (8, 10))


def _is_tga(head: bytes) -> bool:
    """Truevision TGA, which has no signature: every field of its header can be (specification 2.0, field 1 to 5)."""
    if len(head) < 18 or any(head[3:5]):
        return False
    palette, kind, colours, depth = head[1], head[2], int.from_bytes(head[5:7], "little"), head[7]
    mapped = palette == 1 and kind in {1, 9} and 0 < colours <= 256 and depth in {15, 16, 24, 32}
    plain = palette == 0 and kind in {2, 3, 10, 11} and not any(head[5:8])
    deep = head[16] == 8 if kind in {1, 3, 9, 11} else head[16] in {15, 16, 24, 32}
    return (mapped or plain) and deep and any(head[12:14]) and any(head[14:16]) and not head[17] & 0xC0


def _is_transport_stream(head: bytes) -> bool:
    """Packets of 188 bytes that each begin with 0x47 (ISO/IEC 13818-1); M2TS puts a time code before each."""
    return head[: 4 * 188 : 188] == b"GGGG" or head[4 : 4 + 4 * 192 : 192] == b"GGGG"


_FLIC_SIDE = 4096
_H264_FIRST = {b"\x09", b"\x27", b"\x47", b"\x67"}
_HEVC_FIRST = {b"\x40\x01", b"\x42\x01", b"\x46\x01"}
_DIGITS = {b"1", b"2", b"3", b"4", b"5", b"6"}
_BLANKS = {b"\n", b"\r", b"\t", b" "}
_PCX = {b"\0", b"\2", b"\3", b"\5"}
_PCX_BITS = {b"\1", b"\2", b"\4", b"\x08"}
_BMP_HEADERS = {12, 16, 40, 52, 56, 64, 108, 124}

WEAK: tuple[tuple[Callable[[bytes], bool], str], ...] = (
    (lambda h: h[:2] == b"BM" and int.from_bytes(h[14:18], "little") in _BMP_HEADERS, "image/bmp"),
    (lambda h: h[:4] == b"\0\0\1\0" and h[4:6] != b"\0\0" and h[5:6] == b"\0", "image/x-icon"),
    (lambda h: h[:4] == b"\0\0\2\0" and h[4:6] != b"\0\0" and h[5:6] == b"\0", "image/x-win-cursor"),
    (lambda h: h[:1] == b"P" and h[1:2] in _DIGITS and h[2:3] in _BLANKS, "image/x-portable-anymap"),
    (lambda h: h[:2] == b"\x01\xda" and h[2:4] in {b"\0\1", b"\0\2", b"\1\1", b"\1\2"}, "image/x-sgi"),
    (lambda h: h[:1] == b"\n" and h[1:2] in _PCX and h[2:3] == b"\1" and h[3:4] in _PCX_BITS, "image/x-pcx"),
    (_is_transport_stream, "video/mp2t"),
    (lambda h: h[:6] == b"\0\0\0\0\1\xbc" and h[14:16] == b"\xe1\xe2", "video/x-gxf"),
    (_is_annex_b, "video/x-annex-b"),
    (_is_flic, "video/x-flic"),
    (_is_tga, "image/x-tga"),
)
"""Formats whose signature is short, so that a second field must be plausible too."""
