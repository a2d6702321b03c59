"""Finding the uniform borders of a letterboxed picture, so that it can also be hashed without them.

PDQ loses nearly every picture that got a border (Thorn's benchmark: 1.3 % recall at 20 % padding), and taking borders
off before hashing is the cheapest cure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vaern.hashing.compiled import compiled

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

TOLERANCE = 10
"""A border pixel differs by no more than this many grey levels from the outermost line: what JPEG noise does."""

LEAST_SHARE = 0.02
"""Borders that together take less than this share of both sides are not worth a second hash."""

LEAST_REMAINDER = 0.25
"""What remains has at least this share of each side, and 64 pixels: a small sign on a plain ground is not a picture
with borders."""


class Box(NamedTuple):
    """A half-open rectangle in pixels."""

    top: int
    bottom: int
    left: int
    right: int


def find_inside(pixels: npt.NDArray[np.uint8]) -> Box | None:
    """The picture within its borders; `None` where it has none worth taking off, or where too little would remain.

    Args:
        pixels: uint8 [h, w] or [h, w, channels].
    """
    height, width = pixels.shape[:2]
    planes = pixels.reshape(height, width, -1)
    box = Box(*_inside(planes, TOLERANCE))
    tall, wide = box.bottom - box.top, box.right - box.left
    if tall < max(64, LEAST_REMAINDER * height) or wide < max(64, LEAST_REMAINDER * width):
        return None
    if tall > (1 - LEAST_SHARE) * height and wide > (1 - LEAST_SHARE) * width:
        return None
    return box


@compiled
def _is_like(
    planes: npt.NDArray[np.uint8], line: int, first: int, last: int, by_row: bool, tolerance: int
) -> bool:
    """Whether row (or column) `line` is uniform between `first` and `last`, but for one pixel in a hundred.

    Its colour is that of its middle pixel; stray pixels are what ringing next to the picture leaves.
    """
    stray = 0
    middle = (first + last) // 2
    for at in range(first, last):
        for c in range(planes.shape[2]):
            if by_row:
                difference = int(planes[line, at, c]) - int(planes[line, middle, c])
            else:
                difference = int(planes[at, line, c]) - int(planes[middle, line, c])
            if abs(difference) > tolerance:
                stray += 1
                if stray * 100 > last - first:
                    return False
                break
    return True


@compiled
def _near(
    planes: npt.NDArray[np.uint8], row: int, column: int, row2: int, column2: int, tolerance: int
) -> bool:
    for c in range(planes.shape[2]):
        if abs(int(planes[row, column, c]) - int(planes[row2, column2, c])) > tolerance:
            return False
    return True


@compiled
def _inside(planes: npt.NDArray[np.uint8], tolerance: int) -> tuple[int, int, int, int]:
    """Peel rows, then columns of what is left, while they are uniform and of the colour of the outermost one."""
    height, width = planes.shape[0], planes.shape[1]
    x, top, bottom = width // 2, 0, height
    while (
        top < bottom
        and _near(planes, 0, x, top, x, tolerance)
        and _is_like(planes, top, 0, width, True, tolerance)
    ):
        top += 1
    last = height - 1
    while (
        bottom > top
        and _near(planes, last, x, bottom - 1, x, tolerance)
        and _is_like(planes, bottom - 1, 0, width, True, tolerance)
    ):
        bottom -= 1
    y, left, right = (top + bottom) // 2, 0, width
    if bottom <= top:
        return top, bottom, left, right
    while (
        left < right
        and _near(planes, y, 0, y, left, tolerance)
        and _is_like(planes, left, top, bottom, False, tolerance)
    ):
        left += 1
    last = width - 1
    while (
        right > left
        and _near(planes, y, last, y, right - 1, tolerance)
        and _is_like(planes, right - 1, top, bottom, False, tolerance)
    ):
        right -= 1
    return top, bottom, left, right
