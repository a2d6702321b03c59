"""PDQ, the perceptual hash of still pictures and video frames: 256 bits and a quality.

Definition: facebook/ThreatExchange, `pdq/README.md` and the C++ reference there. This is our own
implementation; see `docs/explanation/pdq.md` for why it touches each pixel once, and
`tests/conformance/test_pdq.py` for how close it is.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vaern.hashing import pdq_kernels as kernels

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

    from vaern.records import Orientation

SMALLEST_SIDE = 5
"""Fewer pixels on a side have no hash (`MIN_HASHABLE_DIM`)."""

FEATURELESS_SPREAD = 0.01
"""A picture is featureless when the middle half of its 256 coefficients lies within this many grey levels.

At least half of its bits would then be rounding noise, whose spread is at most 0.00003 (measured on stripes).
That is so for a blank picture, but also for stripes, a plain gradient or an exactly symmetrical drawing,
however high their quality."""

_TURNS: dict[Orientation, tuple[bool, bool, bool]] = {
    "upright": (False, False, False),
    "rotated-90": (False, True, True),
    "rotated-180": (True, True, False),
    "rotated-270": (True, False, True),
    "mirrored": (False, True, False),
    "flipped": (True, False, False),
    "transposed": (False, False, True),
    "transverse": (True, True, True),
}
"""How each orientation follows from the upright picture: rows upside down, columns mirrored, transposed."""

ORIENTATIONS: tuple[Orientation, ...] = tuple(_TURNS)


class PdqHash(NamedTuple):
    """A PDQ value.

    Attributes:
        value: 32 bytes, most significant bit first; empty when the picture is featureless or too small.
        quality: 0-100; the reference advises not to use what is below 50.
    """

    value: bytes
    quality: int


def _dct_matrix() -> npt.NDArray[np.float32]:
    """Rows 1-16 of the 64-point DCT-II; float32 at the same places as the reference's `dct_matrix_64`."""
    frequency, position = np.arange(1, 17)[:, None], np.arange(64)[None, :]
    scale = float(np.float32(np.sqrt(2.0 / 64)))
    return np.asarray(scale * np.cos(np.pi / 128 * frequency * (2 * position + 1)), np.float32)


_DCT = _dct_matrix()

Band = tuple["npt.NDArray[np.int64]", "npt.NDArray[np.int32]"]


_KEPT_LENGTH = 1 << 16
"""Matrices of longer sides are not kept: one takes 4 bytes a pixel of the side, and there may be a thousand."""


def _band(length: int, factor: int, mirrored: bool) -> Band:
    """The banded matrix along a side of `length` pixels, seen through blocks of `factor`."""
    return (_kept_band if length <= _KEPT_LENGTH else _made_band)(length, factor, mirrored)


def _made_band(length: int, factor: int, mirrored: bool) -> Band:
    if not mirrored and factor == 1:
        return kernels.band_matrix(length)
    starts, weights = _band(length, 1, False)
    if mirrored:
        # Output k stays output k; it only reads the picture from the other end.
        starts, weights = length - starts - weights.shape[1], np.ascontiguousarray(weights[:, ::-1])
    return (starts, weights) if factor == 1 else kernels.block_matrix(starts, weights, length, factor)


_kept_band = lru_cache(maxsize=1024)(_made_band)


class Grid(NamedTuple):
    """How pixels at hand lie in a picture: each is the mean of a block of `factor` × `factor` of its pixels.

    Attributes:
        height, width: of the picture; the blocks at its lower and right edge may be cut short.
        factor: 1 where the pixels are the picture's own.
    """

    height: int
    width: int
    factor: int = 1


def hash_pixels(pixels: npt.NDArray[np.uint8]) -> PdqHash:
    """Hash a decoded picture.

    Args:
        pixels: grey [h, w] or RGB [h, w, 3], uint8. Luma is 0.299 R + 0.587 G + 0.114 B.

    Raises:
        ValueError: another type or shape.
    """
    return hash_turned(pixels, ("upright",))["upright"]


def hash_orientations(pixels: npt.NDArray[np.uint8]) -> dict[Orientation, PdqHash]:
    """Hash a picture as all 8 turns and mirrorings of it would be, each exactly as from the turned pixels.

    The reference turns the coefficients instead, which is up to 40 bits wrong because its blur is not
    symmetric (pdqhash-python, `tests/test_compute.py`). Here the two matrices are mirrored, and 64 × 64
    values transposed.
    """
    return hash_turned(pixels, ORIENTATIONS)


def hash_turned(
    pixels: npt.NDArray[np.uint8], orientations: Iterable[Orientation], grid: Grid | None = None
) -> dict[Orientation, PdqHash]:
    """As `hash_orientations`, but only those asked for.

    Args:
        pixels: as for `hash_pixels`.
        orientations: which.
        grid: for pixels that were reduced while decoding, the picture that they come from: the hash is then that
            of the whole picture, as nearly as the means of its blocks tell.
    """
    if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3) or pixels.shape[2:] not in ((), (1,), (3,)):
        raise ValueError(f"PDQ hashes uint8 [h, w] or [h, w, 3], not {pixels.dtype} {list(pixels.shape)}")
    height, width = pixels.shape[:2]
    grid = grid or Grid(height, width)
    if (-(-grid.height // grid.factor), -(-grid.width // grid.factor)) != (height, width):
        raise ValueError(f"{height} × {width} pixels do not fit {grid}")
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    rows = np.ascontiguousarray(pixels).reshape(height, width * channels)
    return {name: _hash_luma(luma) for name, luma in _reduce(rows, grid, channels, orientations)}


def hash_video_luma(
    rows: npt.NDArray[np.uint8], width: int, orientations: Iterable[Orientation], *, limited: bool
) -> dict[Orientation, PdqHash]:
    """Hash the Y plane of a video frame where it lies.

    Args:
        rows: the plane as the decoder laid it out, [h, bytes a line]; what lies beyond `width` is padding.
        width: pixels a line.
        orientations: as for `hash_turned`.
        limited: Y runs from 16 (black) to 235 (white), as in most video. The reference hashes RGB, so the
            values are stretched; the bits hardly depend on that, the quality does.
    """
    low, stretch = (np.float32(16), np.float32(255 / 219)) if limited else (np.float32(0), np.float32(1))
    reduced = _reduce(rows, Grid(rows.shape[0], width), 1, orientations)
    return {name: _hash_luma((luma - low) * stretch) for name, luma in reduced}


def _reduce(
    rows: npt.NDArray[np.uint8], grid: Grid, channels: int, orientations: Iterable[Orientation]
) -> Iterator[tuple[Orientation, npt.NDArray[np.float32]]]:
    """The 64 × 64 luma values of each orientation; all zero for a picture too small to hash."""
    reduced: dict[bool, npt.NDArray[np.int32]] = {}
    lumas: dict[tuple[bool, bool], npt.NDArray[np.float32]] = {}
    for orientation in orientations:
        if min(grid.height, grid.width) < SMALLEST_SIDE:
            yield orientation, np.zeros((64, 64), np.float32)
            continue
        up, left, transposed = _TURNS[orientation]
        if up not in reduced:
            reduced[up] = kernels.reduce_rows(rows, *_band(grid.height, grid.factor, up))
        if (up, left) not in lumas:
            band = _band(grid.width, grid.factor, left)
            lumas[up, left] = kernels.reduce_columns(reduced[up], channels, *band)
        luma = lumas[up, left]
        yield orientation, np.ascontiguousarray(luma.T) if transposed else luma


def _hash_luma(luma: npt.NDArray[np.float32]) -> PdqHash:
    quality = int(kernels.quality_of(luma))
    coefficients = kernels.coefficients_of(luma, _DCT)
    ranked = np.sort(coefficients)
    if ranked[191] - ranked[64] < FEATURELESS_SPREAD:
        return PdqHash(b"", quality)
    # The reference's median (`torben`) is the lower of the two middle values.
    return PdqHash(kernels.bits_of(coefficients, ranked[127]).tobytes(), quality)


def turn(pixels: npt.NDArray[np.uint8], orientation: Orientation) -> npt.NDArray[np.uint8]:
    """The pixels in that orientation of `records.Orientation`, as a view."""
    up, left, transposed = _TURNS[orientation]
    turned = pixels[::-1] if up else pixels
    turned = turned[:, ::-1] if left else turned
    return turned.swapaxes(0, 1) if transposed else turned


def _compositions() -> dict[tuple[Orientation, Orientation], Orientation]:
    probe = np.arange(6, dtype=np.uint8).reshape(2, 3)
    names: dict[bytes, Orientation] = {_print(turn(probe, name)): name for name in ORIENTATIONS}
    return {(a, b): names[_print(turn(turn(probe, a), b))] for a in ORIENTATIONS for b in ORIENTATIONS}


def _print(pixels: npt.NDArray[np.uint8]) -> bytes:
    return bytes(pixels.shape) + pixels.tobytes()


THEN = _compositions()
"""`THEN[a, b]` is the one orientation that equals turning by `a` and then by `b`."""


def inverse(orientation: Orientation) -> Orientation:
    """The turn that undoes another."""
    return next(name for name in ORIENTATIONS if THEN[orientation, name] == "upright")
