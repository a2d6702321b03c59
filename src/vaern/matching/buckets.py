"""The compiled loops that build the bands of the Hamming index: see `plan` for what buckets, sketches and ranks are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vaern.compiled import compiled
from vaern.matching.kernels import address
from vaern.matching.plan import BANDS, WIDTH

if TYPE_CHECKING:
    from vaern.matching.kernels import Sketches, Starts, Words


@compiled
def addresses(words: Words, band: int) -> Any:
    """The addresses in a band of all hashes: uint16 [n]."""
    found = np.empty(len(words) // 4, np.uint16)
    for row in range(len(found)):
        found[row] = address(words, row, band)
    return found


@compiled
def count_buckets(words: Words, band: int, starts: Starts) -> None:
    """Fill `starts` (uint32 [2**16 + 1], zero) with where each bucket of one band begins."""
    for row in range(len(words) // 4):
        starts[address(words, row, band) + 1] += np.uint32(1)
    for bucket in range(len(starts) - 1):
        starts[bucket + 1] += starts[bucket]


@compiled
def fill_buckets(
    words: Words,
    band: int,
    starts: Starts,
    part_bits: int,
    first_part: int,
    last_part: int,
    scratch: Words,
    sketches: Sketches,
    ranks: Any,
) -> None:
    """Put the sketch and rank of the rows of some parts of one band into their buckets.

    A part is the buckets that share the top `part_bits` of their address. Rows go to `scratch` part by part, and from
    there to their buckets: each of the two steps writes to few places at a time, so that they stay in the cache;
    writing straight to 65,536 buckets is six times slower. Both keep the order of the rows; so do all bands, and a
    row's rank in the next band is how many rows before it have its address there.

    Args:
        words: uint64 [4n]. starts: uint32 [2**16 + 1], of this band.
        first_part, last_part: which parts, the last one not included.
        scratch: uint64, as long as the rows of these parts are many.
        sketches: uint16 [n + LANES]; filled. ranks: unsigned [n]; filled.
    """
    in_part = WIDTH - part_bits
    following = (band + 1) % BANDS
    origin = np.int64(starts[first_part << in_part])
    cursor = np.empty(last_part - first_part, np.int64)
    for part in range(first_part, last_part):
        cursor[part - first_part] = np.int64(starts[part << in_part]) - origin
    seen = np.zeros(1 << WIDTH, np.uint32)
    for row in range(len(words) // 4):
        own, sketch = address(words, row, band), address(words, row, following)
        rank = seen[sketch]
        seen[sketch] = rank + np.uint32(1)
        part = (own >> in_part) - first_part
        if 0 <= part < last_part - first_part:
            place: Any = cursor[part]
            cursor[part] = place + 1
            scratch[place] = np.uint64(own) << np.uint64(48) | np.uint64(sketch) << np.uint64(32) | np.uint64(rank)
    filled = np.empty(1 << in_part, np.int64)
    for part in range(first_part, last_part):
        begin = np.int64(starts[part << in_part])
        end = np.int64(starts[(part + 1) << in_part])
        for bucket in range(1 << in_part):
            filled[bucket] = np.int64(starts[(part << in_part) + bucket])
        for index in range(begin - origin, end - origin):
            item = scratch[index]
            inner = np.int64(item >> np.uint64(48)) - (part << in_part)
            place = filled[inner]
            filled[inner] = place + 1
            sketches[place] = np.uint16(item >> np.uint64(32) & np.uint64(0xFFFF))
            ranks[place] = item & np.uint64(0xFFFFFFFF)
