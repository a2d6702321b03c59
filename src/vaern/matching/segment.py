"""One immutable run of hashes with its bands: built once, searched, mapped from a file. Rows may be marked as gone."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vaern.matching import buckets, kernels, plan
from vaern.matching.plan import LANES

if TYPE_CHECKING:
    from collections.abc import Iterator

_EMPTY = np.empty(0, np.uint8)
_SCRATCH_ROWS = 1 << 25
"""Rows sorted at a time while a band is built: 8 bytes each, so that 100 million rows do not need 800 MB more."""

Found = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]
"""Query numbers, rows or ids, distances: parallel arrays."""


@dataclass(frozen=True)
class Segment:
    """Hashes, and the bands that find them. See `plan` for what the arrays mean.

    Attributes:
        words: uint64 [4n], the hashes.
        ids: int64 or uint32 [n]; None when the id of a row is its number.
        starts: uint32 [bands, buckets + 1]; [0, 1] when the segment is searched by the flat scan alone. With bands,
            the rows are in the order of their address in band 0.
        sketches: uint16 [bands * (n + LANES)]. ranks: uint8, uint16 or uint32 [bands * n].
        removed: uint8 [n], or [0] as long as no row is gone.
    """

    words: npt.NDArray[np.uint64]
    ids: npt.NDArray[np.int64] | npt.NDArray[np.uint32] | None
    starts: npt.NDArray[np.uint32] = field(default_factory=lambda: np.zeros((0, 1), np.uint32))
    sketches: npt.NDArray[np.uint16] = field(default_factory=lambda: np.empty(0, np.uint16))
    ranks: npt.NDArray[Any] = field(default_factory=lambda: _EMPTY)
    removed: npt.NDArray[np.uint8] = field(default_factory=lambda: _EMPTY)

    @property
    def rows(self) -> int:
        """How many rows it holds, gone ones included."""
        return len(self.words) // 4

    @cached_property
    def table(self) -> kernels.Table:
        """The same as the loops see it."""
        return kernels.Table.of(self.words, self.removed, self.starts, self.sketches, self.ranks)

    @property
    def live(self) -> int:
        """How many rows are not gone."""
        return self.rows - int(np.count_nonzero(self.removed))

    @property
    def bands(self) -> int:
        """How many bands it has; 0 when it is searched by the flat scan alone."""
        return int(self.starts.shape[0])

    def ids_of(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The ids of some rows."""
        return rows if self.ids is None else self.ids[rows].astype(np.int64, copy=False)

    def remove(self, ids: npt.NDArray[np.int64]) -> Segment:
        """The same segment with the rows of these ids gone."""
        own = self.ids
        rows = ids[(ids >= 0) & (ids < self.rows)] if own is None else np.flatnonzero(np.isin(own, ids))
        if not len(rows):
            return self
        removed = self.removed.copy() if len(self.removed) else np.zeros(self.rows, np.uint8)
        removed[rows] = 1
        return replace(self, removed=removed)

    def alive(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
        """The words and ids of the rows that are not gone."""
        ids = self.ids_of(np.arange(self.rows, dtype=np.int64))
        if not len(self.removed):
            return self.words, ids
        kept = self.removed == 0
        return self.words.reshape(-1, 4)[kept].reshape(-1), ids[kept]


def build(words: npt.NDArray[np.uint64], ids: npt.NDArray[np.int64] | None, threads: int | None = None) -> Segment:
    """Build a segment of `words`, uint64 [4n], and `ids`, int64 [n] or None. A small one keeps them, not copies."""
    rows = len(words) // 4
    if rows > plan.LARGEST:
        raise ValueError(f"a segment holds {plan.LARGEST} hashes at most, and {rows} were given: use several lists")
    if not plan.banded(rows):
        return Segment(words, ids)
    order = np.argsort(buckets.addresses(words, 0), kind="stable")
    words = words.reshape(-1, 4)[order].reshape(-1)
    numbers: npt.NDArray[np.int64] = order.astype(np.int64, copy=False) if ids is None else ids[order]
    if int(numbers.min()) >= 0 and int(numbers.max()) < 1 << 32:
        kept: npt.NDArray[np.int64] | npt.NDArray[np.uint32] = numbers.astype(np.uint32)
    else:
        kept = numbers
    del order, numbers
    starts = np.zeros((plan.BANDS, (1 << plan.WIDTH) + 1), np.uint32)
    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        list(pool.map(lambda band: buckets.count_buckets(words, band, starts[band]), range(plan.BANDS)))
        fullest = int(np.diff(starts.astype(np.int64), axis=1).max())
        sketches = np.zeros(plan.BANDS * (rows + LANES), np.uint16)
        ranks = np.zeros(plan.BANDS * rows, np.min_scalar_type(fullest - 1))

        def fill(band: int) -> None:
            own = sketches[band * (rows + LANES) : (band + 1) * (rows + LANES)]
            _fill(words, band, starts[band], own, ranks[band * rows : (band + 1) * rows])

        list(pool.map(fill, range(plan.BANDS)))
    return Segment(words, kept, starts, sketches, ranks)


def _fill(
    words: npt.NDArray[np.uint64],
    band: int,
    starts: npt.NDArray[np.uint32],
    sketches: npt.NDArray[np.uint16],
    ranks: npt.NDArray[Any],
) -> None:
    """Fill the buckets of one band, as many parts at a time as fit in the scratch."""
    rows = len(words) // 4
    begins = starts[:: 1 << (plan.WIDTH - buckets.PART_BITS)].astype(np.int64)
    scratch = np.empty(max(min(rows, _SCRATCH_ROWS), int(np.diff(begins).max())), np.uint64)
    first = 0
    while first < 1 << buckets.PART_BITS:
        last = int(np.searchsorted(begins, begins[first] + len(scratch), side="right")) - 1
        buckets.fill_buckets(words, band, starts, first, last, scratch, sketches, ranks)
        first = last


def search(segment: Segment, queries: npt.NDArray[np.uint64], distance: int) -> Found:
    """Every row of the segment within `distance` bits of each query: query numbers, rows, distances, in no order.

    Args:
        segment: where to look.
        queries: uint64 [4m].
        distance: bits, 0 to 256.
    """
    found = list(pieces(segment, queries, distance))
    return found[0] if len(found) == 1 else joined(found)


def pieces(segment: Segment, queries: npt.NDArray[np.uint64], distance: int) -> Iterator[Found]:
    """The same in pieces, so that memory is bounded by the hits of one query; no query is in two of them."""
    probing = _probing(segment.rows, distance) if segment.bands else None
    capacity = max(1024, len(queries))
    first = 0
    while first < len(queries) // 4:
        hits = kernels.Hits(capacity)
        if probing:
            above, steps = plan.scan_above(segment.rows), plan.most_steps(segment.rows)
            first, found, needed = kernels.search_bands(
                segment.table, probing, queries, distance, hits, first, above, steps
            )
        else:
            first, found, needed = kernels.search_flat(segment.table, queries, distance, hits, first)
        yield hits.query[:found], hits.row[:found], hits.distance[:found]
        capacity = max(capacity, needed)


def joined(found: list[Found]) -> Found:
    """Several findings as one."""
    none = np.empty(0, np.int64)
    query, row, bits = (
        (np.concatenate([none, *arrays]) for arrays in zip(*found, strict=True)) if found else (none,) * 3
    )
    return query, row, bits


@lru_cache(maxsize=256)
def _probing(rows: int, distance: int) -> kernels.Probing | None:
    """What to look into, or None where the flat scan is the faster way."""
    if plan.search_cost(rows, distance) >= plan.flat_cost(rows):
        return None
    flips = plan.thresholds(plan.BANDS, distance)
    masks, weights = plan.masks(plan.WIDTH, int(flips.max()))
    probes = np.array([plan.probes(plan.WIDTH, most) for most in flips.tolist()], np.int64)
    return kernels.Probing(masks, weights, probes, plan.allowances(flips))
