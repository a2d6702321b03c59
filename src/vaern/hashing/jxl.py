"""JPEG XL (ISO/IEC 18181) through libjxl, as pillow-jxl-plugin brings it: the first frame, turned upright."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from PIL import Image

from vaern.hashing.exif import Exif, read_exif
from vaern.hashing.stills import Picture
from vaern.hashing.tones import to_pixels
from vaern.hashing.unreadable import UnreadableError, check_pixels

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt

_CODESTREAM = b"\xff\x0a"
_PARTS = (b"jxlc", b"jxlp")
_RATIOS = (None, (1, 1), (6, 5), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_SIZES = (9, 13, 18, 30)
_MODES = ("L", "LA", "RGB", "RGBA", "I;16", "F")


@cache
def decoder() -> Any:
    """The decoder, loaded once; it has no state and starts no thread."""
    from pillow_jxl import Decoder  # noqa: PLC0415 - takes a while

    return Decoder(num_threads=0)


def decode_jxl(content: bytes, max_pixels: int) -> Picture | bytes:
    """Decode a JPEG XL file.

    Args:
        content: a codestream, or boxes around one.
        max_pixels: of the picture; checked before decoding.

    Returns:
        The picture; where the file is a JPEG that was packed losslessly, the bytes of that.

    Raises:
        UnreadableError: with the reason.
    """
    check_pixels(*size_of(content), max_pixels)
    try:
        is_jpeg, info, samples, _, boxes = decoder()(content)
    except RuntimeError as error:  # its words are advice to programmers, and the same for every fault
        raise UnreadableError("libjxl cannot decode it: it is damaged, or ends too early") from error
    if is_jpeg:
        return bytes(samples)
    exif = next((read_exif(_tiff(box.data)) for box in boxes if box.box_type == b"Exif"), Exif())
    upright = exif._replace(orientation=1)  # libjxl turned it, as the codestream says
    return Picture(info.width, info.height, [_pixels(info, samples)], upright)


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height as stored, out of the header (18181-1, `SizeHeader`).

    Raises:
        UnreadableError: there is none.
    """
    start = _start(content)
    take = _reader(content[start + 2 : start + 16])
    small = take(1)
    height = _dimension(take, small=small)
    ratio = _RATIOS[take(3)]
    return (_dimension(take, small=small) if ratio is None else height * ratio[0] // ratio[1]), height


def _start(content: bytes) -> int:
    """Where the codestream begins."""
    if content.startswith(_CODESTREAM):
        return 0
    at = 0
    while at + 8 <= len(content):
        length, kind, head = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8], 8
        if length == 1:
            length, head = int.from_bytes(content[at + 8 : at + 16], "big"), 16
        begin = at + head + (4 if kind == b"jxlp" else 0)  # after the number of the part
        if kind in _PARTS and content[begin : begin + 2] == _CODESTREAM:
            return begin
        if length < head:
            break
        at += length
    raise UnreadableError("the header is malformed")


def _reader(data: bytes) -> Callable[[int], int]:
    """Gives the next so many bits as a number, those of least weight first; zeros behind the end."""
    left = int.from_bytes(data, "little")

    def take(count: int) -> int:
        nonlocal left
        number = left & (1 << count) - 1
        left >>= count
        return number

    return take


def _dimension(take: Callable[[int], int], *, small: int) -> int:
    return 8 * (take(5) + 1) if small else take(_SIZES[take(2)]) + 1


def _tiff(data: bytes) -> bytes:
    """The content of an `Exif` box after the four bytes that say where its TIFF header begins (18181-2, 9.5)."""
    return data[4 + int.from_bytes(data[:4], "big") :] if data[:2] not in (b"II", b"MM") else data


def _pixels(info: Any, samples: bytes) -> npt.NDArray[np.uint8]:
    if info.mode not in _MODES:
        raise UnreadableError(f"no decoder for JPEG XL of the kind {info.mode}")
    return to_pixels(Image.frombytes(info.mode, (info.width, info.height), samples))
