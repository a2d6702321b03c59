"""JPEG: the header by hand, then straight to grey at a reduced scale by libjpeg-turbo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import simplejpeg

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SHORT_SIDE = 512
"""The decoded picture keeps at least so many pixels on its short side (or all, if it has fewer)."""

_FACTORS = (8, 4, 2, 1)
"""By so much libjpeg-turbo reduces with SIMD code. It has none for 3, 5, 6 and 7 eighths, which cost more than the
next larger of these (`docs/decisions/0002-pdq-of-our-own.md`)."""

RGB_BELOW = 512
"""A colour picture with a shorter side than this is decoded to RGB, as other tools do: where hardly any pixels are
averaged, the rounding of Y to whole grey levels would cost up to 12 bits, and the time is nothing."""

_ENTRIES = 0xB002
"""The field of a multi-picture index that names the pictures: 16 bytes each."""
_MOST_FIELDS, _MOST_PICTURES = 32, 1000

_STAND_ALONE = {0x01, *range(0xD0, 0xD9)}
_FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_HUFFMAN_8_BIT = {0xC0, 0xC1, 0xC2}


class Header(NamedTuple):
    """What stands before the first scan (ITU-T T.81, annex B).

    Attributes:
        width, height: pixels as stored; 0 where no frame header was found.
        bits: a sample.
        components: 1 grey, 3 colour, 4 CMYK or YCCK.
        direct: whether libjpeg-turbo's grey output is right for it: Huffman, 8 bits, one or three components.
        exif: the EXIF block, empty if none.
        pictures: whether more pictures follow the first (CIPA multi-picture format).
        directory: where the index of these has its TIFF header.
    """

    width: int = 0
    height: int = 0
    bits: int = 0
    components: int = 0
    direct: bool = False
    exif: bytes = b""
    pictures: bool = False
    directory: int = 0


def read_header(data: bytes) -> Header:
    """Walk the marker segments up to the first scan. Never raises; what is missing keeps its default."""
    header = Header()
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            at += 1
            continue
        marker = data[at + 1]
        if marker == 0xFF or marker in _STAND_ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in (0xDA, 0xD9):
            break
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        segment = data[at + 4 : at + 2 + length]
        if marker in _FRAMES and len(segment) >= 6 and not header.width:
            header = header._replace(
                height=int.from_bytes(segment[1:3], "big"),
                width=int.from_bytes(segment[3:5], "big"),
                bits=segment[0],
                components=segment[5],
                direct=marker in _HUFFMAN_8_BIT and segment[0] == 8 and segment[5] in (1, 3),
            )
        elif marker == 0xE1 and segment[:5] == b"Exif\x00" and not header.exif:
            header = header._replace(exif=segment)
        elif marker == 0xE2 and segment[:4] == b"MPF\x00":
            header = header._replace(pictures=True, directory=header.directory or at + 8)
        at += 2 + max(2, length)
    return header


def listed_pictures(data: bytes, header: Header) -> set[int]:
    """Where the further pictures begin that the multi-picture index names (CIPA DC-007, 5.2.3)."""
    at = header.directory
    order: Literal["little", "big"] = "little" if data[at : at + 2] == b"II" else "big"

    def number(place: int, length: int = 4) -> int:
        return int.from_bytes(data[place : place + length], order)

    if not at:
        return set()
    fields = at + number(at + 4)
    for field in range(fields + 2, fields + 2 + 12 * min(number(fields, 2), _MOST_FIELDS), 12):
        if number(field, 2) == _ENTRIES:
            first, count = at + number(field + 8), number(field + 4) // 16
            places = [number(first + 16 * entry + 8) for entry in range(min(count, _MOST_PICTURES))]
            return {at + place for place in places if place}
    return set()


def reduction(width: int, height: int, short_side: int = SHORT_SIDE) -> int:
    """The factor by which to reduce while decoding: the largest cheap one that keeps `short_side` pixels."""
    short = min(width, height)
    return next(factor for factor in _FACTORS if -(-short // factor) >= short_side or factor == 1)


def decode_jpeg(data: bytes, header: Header, factor: int) -> tuple[npt.NDArray[np.uint8], str]:
    """Decode to grey [h, w], or a small picture to RGB [h, w, 3]; and say what was wrong, or nothing.

    Args:
        data: the file.
        header: of it.
        factor: 1, 2, 4 or 8: sides become so much shorter, rounded up.

    Raises:
        ValueError: nothing could be decoded.
    """
    small = min(header.width, header.height) < RGB_BELOW and header.components == 3
    colours = "RGB" if small else "GRAY"
    least = -(-header.width // factor), -(-header.height // factor)
    try:
        return _decode(data, colours, least, strict=True), ""
    except ValueError as error:
        # libjpeg could go on and fills what is missing with grey: that is what could be decoded.
        note = "truncated" if "remature end" in str(error) else f"damaged: {error}"
        return _decode(data, colours, least, strict=False), note


def _decode(data: bytes, colours: str, least: tuple[int, int], *, strict: bool) -> npt.NDArray[np.uint8]:
    pixels: npt.NDArray[np.uint8] = simplejpeg.decode_jpeg(  # type: ignore[attr-defined]
        data, colours, min_width=least[0], min_height=least[1], min_factor=1, strict=strict
    )
    return pixels[:, :, 0] if colours == "GRAY" else pixels
