"""Finding the uniform borders of a letterboxed picture, so that it can also be hashed without them.

PDQ loses nearly every picture that got a border (Thorn's benchmark: 1.3 % recall at 20 % padding), and taking
borders off before hashing is the cheapest cure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vaern.compiled import ARRAY, WHOLE, at, loop

if TYPE_CHECKING:
    import numpy.typing as npt

TOLERANCE = 10
"""Grey levels by which a border pixel may differ from the border's colour: what JPEG does to a flat area."""

LEAST_SHARE = 0.02
"""Borders that take less than this share of both sides are not worth a second hash."""

LEAST_REMAINDER = 0.25
"""What remains has at least this share of each side, and 64 pixels: a small sign on a plain ground is not a
picture with borders."""


_width = loop("borders_width", ARRAY, *(WHOLE,) * 7, gives=WHOLE)


class Box(NamedTuple):
    """A half-open rectangle in pixels."""

    top: int
    bottom: int
    left: int
    right: int


def find_inside(pixels: npt.NDArray[np.uint8]) -> Box | None:
    """The picture within its borders: rows are taken off first, then columns of what is left.

    Args:
        pixels: uint8 [h, w] or [h, w, channels].

    Returns:
        `None` where there is no border worth taking off, or where too little would remain.
    """
    height, width = pixels.shape[:2]
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    pixels = np.ascontiguousarray(pixels)
    flat = at(pixels, "B")
    line = width * channels
    top = _border(flat, channels, 0, (height, line), (width, channels))
    bottom = height - _border(flat, channels, (height - 1) * line, (height - top, -line), (width, channels))
    if bottom <= top:
        return None
    corner, column = top * line, (bottom - top, line)
    left = _border(flat, channels, corner, (width, channels), column)
    right = width - _border(flat, channels, corner + line - channels, (width - left, -channels), column)
    tall, wide = bottom - top, right - left
    if tall < max(64, LEAST_REMAINDER * height) or wide < max(64, LEAST_REMAINDER * width):
        return None
    if tall > (1 - LEAST_SHARE) * height and wide > (1 - LEAST_SHARE) * width:
        return None
    return Box(top, bottom, left, right)


def _border(flat: int, channels: int, origin: int, lines: tuple[int, int], along: tuple[int, int]) -> int:
    """How many lines in succession have the colour of the first one's middle pixel; one pixel in 100 may not.

    Args:
        flat: where the picture lies, as bytes.
        channels: bytes a pixel.
        origin: index of the first line's first pixel.
        lines: how many there are, and the step from one to the next.
        along: how many pixels a line has, and the step from one to the next.
    """
    return int(_width(flat, channels, TOLERANCE, origin, *lines, *along))
