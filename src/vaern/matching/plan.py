"""How the Hamming index is cut into bands, and what a search at some distance has to look into.

Multi-index hashing (Norouzi, Punjani, Fleet, "Fast exact search in Hamming space with multi-index hashing", 2014)
cuts the 256 bits into m bands. Band i gets a threshold t_i with t_1 + ... + t_m = T - m + 1. If a row is within T bits
of the query, then d_1 + ... + d_m <= T < (t_1 + 1) + ... + (t_m + 1), so some d_i <= t_i: looking, in each band,
into all buckets within t_i bits of the query's finds every hit. A threshold of -1 means not to look at all.

More is true. Put x_i = d_i - t_i - 1. The sum of all x_i is below 0; and by the cycle lemma whole
numbers in a circle with a negative sum have a start from which *every* partial sum is negative. (Start behind the place
where the partial sums are at their last maximum: from there each is below that maximum, and round the end the sum of
the whole circle is taken off as well.) So some band i has, for every k from 0 to m - 1,

    d_i + d_(i+1) + ... + d_(i+k)  <=  t_i + t_(i+1) + ... + t_(i+k) + k.

The index walks from band to band and gives up at the first k for which this does not hold. For k = 1 (the "pigeonring",
Qin and Xiao, 2018) one row in 400 of a bucket is left, for k = 2 one in 100,000. For k = m - 1 it says that the
distance is within T, so what walks all the way round *is* a hit. It is told by the first band, of those that satisfy
all of this, and so exactly once.

The walk needs neither hashes nor row numbers. All bands have 16 bits, and a bucket's address is all of them. Each band
keeps its rows in the order of their addresses, and of each row the *sketch*: the bits of the next band, which are its
address there; and the *rank*: which of the rows of that bucket it is. So where a row lies in the next band is where its
bucket begins there, plus its rank. Rows are numbered by their place in band 0, so that walking by there tells the row.
"""

from __future__ import annotations

import itertools
import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

BITS = 256
BANDS = 16
WIDTH = 16
"""Bits of a band."""

LANES = 32
"""Sketches compared at once; arrays of sketches are padded by as many at the end."""

LARGEST = (1 << 32) - 1
"""Rows in one segment at most: where a bucket begins is kept in 32 bits."""

FLAT_BELOW = 1 << 14
"""Fewer rows than this are searched by the flat scan alone: the tables of buckets would be larger than the rows."""

# Nanoseconds, measured with `benchmarks/hamming.py` on an AMD EPYC (Zen 4): they rank plans, they promise nothing.
_NS_LINE = 9.0  # a cache line from memory, many in flight
_NS_NEXT_LINE = 4.0  # the line after it
_NS_PROBE = 4.0
_NS_COMPARE = 0.03  # one sketch
_NS_STEP = 25.0  # one step of a walk
_NS_FLAT = 1.2  # one row of the flat scan


def offsets(bands: int = BANDS) -> npt.NDArray[np.int64]:
    """Where each band begins; widths differ by one bit at most. Shape [bands]."""
    return np.array([BITS * band // bands for band in range(bands)], np.int64)


def thresholds(bands: int, distance: int) -> npt.NDArray[np.int64]:
    """One threshold a band, summing to distance - bands + 1, none below -1; the larger to the wide."""
    total = distance - bands + 1
    chosen = np.full(bands, max(total // bands, -1), np.int64)
    widths = np.diff(np.append(offsets(bands), BITS))
    widest = np.argsort(-widths, kind="stable")
    chosen[widest[: total - int(chosen.sum())]] += 1
    return chosen


def sketch_bounds(flips: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """By how many bits address and sketch together may differ, for each band's threshold. Shape [bands]."""
    bounds = flips + np.roll(flips, -1) + 1
    return bounds.astype(np.int64)


def allowances(flips: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """By how many bits band i and the k that follow it may differ together: [i, k], for each band's threshold."""
    bands = len(flips)
    return np.array([[np.roll(flips, -i)[: k + 1].sum() + k for k in range(bands)] for i in range(bands)], np.int64)


@lru_cache(maxsize=64)
def masks(address_bits: int, flips: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """All ways to flip up to `flips` of `address_bits` bits, fewest first, and how many each flips."""
    ways = [
        (sum(1 << bit for bit in chosen), count)
        for count in range(flips + 1)
        for chosen in itertools.combinations(range(address_bits), count)
    ]
    return np.array([way[0] for way in ways], np.int64), np.array([way[1] for way in ways], np.int64)


def probes(address_bits: int, flips: int) -> int:
    """How many buckets are within `flips` bits of one."""
    return sum(math.comb(address_bits, count) for count in range(flips + 1))


def _share_within(bound: int) -> float:
    """The share of random sketches within `bound` bits of another."""
    return probes(WIDTH, min(bound, WIDTH)) / (1 << WIDTH) if bound >= 0 else 0.0


def search_cost(rows: int, distance: int) -> float:
    """Nanoseconds that one search in bands is likely to take, over random rows."""
    occupancy = rows / (1 << WIDTH)
    flips = thresholds(BANDS, distance)
    cost = 0.0
    for most, bound in zip(flips.tolist(), sketch_bounds(flips).tolist(), strict=True):
        for count in range(most + 1):
            ways = math.comb(WIDTH, count)
            cost += ways * (_NS_PROBE + _NS_LINE + _NS_NEXT_LINE * occupancy * 2 / 64 + _NS_COMPARE * occupancy)
            cost += ways * occupancy * _share_within(bound - count) * _NS_STEP
    return cost


def flat_cost(rows: int) -> float:
    """Nanoseconds that one flat scan is likely to take."""
    return rows * _NS_FLAT


def scan_above(rows: int) -> int:
    """Rows in the buckets of one query beyond which the flat scan is sooner done: those of many alike hashes."""
    return rows // 8


def most_steps(rows: int) -> int:
    """Steps that the walks of one query may take; then it is begun anew with the flat scan, which is sooner done."""
    return int(rows * _NS_FLAT / _NS_STEP)


def banded(rows: int) -> bool:
    """Whether a segment of so many rows has bands."""
    return rows >= FLAT_BELOW
