"""What a file is, by its first bytes. Names are never asked: a wrong extension changes nothing.

Own table, because it also is the list of decoders that hostile bytes may reach: a still picture is only ever
given to the Pillow plug-ins named here. PDF, SVG, PostScript, fonts and metafiles are not media.
"""

from __future__ import annotations

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
}
"""Types of still pictures, and the Pillow plug-ins that may open them. `image/jxl` is known and has none."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
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
)

_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}
_AUDIO_BRANDS = {b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B "}
_QUICKTIME_ATOMS = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}


def recognise(head: bytes) -> str:
    """The MIME type of content by its first `HEAD_BYTES`.

    Containers that may hold sound alone (MP4, Matroska, Ogg, ASF) are called `video/…` here; only opening
    them tells.
    """
    for magic, mime in _MAGIC:
        if head.startswith(magic):
            return mime
    if head[4:8] == b"ftyp":
        return _iso_media(head)
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}.get(head[8:12], UNKNOWN)
    if head[4:8] in _QUICKTIME_ATOMS:
        return "video/quicktime"
    return next((mime for plausible, mime in _WEAK if plausible(head)), UNKNOWN)


def _iso_media(head: bytes) -> str:
    """ISO/IEC 14496-12, 4.3: the major brand, then the compatible ones."""
    length = min(int.from_bytes(head[:4], "big"), 256)
    major = head[8:12]
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


def _is_transport_stream(head: bytes) -> bool:
    """Packets of 188 bytes that each begin with 0x47 (ISO/IEC 13818-1); M2TS puts a time code before each."""
    return any(
        len(head) > offset + 3 * step and all(head[offset + k * step] == 0x47 for k in range(4))
        for offset, step in ((0, 188), (4, 192))
    )


_DIGITS = {b"1", b"2", b"3", b"4", b"5", b"6"}
_BLANKS = {b"\n", b"\r", b"\t", b" "}
_PCX = {b"\0", b"\2", b"\3", b"\5"}
_PCX_BITS = {b"\1", b"\2", b"\4", b"\x08"}
_BMP_HEADERS = {12, 16, 40, 52, 56, 64, 108, 124}

_WEAK: tuple[tuple[Callable[[bytes], bool], str], ...] = (
    (lambda h: h[:2] == b"BM" and int.from_bytes(h[14:18], "little") in _BMP_HEADERS, "image/bmp"),
    (lambda h: h[:4] == b"\0\0\1\0" and h[4:6] != b"\0\0" and h[5:6] == b"\0", "image/x-icon"),
    (lambda h: h[:4] == b"\0\0\2\0" and h[4:6] != b"\0\0" and h[5:6] == b"\0", "image/x-win-cursor"),
    (lambda h: h[:1] == b"P" and h[1:2] in _DIGITS and h[2:3] in _BLANKS, "image/x-portable-anymap"),
    (lambda h: h[:2] == b"\x01\xda" and h[2:4] in {b"\0\1", b"\0\2", b"\1\1", b"\1\2"}, "image/x-sgi"),
    (lambda h: h[:1] == b"\n" and h[1:2] in _PCX and h[2:3] == b"\1" and h[3:4] in _PCX_BITS, "image/x-pcx"),
    (_is_transport_stream, "video/mp2t"),
)
"""Formats whose signature is short, so that a second field must be plausible too."""
