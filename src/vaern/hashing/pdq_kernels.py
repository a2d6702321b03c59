"""The arithmetic of PDQ (facebook/ThreatExchange, `pdq/cpp/{downscaling,hashing}`); its loops are `pdq_kernels.c`.

The reference blurs the whole picture twice along each axis with a box, in float32, and then looks at 64 × 64
of the results. Blur and decimation are linear and separable, so those 64 × 64 values are `R · luma · Cᵀ` with
two banded matrices of 64 rows. Their weights are integers that add up to 2²², and every product and sum below
is exact in its integer type: the order of operations cannot matter, so a turned picture gives exactly the
turned 64 × 64 values.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vaern.compiled import ARRAY, REAL, WHOLE, at, loop

WEIGHT_BITS = 22
"""Weights of one output add up to 2²²: with 8-bit pixels the first stage stays below 2³⁰, the second below
2⁵² (2⁶² for colour, whose luma weights add up to 1,000)."""

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


_band_matrix = loop("pdq_band_matrix", WHOLE, WHOLE, ARRAY, ARRAY, ARRAY)
_reduce_rows = loop("pdq_reduce_rows", ARRAY, WHOLE, ARRAY, ARRAY, WHOLE, ARRAY)
_reduce_columns = loop("pdq_reduce_columns", ARRAY, WHOLE, WHOLE, ARRAY, ARRAY, WHOLE, ARRAY, ARRAY)
_quality = loop("pdq_quality", ARRAY, gives=WHOLE)
_coefficients = loop("pdq_coefficients", ARRAY, ARRAY, ARRAY)
_bits = loop("pdq_bits", ARRAY, REAL, ARRAY)


def band_matrix(length: int) -> tuple[Longs, Ints]:
    """Blur twice with the reference's box, then take the centres of 64 equal blocks, as one banded matrix.

    The box is `ceil(length / 128)` wide; an even one reaches one further to the right; near the edges it
    averages what there is (`computeJaroszFilterWindowSize`, `box1DFloat`, `decimateFloat`).

    Returns:
        The first pixel of each output, int64 [64], and the weights from there on, int32 [64, width].
    """
    width = min(2 * ((length + 127) // 128) - 1, length)
    starts, weights = np.empty(64, np.int64), np.empty((64, width), np.int32)
    change = np.empty(width + 1, np.float64)
    _band_matrix(length, width, at(starts, "l"), at(weights, "i"), at(change, "d"))
    return starts, weights


def block_matrix(starts: Longs, weights: Ints, length: int, factor: int) -> tuple[Longs, Ints]:
    """The same matrix for a picture of which only the means of blocks of `factor` pixels are known.

    Exact for a picture that is uniform within each block; the last block may be cut short by `length`.
    """
    blocks = (length + factor - 1) // factor
    of_pixel = (starts[:, None] + np.arange(weights.shape[1])) // factor
    width = int((of_pixel[:, -1] - of_pixel[:, 0]).max()) + 1
    first = np.minimum(of_pixel[:, 0], blocks - width)
    places = of_pixel - first[:, None] + width * np.arange(64)[:, None]
    sums = np.bincount(places.ravel(), weights.ravel(), 64 * width)  # whole numbers below 2**53: exact
    return first, sums.astype(np.int32).reshape(64, width)


def reduce_rows(pixels: Bytes, starts: Longs, weights: Ints) -> Ints:
    """First stage, `R · pixels`, over bytes [h, w] (colour: [h, 3 w], interleaved): int32 [64, w]."""
    columns, width = pixels.shape[1], weights.shape[1]
    out = np.zeros((64, columns), np.int32)
    _reduce_rows(at(pixels, "B"), columns, at(starts, "l"), at(weights, "i"), width, at(out, "i"))
    return out


def reduce_columns(rows: Ints, channels: int, starts: Longs, weights: Ints) -> Floats:
    """Second stage, `rows · Cᵀ`, to luma in grey levels 0-255: float32 [64, 64].

    Columns that the matrix does not reach (the padding of a video frame) are ignored.
    """
    columns, width = rows.shape[1], weights.shape[1]
    line, out = np.empty(columns // channels, np.int64), np.empty((64, 64), np.float32)
    band = at(starts, "l"), at(weights, "i"), width
    _reduce_columns(at(rows, "i"), columns, channels, *band, at(line, "l"), at(out, "f"))
    return out


def quality_of(luma: Floats) -> int:
    """The image-domain quality 0-100: how many significant steps there are between neighbours.

    `pdqImageDomainQualityMetric`: steps count in whole hundredths of the grey range, truncated; 90 is its
    constant.
    """
    return int(_quality(at(luma, "f")))


def coefficients_of(luma: Floats, dct: Floats) -> Floats:
    """The 16 × 16 lowest frequencies of a 64 × 64 luma picture, without the constant ones: float32 [256].

    Sums run in the order of the reference, in float32, so that rounding agrees too (`dct64To16`).
    """
    out = np.empty(256, np.float32)
    _coefficients(at(luma, "f"), at(dct, "f"), at(out, "f"))
    return out


def bits_of(coefficients: Floats, median: float) -> Bytes:
    """Which coefficients exceed the median, the last one first: uint8 [32] (`pdqBuffer16x16ToBits`)."""
    out = np.zeros(32, np.uint8)
    _bits(at(coefficients, "f"), median, at(out, "B"))
    return out
