"""How the Hamming index is cut into bands, and what a search at some distance has to look into.

Multi-index hashing (Norouzi, Punjani, Fleet, "Fast exact search in Hamming space with multi-index hashing", 2014)
cuts the 256 bits into m bands. Band i gets a threshold t_i with t_1 + ... + t_m = T - m + 1. If a row is within T bits
of the query, then d_1 + ... + d_m <= T < (t_1 + 1) + ... + (t_m + 1), so some d_i <= t_i: looking, in each band,
into all buckets within t_i bits of the query's finds every hit. A threshold of -1 means not to look at all.

More is true, and it makes verification rare. Put x_i = d_i - t_i - 1. The sum of all x_i is below 0, so by the cycle
lemma some band i has x_i < 0 *and* x_i + x_(i+1) < 0, bands in a circle (the "pigeonring", Qin and Xiao, 2018):
d_i <= t_i and d_i + d_(i+1) <= t_i + t_(i+1) + 1. Beside each row a bucket therefore keeps a *sketch*, the 16 bits that
follow the address, which lie in band i and band i+1; a row passes only when address and sketch together differ by no
more than that bound. A hit passes in at least one band; of the others about one in 400 passes.

Only `address_bits` of a band's bits address a bucket, so that small indexes have small tables; that only looks
into more. Rows are stored by *group* of 2**shift rows, so that a group's number fits in three bytes.
"""

from __future__ import annotations

import itertools
import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

BITS = 256
SKETCH_BITS = 16
GROUP_BITS = 24
ADDRESS_BITS = 24
LARGEST = (1 << 32) - 1
"""Rows in one segment at most: where a bucket begins is kept in 32 bits."""

FLAT_BELOW = 4096
"""Fewer rows than this are searched by the flat scan alone."""

# Nanoseconds, measured with `benchmarks/hamming.py` on an AMD EPYC (Zen 4): they rank plans, they promise nothing.
_NS_LINE = 9.0  # a cache line from memory, many in flight
_NS_NEXT_LINE = 5.0  # the line after it
_NS_NEAR_LINE = 2.5  # a cache line of an index that the last-level cache holds
_NS_PROBE = 4.0
_NS_COMPARE = 0.03  # one sketch
_NS_VERIFY = 3.0  # one row
_NS_FLAT = 1.2  # one row of the flat scan
_NEAR_BYTES = 48_000_000


def offsets(bands: int) -> npt.NDArray[np.int64]:
    """Where each band begins; widths differ by one bit at most. Shape [bands]."""
    return np.array([BITS * band // bands for band in range(bands)], np.int64)


def group_shift(rows: int) -> int:
    """How many low bits of a row number its group leaves out."""
    return max(0, (rows - 1).bit_length() - GROUP_BITS)


def bytes_per_row(bands: int) -> int:
    """Memory of one row: the hash, and in each band its sketch and group. Tables of buckets come on top."""
    return 32 + 5 * bands


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
    return probes(SKETCH_BITS, min(bound, SKETCH_BITS)) / (1 << SKETCH_BITS) if bound >= 0 else 0.0


def search_cost(rows: int, bands: int, address_bits: int, distance: int) -> float:
    """Nanoseconds that one search in bands is likely to take, over random rows."""
    occupancy = rows / (1 << address_bits)
    near = rows * bytes_per_row(bands) < _NEAR_BYTES
    line, next_line = (_NS_NEAR_LINE, _NS_NEAR_LINE) if near else (_NS_LINE, _NS_NEXT_LINE)
    group_rows = 1 << group_shift(rows)
    per_pass = line + line + next_line * (group_rows - 1) / 2 + _NS_VERIFY * group_rows
    flips = thresholds(bands, distance)
    cost = 0.0
    for most, bound in zip(flips.tolist(), sketch_bounds(flips).tolist(), strict=True):
        for count in range(most + 1):
            ways = math.comb(address_bits, count)
            cost += ways * (_NS_PROBE + line + next_line * occupancy * 2 / 64 + _NS_COMPARE * occupancy)
            cost += ways * occupancy * _share_within(bound - count) * per_pass
    return cost


def flat_cost(rows: int) -> float:
    """Nanoseconds that one flat scan is likely to take."""
    return rows * _NS_FLAT


def scan_above(rows: int) -> int:
    """Candidates of one query beyond which the flat scan is sooner done: a list of many alike hashes has them."""
    return rows // 8


def budget(rows: int) -> int:
    """Bytes a row that an index may take: the larger the list, the leaner, so that much fits beside it."""
    return 112 if rows <= 1 << 23 else 107 if rows <= 1 << 25 else 92


@lru_cache(maxsize=64)
def choose(rows: int, distance: int = 31) -> tuple[int, int]:
    """The number of bands and of address bits with the least cost within the budget; (0, 0) for the flat scan."""
    if rows < FLAT_BELOW:
        return 0, 0
    options = (
        (bands, address_bits)
        for bands in range(8, 17)
        if bytes_per_row(bands) <= budget(rows)
        for address_bits in range(8, min(BITS // bands, ADDRESS_BITS) + 1)
        if 1 << address_bits <= rows
    )
    return min(options, key=lambda option: search_cost(rows, option[0], option[1], distance))
