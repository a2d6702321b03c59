"""The compiled loops of the Hamming index: field extraction, searching, the flat scan.

A hash is four little-endian 64-bit words; bit k of the hash is bit `k % 64` of word `k // 64`, and positions wrap
round at 256. `plan.py` says what bands, addresses, sketches and ranks are and why the search is exact.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from vaern.compiled import compiled
from vaern.matching.intrinsics import LANES, compare_sketches, lowest_one, popcount, prefetch
from vaern.matching.plan import BANDS, WIDTH

_PENDING = 8192
"""Candidates that wait, while their cache lines arrive, before they walk."""

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
def address(words: Words, row: int, band: int) -> Any:
    """The address in a band (0 to 15) of hash `row` of a flat array of words."""
    return np.int64(words[4 * row + (band >> 2)] >> np.uint64((band & 3) << 4) & np.uint64(0xFFFF))


class Table(NamedTuple):
    """One segment, as the kernels see it.

    Attributes:
        words: uint64 [4n], the hashes. removed: uint8 [n], or [0] when no row is gone.
        starts: uint32 [16, 2**16 + 1]. sketches: uint16 [16 * (n + LANES)]. ranks: unsigned [16 * n].
    """

    words: Words
    removed: Bytes
    starts: Starts
    sketches: Sketches
    ranks: Any


class Search(NamedTuple):
    """One search, as the kernels see it.

    Attributes:
        queries: uint64 [4m]. limit: the most bits by which a hit differs.
        masks, weights: int64, what to flip in an address, fewest bits first, and how many bits that is.
        probes: int64 [16]: how many masks to take in each band.
        allowed: int64 [16, 16], from `plan.allowances`.
        query, row, distance: int64, of one length: the output.
    """

    queries: Words
    limit: int
    masks: Ints
    weights: Ints
    probes: Ints
    allowed: Ints
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


class Walks(NamedTuple):
    """Candidates of one query on their way round the bands. All arrays of one length.

    Attributes:
        place: int64, where the row lies in the band that it has come to. band: int64, where it began.
        bits: int64, by how many bits it differs from the query, over the bands up to now.
        row: int64, its number, once it has come by band 0.
        trail: uint8 [..., 16], by how many bits it differs in each band.
    """

    place: Ints
    band: Ints
    bits: Ints
    row: Ints
    trail: Bytes


@compiled
def _walk(table: Table, search: Search, query: int, asked: Ints, walks: Walks, waiting: int, hits: int) -> Any:
    """Walk the waiting candidates round the bands and emit those that come round; returns hits and steps.

    All of them take one step, and then the next: while one waits for memory, the others go on.
    """
    n = len(table.words) // 4
    for index in range(waiting):
        band = walks.band[index]
        following = (band + 1) & (BANDS - 1)
        bits: Any = _differing(table, asked, band, walks.place[index], n)
        walks.trail[index, band] = walks.bits[index]
        walks.trail[index, following] = bits
        walks.bits[index] += bits
    steps = 0
    for step in range(1, BANDS):
        _step(table, walks, step, waiting, n)
        steps += waiting
        if step < BANDS - 1:
            waiting = _keep(table, search, asked, walks, step, waiting, n)
        if not waiting:
            break
    for index in range(waiting):
        row: Any = walks.place[index] if walks.band[index] == 1 else walks.row[index]
        earlier = len(table.removed) > 0 and table.removed[row] != 0
        for band in range(walks.band[index]):
            earlier = earlier or _comes_round(search, walks.trail[index], band)
        if not earlier:
            hits = _emit(search, query, row, walks.bits[index], hits)
    return hits, steps


@compiled
def _differing(table: Table, asked: Ints, band: int, place: int, n: int) -> Any:
    """By how many bits a row differs from what is asked, in the band that follows the one where its place is known."""
    sketch = np.uint64(table.sketches[band * (n + LANES) + place])
    return np.int64(popcount(sketch ^ np.uint64(asked[(band + 1) & (BANDS - 1)])))


@compiled
def _step(table: Table, walks: Walks, step: int, waiting: int, n: int) -> None:
    """Find where each row lies in the next band, within bounds whatever the file says; asks for what it needs there."""
    for index in range(waiting):
        band = (walks.band[index] + step - 1) & (BANDS - 1)
        following = (band + 1) & (BANDS - 1)
        place: Any = walks.place[index]
        if band == 0:
            walks.row[index] = place
        sketch = np.int64(table.sketches[band * (n + LANES) + place])
        place = min(np.int64(table.starts[following, sketch]) + np.int64(table.ranks[band * n + place]), n - 1)
        walks.place[index] = place
        prefetch(table.sketches, following * (n + LANES) + place)
        prefetch(table.ranks, following * n + place)


@compiled
def _keep(table: Table, search: Search, asked: Ints, walks: Walks, step: int, waiting: int, n: int) -> int:
    """Give up the walks that differ by too much over the bands up to now; returns how many go on."""
    kept = 0
    for index in range(waiting):
        began = walks.band[index]
        band = (began + step) & (BANDS - 1)
        differing: Any = _differing(table, asked, band, walks.place[index], n)
        bits = walks.bits[index] + differing
        if bits <= search.allowed[began, step + 1]:
            walks.place[kept] = walks.place[index]
            walks.band[kept] = began
            walks.bits[kept] = bits
            walks.row[kept] = walks.row[index]
            for at in range(BANDS):
                walks.trail[kept, at] = walks.trail[index, at]
            walks.trail[kept, (band + 1) & (BANDS - 1)] = differing
            kept += 1
    return kept


@compiled
def _comes_round(search: Search, trail: Bytes, band: int) -> bool:
    """Whether a row that differs from the query by `trail` comes all the way round from a band."""
    bits: Any = 0
    for step in range(BANDS):
        bits += np.int64(trail[(band + step) & (BANDS - 1)])
        if bits > search.allowed[band, step]:
            return False
    return True


@compiled
def _pass(
    table: Table, sketch: Any, bound: int, band: int, weight: int, begin: int, end: int, walks: Walks, waiting: int
) -> tuple[int, int]:
    """Compare the sketches of one bucket, from `begin` on, and let wait what passes while there is room.

    Returns how many wait now, and where to go on.
    """
    n = len(table.words) // 4
    base = band * (n + LANES)
    following = table.starts[(band + 1) & (BANDS - 1)]
    while begin < end and waiting < _PENDING:
        passed = compare_sketches(table.sketches, base + begin, sketch, bound)
        if end - begin < LANES:
            passed &= (np.uint64(1) << np.uint64(end - begin)) - np.uint64(1)
        while passed != 0:
            at = begin + np.int64(lowest_one(passed))
            passed &= passed - np.uint64(1)
            prefetch(table.ranks, band * n + at)
            prefetch(following, np.int64(table.sketches[base + at]))
            walks.place[waiting] = at
            walks.band[waiting] = band
            walks.bits[waiting] = weight
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
    ranks: Any,
    queries: Words,
    limit: int,
    masks: Ints,
    weights: Ints,
    probes: Ints,
    allowed: Ints,
    query: Ints,
    row: Ints,
    distance: Ints,
    first: int,
    scan_above: int,
    most_steps: int,
) -> tuple[int, int, int]:
    """Find every row within `limit` bits of each query, from query `first` on, until the output is full.

    The arguments are the fields of `Table` and of `Search`, one by one, because Numba takes plain arrays faster.
    A query with more than `scan_above` rows in its buckets, or whose walks took more than `most_steps`, is answered by
    the flat scan.

    The loop works one query ahead: while the buckets of this query are compared, those of the next one are on their way
    from memory. Most of the time is cache misses; this keeps many in flight at once.

    Returns:
        The next query to answer (m when done), the number of hits written, and the number of hits of that next query if
        it alone is too much for the output (else 0).
    """
    table = Table(words, removed, starts, sketches, ranks)
    search = Search(queries, limit, masks, weights, probes, allowed, query, row, distance)
    last = len(queries) // 4
    lines = min(8, 2 + (len(words) // 4 >> WIDTH) // LANES)
    addresses = np.empty((2, BANDS), np.int64)
    spans = np.zeros((2, probes.sum(), 2), np.int64)
    candidates = np.zeros(2, np.int64)
    room = _PENDING + LANES
    walks = Walks(
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty((room, BANDS), np.uint8),
    )
    hits = 0
    for current in range(first - 1, last):
        now, ahead = current & 1, (current + 1) & 1
        before = hits
        scanned = candidates[now] > scan_above
        if scanned:
            hits = _scan(table, search, current, hits)
        candidates[ahead] = 0
        if current + 1 < last:
            for band in range(BANDS):
                addresses[ahead, band] = address(queries, current + 1, band)
                for index in range(probes[band]):
                    prefetch(starts[band], addresses[ahead, band] ^ masks[index])
        slot, waiting, steps = 0, 0, 0
        for band in range(BANDS):
            for index in range(probes[band]):
                begin, end = spans[now, slot]
                if current + 1 < last:
                    bucket = addresses[ahead, band] ^ masks[index]
                    spans[ahead, slot] = _look_up(table, bucket, band, lines)
                    candidates[ahead] += spans[ahead, slot, 1] - spans[ahead, slot, 0]
                weight = weights[index]
                bound = allowed[band, 1] - weight
                wanted = np.uint16(addresses[now, (band + 1) & (BANDS - 1)])
                while begin < end and not scanned and current >= first:
                    waiting, begin = _pass(table, wanted, bound, band, weight, begin, end, walks, waiting)
                    if waiting >= _PENDING:
                        hits, taken = _walk(table, search, current, addresses[now], walks, waiting, hits)
                        waiting, steps = 0, steps + taken
                        if steps > most_steps:
                            scanned = True
                            hits = _scan(table, search, current, before)
                slot += 1
        if waiting and not scanned:
            hits, taken = _walk(table, search, current, addresses[now], walks, waiting, hits)
        if hits > len(row):
            return current, before, hits - before
    return last, hits, 0


@compiled
def search_flat(
    words: Words, removed: Bytes, queries: Words, limit: int, query: Ints, row: Ints, distance: Ints, first: int
) -> tuple[int, int, int]:
    """The same answer as `search_bands`, by comparing each query with every row."""
    none: Any = np.empty(0, np.int64)
    table = Table(words, removed, none, none, none)
    search = Search(queries, limit, none, none, none, none, query, row, distance)
    hits = 0
    for current in range(first, len(queries) // 4):
        before = hits
        hits = _scan(table, search, current, hits)
        if hits > len(row):
            return current, before, hits - before
    return len(queries) // 4, hits, 0
