"""The compiled loops of the Hamming index: field extraction, building, searching, the flat scan.

A hash is four little-endian 64-bit words; bit k of the hash is bit `k % 64` of word `k // 64`, and positions wrap
round at 256. `plan.py` says what bands, addresses, sketches and groups are and why the search is exact.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from vaern.compiled import compiled
from vaern.matching.intrinsics import LANES, compare_sketches, lowest_one, popcount, prefetch

_PENDING = 8192
"""Candidates that wait, while their cache lines arrive, before they are verified."""

Words = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Sketches = npt.NDArray[np.uint16]
Starts = npt.NDArray[np.uint32]
Bytes = npt.NDArray[np.uint8]


@compiled
def field(words: Words, row: int, offset: int, width: int) -> Any:
    """Bits `offset` to `offset + width` (width 1 to 32, cyclic) of hash `row` of a flat array of words."""
    first = (offset >> 6) & 3
    shift = np.uint64(offset & 63)
    value = words[4 * row + first] >> shift
    if (offset & 63) + width > 64:
        value |= words[4 * row + ((first + 1) & 3)] << (np.uint64(64) - shift)
    return value & ((np.uint64(1) << np.uint64(width)) - np.uint64(1))


@compiled
def distance(words: Words, row: int, queries: Words, query: int) -> Any:
    """Hamming distance of hash `row` and hash `query`, both in flat arrays of words."""
    total = popcount(words[4 * row] ^ queries[4 * query])
    total += popcount(words[4 * row + 1] ^ queries[4 * query + 1])
    total += popcount(words[4 * row + 2] ^ queries[4 * query + 2])
    total += popcount(words[4 * row + 3] ^ queries[4 * query + 3])
    return np.int64(total)


@compiled
def count_buckets(words: Words, offset: int, address_bits: int, starts: Starts) -> None:
    """Fill `starts` (uint32 [2**address_bits + 1], zero) with where each bucket of one band begins."""
    for row in range(len(words) // 4):
        starts[np.int64(field(words, row, offset, address_bits)) + 1] += np.uint32(1)
    for bucket in range(len(starts) - 1):
        starts[bucket + 1] += starts[bucket]


@compiled
def fill_buckets(
    words: Words,
    offset: int,
    address_bits: int,
    shift: int,
    starts: Starts,
    part_bits: int,
    first_part: int,
    last_part: int,
    scratch: Words,
    sketches: Sketches,
    groups: Bytes,
) -> None:
    """Put the sketch and group of the rows of some parts of one band into their buckets.

    A part is the buckets that share the top `part_bits` of their address. Rows go to `scratch` part by part, and from
    there to their buckets: each of the two steps writes to few places at a time, so that they stay in the cache;
    writing straight to 65,536 buckets is six times slower.

    Args:
        words: uint64 [4n]. starts: uint32, from `count_buckets`.
        shift: a group is `row >> shift`, below 2**24.
        first_part, last_part: which parts, the last one not included.
        scratch: uint64, as long as the rows of these parts are many.
        sketches: uint16 [n + LANES]; filled. groups: uint8 [3n], little endian; filled.
    """
    in_part = address_bits - part_bits
    origin = np.int64(starts[first_part << in_part])
    cursor = np.empty(last_part - first_part, np.int64)
    for part in range(first_part, last_part):
        cursor[part - first_part] = np.int64(starts[part << in_part]) - origin
    for row in range(len(words) // 4):
        address = np.int64(field(words, row, offset, address_bits))
        own = (address >> in_part) - first_part
        if 0 <= own < last_part - first_part:
            place: Any = cursor[own]
            cursor[own] = place + 1
            sketch = field(words, row, offset + address_bits, 16)
            scratch[place] = np.uint64(address) << np.uint64(40) | sketch << np.uint64(24) | np.uint64(row >> shift)
    filled = np.empty(1 << in_part, np.int64)
    for part in range(first_part, last_part):
        begin = np.int64(starts[part << in_part])
        end = np.int64(starts[(part + 1) << in_part])
        for bucket in range(1 << in_part):
            filled[bucket] = np.int64(starts[(part << in_part) + bucket])
        for index in range(begin - origin, end - origin):
            item = scratch[index]
            inner = np.int64(item >> np.uint64(40)) - (part << in_part)
            place = filled[inner]
            filled[inner] = place + 1
            sketches[place] = np.uint16(item >> np.uint64(24) & np.uint64(0xFFFF))
            groups[3 * place] = np.uint8(item & np.uint64(255))
            groups[3 * place + 1] = np.uint8(item >> np.uint64(8) & np.uint64(255))
            groups[3 * place + 2] = np.uint8(item >> np.uint64(16) & np.uint64(255))


class Table(NamedTuple):
    """One segment, as the kernels see it.

    Attributes:
        words: uint64 [4n], the hashes. removed: uint8 [n], or [0] when no row is gone.
        starts: uint32 [bands, buckets + 1]. sketches: uint16 [bands * (n + LANES)]. groups: uint8 [bands * 3n].
        offsets: int64 [bands], where each band begins. address_bits, shift: see `plan`.
    """

    words: Words
    removed: Bytes
    starts: Starts
    sketches: Sketches
    groups: Bytes
    offsets: Ints
    address_bits: int
    shift: int


class Search(NamedTuple):
    """One search, as the kernels see it.

    Attributes:
        queries: uint64 [4m]. limit: the most bits by which a hit differs.
        masks, weights: int64, what to flip in an address, fewest bits first, and how many bits that is.
        probes, flips, bounds: int64 [bands]: how many masks to take, the most flips, and by how many bits address and
            sketch together may differ.
        query, row, distance: int64, of one length: the output.
    """

    queries: Words
    limit: int
    masks: Ints
    weights: Ints
    probes: Ints
    flips: Ints
    bounds: Ints
    query: Ints
    row: Ints
    distance: Ints


@compiled
def _emit(search: Search, query: int, row: int, bits: int, hits: int) -> int:
    """Write one hit if there is room; returns how many hits there are, written or not."""
    if hits < len(search.row):
        search.query[hits] = query
        search.row[hits] = row
        search.distance[hits] = bits
    return hits + 1


@compiled
def _scan(table: Table, search: Search, query: int, hits: int) -> int:
    """Compare one query with every row; returns how many hits there are now."""
    for row in range(len(table.words) // 4):
        bits = distance(table.words, row, search.queries, query)
        if bits <= search.limit and (len(table.removed) == 0 or table.removed[row] == 0):
            hits = _emit(search, query, row, bits, hits)
    return hits


@compiled
def _reaches(table: Table, search: Search, query: int, row: int, band: int) -> Any:
    """Whether `row` is a candidate of `query` in `band`: its address is probed and its sketch passes."""
    offset, width = table.offsets[band], table.address_bits
    address = field(table.words, row, offset, width) ^ field(search.queries, query, offset, width)
    sketch = field(table.words, row, offset + width, 16) ^ field(search.queries, query, offset + width, 16)
    flipped = np.int64(popcount(address))
    return flipped <= search.flips[band] and flipped + np.int64(popcount(sketch)) <= search.bounds[band]


@compiled
def _verify(table: Table, search: Search, query: int, pending: Ints, waiting: int, hits: int) -> int:
    """Read the groups of the waiting candidates and emit their hits; returns how many hits there are now.

    A row is emitted from the bucket it lies in, by the first band that has it as a candidate: exactly once.
    `pending` is int64 [3, ...]: where the group is, the bucket's address, the band. Its first column is the candidate
    verified last, by the group's number: a bucket may have been cut between two rows of one group.
    """
    n = len(table.words) // 4
    for index in range(1, waiting):
        at = pending[0, index]
        group = np.int64(table.groups[at])
        group |= np.int64(table.groups[at + 1]) << 8 | np.int64(table.groups[at + 2]) << 16
        pending[0, index] = group
        prefetch(table.words, 4 * (group << table.shift))
    for index in range(1, waiting):
        group, bucket, band = pending[:, index]
        if (pending[:, index - 1] == pending[:, index]).all():
            continue  # two rows of one group in one bucket: the first has emitted both
        for row in range(group << table.shift, min(n, (group + 1) << table.shift)):
            bits = distance(table.words, row, search.queries, query)
            if bits > search.limit or (len(table.removed) > 0 and table.removed[row] != 0):
                continue
            here = np.int64(field(table.words, row, table.offsets[band], table.address_bits)) == bucket
            fresh = here and _reaches(table, search, query, row, band)
            for other in range(band):
                fresh = fresh and not _reaches(table, search, query, row, other)
            if fresh:
                hits = _emit(search, query, row, bits, hits)
    pending[:, 0] = pending[:, waiting - 1]
    return hits


@compiled
def _pass(
    table: Table, sketch: Any, bound: int, band: int, bucket: int, begin: int, end: int, pending: Ints, waiting: int
) -> tuple[int, int]:
    """Compare the sketches of one bucket, from `begin` on, and put what passes on the waiting list while there is room.

    Returns how many wait now, and where to go on.
    """
    n = len(table.words) // 4
    base = band * (n + LANES)
    while begin < end and waiting < _PENDING:
        passed = compare_sketches(table.sketches, base + begin, sketch, bound)
        if end - begin < LANES:
            passed &= (np.uint64(1) << np.uint64(end - begin)) - np.uint64(1)
        while passed != 0:
            at = 3 * (band * n + begin + np.int64(lowest_one(passed)))
            passed &= passed - np.uint64(1)
            prefetch(table.groups, at)
            pending[0, waiting] = at
            pending[1, waiting] = bucket
            pending[2, waiting] = band
            waiting += 1
        begin += LANES
    return waiting, begin


@compiled
def _look_up(table: Table, bucket: int, band: int, lines: int) -> tuple[Any, Any]:
    """Where a bucket begins and ends, within bounds whatever the file says; asks for its sketches."""
    n = len(table.words) // 4
    begin = np.int64(table.starts[band, bucket])
    end = min(np.int64(table.starts[band, bucket + 1]), n)
    for line in range(lines):
        prefetch(table.sketches, band * (n + LANES) + begin + LANES * line)
    return begin, end


@compiled
def search_bands(
    words: Words,
    removed: Bytes,
    starts: Starts,
    sketches: Sketches,
    groups: Bytes,
    offsets: Ints,
    address_bits: int,
    shift: int,
    queries: Words,
    limit: int,
    masks: Ints,
    weights: Ints,
    probes: Ints,
    flips: Ints,
    bounds: Ints,
    query: Ints,
    row: Ints,
    distance: Ints,
    first: int,
    scan_above: int,
) -> tuple[int, int, int]:
    """Find every row within `limit` bits of each query, from query `first` on, until the output is full.

    The arguments are the fields of `Table` and of `Search`, one by one, because Numba takes plain arrays faster.
    A query with more than `scan_above` candidates is answered by the flat scan.

    The loop works one query ahead: while the buckets of this query are compared, those of the next one are on their way
    from memory. Most of the time is cache misses; this keeps many in flight at once.

    Returns:
        The next query to answer (m when done), the number of hits written, and the number of hits of that next query if
        it alone is too much for the output (else 0).
    """
    table = Table(words, removed, starts, sketches, groups, offsets, address_bits, shift)
    search = Search(queries, limit, masks, weights, probes, flips, bounds, query, row, distance)
    last = len(queries) // 4
    lines = min(8, 2 + (len(words) // 4 >> address_bits) // LANES)
    addresses = np.empty((2, len(offsets)), np.int64)
    wanted = np.empty((2, len(offsets)), np.uint16)
    spans = np.zeros((2, probes.sum(), 2), np.int64)
    candidates = np.zeros(2, np.int64)
    pending = np.empty((3, _PENDING + LANES), np.int64)
    hits = 0
    for current in range(first - 1, last):
        now, ahead = current & 1, (current + 1) & 1
        before = hits
        scanned = candidates[now] > scan_above
        if scanned:
            hits = _scan(table, search, current, hits)
        candidates[ahead] = 0
        if current + 1 < last:
            for band in range(len(offsets)):
                addresses[ahead, band] = field(queries, current + 1, offsets[band], address_bits)
                wanted[ahead, band] = field(queries, current + 1, offsets[band] + address_bits, 16)
                for index in range(probes[band]):
                    prefetch(starts[band], addresses[ahead, band] ^ masks[index])
        slot = 0
        pending[:, 0] = -1
        waiting = 1
        for band in range(len(offsets)):
            for index in range(probes[band]):
                begin, end = spans[now, slot]
                if current + 1 < last:
                    bucket = addresses[ahead, band] ^ masks[index]
                    spans[ahead, slot] = _look_up(table, bucket, band, lines)
                    candidates[ahead] += spans[ahead, slot, 1] - spans[ahead, slot, 0]
                bucket = addresses[now, band] ^ masks[index]
                bound = bounds[band] - weights[index]
                while begin < end and not scanned and current >= first:
                    waiting, begin = _pass(table, wanted[now, band], bound, band, bucket, begin, end, pending, waiting)
                    if waiting >= _PENDING:
                        hits = _verify(table, search, current, pending, waiting, hits)
                        waiting = 1
                slot += 1
        hits = _verify(table, search, current, pending, waiting, hits)
        if hits > len(row):
            return current, before, hits - before
    return last, hits, 0


@compiled
def search_flat(
    words: Words, removed: Bytes, queries: Words, limit: int, query: Ints, row: Ints, distance: Ints, first: int
) -> tuple[int, int, int]:
    """The same answer as `search_bands`, by comparing each query with every row."""
    none: Any = np.empty(0, np.int64)
    table = Table(words, removed, none, none, none, none, 0, 0)
    search = Search(queries, limit, none, none, none, none, none, query, row, distance)
    hits = 0
    for current in range(first, len(queries) // 4):
        before = hits
        hits = _scan(table, search, current, hits)
        if hits > len(row):
            return current, before, hits - before
    return len(queries) // 4, hits, 0
