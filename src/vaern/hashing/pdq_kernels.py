"""The arithmetic of PDQ (facebook/ThreatExchange, `pdq/cpp/{downscaling,hashing}`), as Numba kernels.

The reference blurs the whole picture twice along each axis with a box, in float32, and then looks at 64 × 64
of the results. Blur and decimation are linear and separable, so those 64 × 64 values are `R · luma · Cᵀ` with
two banded matrices of 64 rows. Their weights are integers that add up to 2²², and every product and sum below
is exact in its integer type: the order of operations cannot matter, so a turned picture gives exactly the
turned 64 × 64 values.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vaern.compiled import compiled

WEIGHT_BITS = 22
"""Weights of one output add up to 2²²: with 8-bit pixels the first stage stays below 2³⁰, the second below
2⁵² (2⁶² for colour, whose luma weights add up to 1,000)."""

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@compiled
def band_matrix(length: int) -> tuple[Longs, Ints]:
    """Blur twice with the reference's box, then take the centres of 64 equal blocks, as one banded matrix.

    The box is `ceil(length / 128)` wide; an even one reaches one further to the right; near the edges it
    averages what there is (`computeJaroszFilterWindowSize`, `box1DFloat`, `decimateFloat`).

    Returns:
        The first pixel of each output, int64 [64], and the weights from there on, int32 [64, width].
    """
    window = (length + 127) // 128
    right = (window + 2) // 2 - 1
    left = window - 1 - right
    width = min(2 * window - 1, length)
    starts = np.empty(64, np.int64)
    weights = np.zeros((64, width), np.int32)
    change = np.empty(width + 1, np.float64)  # of a box only where it begins and ends: linear in the length
    for output in range(64):
        centre = int((output + 0.5) * length / 64)
        first = max(0, centre - left)
        last = min(length - 1, centre + right)
        start = min(max(0, first - left), length - width)
        for k in range(width + 1):
            change[k] = 0.0
        for middle in range(first, last + 1):
            low = max(0, middle - left)
            high = min(length - 1, middle + right)
            share = 1.0 / ((last - first + 1) * (high - low + 1))
            change[low - start] += share
            change[high - start + 1] -= share
        # Rounding the running total, not each weight, makes every row add up to exactly 2²².
        starts[output] = start
        weight = 0.0
        total = 0.0
        before = 0
        for k in range(width):
            weight += change[k]
            total += weight
            now = int(np.rint(total * (1 << WEIGHT_BITS)))
            weights[output, k] = now - before
            before = now
    return starts, weights


@compiled
def block_matrix(starts: Longs, weights: Ints, length: int, factor: int) -> tuple[Longs, Ints]:
    """The same matrix for a picture of which only the means of blocks of `factor` pixels are known.

    Exact for a picture that is uniform within each block; the last block may be cut short by `length`.
    """
    blocks = (length + factor - 1) // factor
    first = starts // factor
    last = (starts + weights.shape[1] - 1) // factor
    width = (last - first).max() + 1
    first = np.minimum(first, blocks - width)
    sums = np.zeros((64, width), np.int32)
    for output in range(64):
        for k in range(weights.shape[1]):
            sums[output, (starts[output] + k) // factor - first[output]] += weights[output, k]
    return first, sums


@compiled
def reduce_rows(pixels: Bytes, starts: Longs, weights: Ints) -> Ints:
    """First stage, `R · pixels`, over bytes [h, w] (colour: [h, 3 w], interleaved): int32 [64, w]."""
    columns = pixels.shape[1]
    out = np.zeros((64, columns), np.int32)
    for output in range(64):
        into = out[output]
        row = starts[output]
        k = 0
        while k + 3 < weights.shape[1]:
            # Four rows at a time, so that the sums are read and written once for all four.
            a, b, c, d = pixels[row + k], pixels[row + k + 1], pixels[row + k + 2], pixels[row + k + 3]
            wa, wb = weights[output, k], weights[output, k + 1]
            wc, wd = weights[output, k + 2], weights[output, k + 3]
            for j in range(columns):
                into[j] += np.int32(wa * a[j] + wb * b[j] + wc * c[j] + wd * d[j])
            k += 4
        while k < weights.shape[1]:
            a, wa = pixels[row + k], weights[output, k]
            for j in range(columns):
                into[j] += np.int32(wa * a[j])
            k += 1
    return out


@compiled
def reduce_columns(rows: Ints, channels: int, starts: Longs, weights: Ints) -> Floats:
    """Second stage, `rows · Cᵀ`, to luma in grey levels 0-255: float32 [64, 64].

    Columns that the matrix does not reach (the padding of a video frame) are ignored.
    """
    width = rows.shape[1] // channels
    line = np.empty(width, np.int64)
    out = np.empty((64, 64), np.float32)
    unit = float(1 << (2 * WEIGHT_BITS)) * (1000.0 if channels == 3 else 1.0)
    for i in range(64):
        row = rows[i]
        if channels == 3:
            for j in range(width):
                line[j] = np.int64(row[3 * j]) * 299 + np.int64(row[3 * j + 1]) * 587 + np.int64(row[3 * j + 2]) * 114
        else:
            for j in range(width):
                line[j] = row[j]
        for output in range(64):
            start = starts[output]
            total = np.int64(0)
            for k in range(weights.shape[1]):
                total += line[start + k] * weights[output, k]
            out[i, output] = np.float32(total / unit)
    return out


@compiled
def quality_of(luma: Floats) -> int:
    """The image-domain quality 0-100: how many significant steps there are between neighbours.

    `pdqImageDomainQualityMetric`: steps count in whole hundredths of the grey range, truncated; 90 is its
    constant.
    """
    total = 0
    hundred, full = np.float32(100), np.float32(255)
    for i in range(64):
        for j in range(64):
            if i < 63:
                total += abs(int((luma[i, j] - luma[i + 1, j]) * hundred / full))
            if j < 63:
                total += abs(int((luma[i, j] - luma[i, j + 1]) * hundred / full))
    return min(100, total // 90)


@compiled
def coefficients_of(luma: Floats, dct: Floats) -> Floats:
    """The 16 × 16 lowest frequencies of a 64 × 64 luma picture, without the constant ones: float32 [256].

    Sums run in the order of the reference, in float32, so that rounding agrees too (`dct64To16`).
    """
    half = np.zeros((16, 64), np.float32)
    for i in range(16):
        for k in range(64):
            for j in range(64):
                half[i, j] += dct[i, k] * luma[k, j]
    out = np.zeros((16, 16), np.float32)
    across = np.ascontiguousarray(dct.T)
    for i in range(16):
        for k in range(64):
            for j in range(16):
                out[i, j] += half[i, k] * across[k, j]
    return out.ravel()


@compiled
def bits_of(coefficients: Floats, median: float) -> Bytes:
    """Which coefficients exceed the median, the last one first: uint8 [32] (`pdqBuffer16x16ToBits`)."""
    out = np.zeros(32, np.uint8)
    for bit in range(256):
        if coefficients[bit] > median:
            out[31 - bit // 8] |= np.uint8(1 << (bit % 8))
    return out
