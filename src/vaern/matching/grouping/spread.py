"""The components of "within a distance": from each value on to those near it, taking out what was found.

A component needs no list of its pairs: 100,000 pictures that look alike have five thousand million. So the search
goes on from value to value and takes each one that it finds out of the index: every value is found once and looks
once. That loses nothing. What is taken out belongs to the component under way, or to one that is complete; and a value
near to one that has looked would have been found then.

The index is that of `plan`: each hit lies in a bucket of some band whose address and sketch are near enough. Here the
buckets are lists that shrink, so a row remembers where it lies in each band.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from vaern.compiled import compiled
from vaern.matching import plan
from vaern.matching.intrinsics import LANES, compare_sketches, lowest_one, prefetch
from vaern.matching.kernels import distance, field

if TYPE_CHECKING:
    import numpy.typing as npt

BANDS = 16


class Shrinking(NamedTuple):
    """The index, as the kernels see it.

    Attributes:
        words: uint64 [4n], the values. limit: bits.
        offsets: int64 [bands]. bits: of an address.
        spans: uint32 [bands, 2 * buckets]: bucket b holds the places from spans[2b] to spans[2b + 1].
        held: uint32 [bands, n], the row at each place; place: uint32 [bands, n], the place of each row.
        sketches: uint16 [bands, n + LANES], by place.
        masks, weights, probes, bounds: as in `kernels.Search`.
    """

    words: Any
    limit: int
    offsets: Any
    bits: int
    spans: Any
    held: Any
    place: Any
    sketches: Any
    masks: Any
    weights: Any
    probes: Any
    bounds: Any


FLAT_BELOW = 1024
"""Fewer values than this are compared one by one."""


def spread(words: npt.NDArray[np.uint64], limit: int, *, flat_below: int = FLAT_BELOW) -> npt.NDArray[np.int64]:
    """Return the component of each value: the smallest number in it, int64 [n].

    Args:
        words: uint64 [4n], the values.
        limit: two values are linked when they differ in so many bits at most.
        flat_below: for tests.
    """
    rows = len(words) // 4
    if rows < flat_below:
        found: npt.NDArray[np.int64] = _spread_flat(words, limit)
    else:
        found = _spread(_shrinking(words, limit))
    return found


def _shrinking(words: npt.NDArray[np.uint64], limit: int) -> Shrinking:
    """Build the index with all rows in it."""
    rows = len(words) // 4
    bits = min(16, max(4, rows.bit_length() - 3))
    flips = plan.thresholds(BANDS, limit)
    masks, weights = plan.masks(bits, int(flips.max()))
    index = Shrinking(
        words,
        limit,
        plan.offsets(BANDS),
        bits,
        spans=np.zeros((BANDS, 2 << bits), np.uint32),
        held=np.empty((BANDS, rows), np.uint32),
        place=np.empty((BANDS, rows), np.uint32),
        sketches=np.zeros((BANDS, rows + LANES), np.uint16),
        masks=masks,
        weights=weights,
        probes=np.array([plan.probes(bits, most) for most in flips.tolist()], np.int64),
        bounds=plan.sketch_bounds(flips),
    )
    _fill(index)
    return index


@compiled
def _spread_flat(words: Any, limit: int) -> Any:
    rows = len(words) // 4
    label = np.full(rows, -1, np.int64)
    left = np.arange(rows)
    queue = np.empty(rows, np.int64)
    many: Any = rows
    for seed in range(rows):
        if label[seed] >= 0:
            continue
        label[seed] = seed
        queue[0] = seed
        head, tail = 0, 1
        while head < tail:
            row = queue[head]
            head += 1
            kept = 0
            for at in range(many):
                other = left[at]
                if label[other] >= 0:
                    continue
                if distance(words, row, words, other) <= limit:
                    label[other] = seed
                    queue[tail] = other
                    tail += 1
                else:
                    left[kept] = other
                    kept += 1
            many = kept
    return label


@compiled
def _fill(index: Any) -> None:
    """Put the rows into their buckets."""
    rows = len(index.words) // 4
    for band in range(len(index.offsets)):
        spans, offset = index.spans[band], index.offsets[band]
        for row in range(rows):
            spans[2 * np.int64(field(index.words, row, offset, index.bits)) + 1] += np.uint32(1)
        begin = np.uint32(0)
        for bucket in range(len(spans) // 2):
            count = spans[2 * bucket + 1]
            spans[2 * bucket] = begin
            spans[2 * bucket + 1] = begin
            begin += count
        for row in range(rows):
            place = np.int64(field(index.words, row, offset, index.bits))
            at = spans[2 * place + 1]
            spans[2 * place + 1] = at + np.uint32(1)
            index.held[band, at] = row
            index.place[band, row] = at
            index.sketches[band, at] = np.uint16(field(index.words, row, offset + index.bits, 16))


@compiled
def _take_out(index: Any, row: int) -> None:
    """Take a row out of its bucket in each band; the last of the bucket takes its place."""
    for band in range(len(index.offsets)):
        bucket = np.int64(field(index.words, row, index.offsets[band], index.bits))
        last = index.spans[band, 2 * bucket + 1] - np.uint32(1)
        at = index.place[band, row]
        moved = index.held[band, last]
        index.held[band, at] = moved
        index.sketches[band, at] = index.sketches[band, last]
        index.place[band, moved] = at
        index.spans[band, 2 * bucket + 1] = last


@compiled
def _spread(index: Any) -> Any:
    rows = len(index.words) // 4
    label = np.full(rows, -1, np.int64)
    queue = np.empty(rows, np.int64)
    for seed in range(rows):
        if label[seed] >= 0:
            continue
        label[seed] = seed
        _take_out(index, seed)
        queue[0] = seed
        head, tail = 0, 1
        while head < tail:
            row = queue[head]
            head += 1
            ahead = queue[head] if head < tail else min(seed + 1, rows - 1)
            tail = _look(index, row, ahead, seed, label, queue, tail)
    return label


@compiled
def _look(  # noqa: PLR0913 - a loop of the search
    index: Any, row: int, ahead: int, seed: int, label: Any, queue: Any, tail: int
) -> int:
    """Move all rows near to a row from the index to the queue; returns where the queue ends.

    Most of the time is cache misses. So all sketches of this row's buckets are asked for before the first is compared,
    and meanwhile the spans of the row that probably comes next (`ahead`).
    """
    for band in range(len(index.offsets)):
        address = np.int64(field(index.words, row, index.offsets[band], index.bits))
        for probe in range(index.probes[band]):
            bucket = 2 * (address ^ index.masks[probe])
            prefetch(index.sketches[band], np.int64(index.spans[band, bucket]))
    for band in range(len(index.offsets)):
        address = np.int64(field(index.words, row, index.offsets[band], index.bits))
        after = np.int64(field(index.words, ahead, index.offsets[band], index.bits))
        sketch = np.uint16(field(index.words, row, index.offsets[band] + index.bits, 16))
        for probe in range(index.probes[band]):
            prefetch(index.spans[band], 2 * (after ^ index.masks[probe]))
            bound = index.bounds[band] - index.weights[probe]
            if bound < 0:
                continue
            before = tail
            tail = _compare(index, row, band, 2 * (address ^ index.masks[probe]), sketch, bound, queue, tail)
            for found in range(before, tail):
                label[queue[found]] = seed
                _take_out(index, queue[found])
    return tail


@compiled
def _compare(  # noqa: PLR0913 - a loop of the search
    index: Any, row: int, band: int, bucket: int, sketch: Any, bound: int, queue: Any, tail: int
) -> int:
    """Queue the rows of one bucket that are near to a row; returns where the queue ends."""
    end = np.int64(index.spans[band, bucket + 1])
    for first in range(np.int64(index.spans[band, bucket]), end, LANES):
        passed = compare_sketches(index.sketches[band], first, sketch, bound)
        while passed:
            at = first + np.int64(lowest_one(passed))
            passed &= passed - np.uint64(1)
            if at >= end:
                break
            other: Any = np.int64(index.held[band, at])
            if distance(index.words, row, index.words, other) <= index.limit:
                queue[tail] = other
                tail += 1
    return tail
