"""One immutable run of hashes with its bands: built once, searched, mapped from a file. Rows may be marked as gone."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from vaern.matching import kernels, plan
from vaern.matching.intrinsics import LANES

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
        ids: int64 [n]; None when the id of a row is its number.
        starts: uint32 [bands, buckets + 1]; [0, 1] when the segment is searched by the flat scan alone.
        sketches: uint16 [bands * (n + LANES)]. groups: uint8 [bands * 3n].
        removed: uint8 [n], or [0] as long as no row is gone.
    """

    words: npt.NDArray[np.uint64]
    ids: npt.NDArray[np.int64] | None
    starts: npt.NDArray[np.uint32] = field(default_factory=lambda: np.zeros((0, 1), np.uint32))
    sketches: npt.NDArray[np.uint16] = field(default_factory=lambda: np.empty(0, np.uint16))
    groups: npt.NDArray[np.uint8] = field(default_factory=lambda: _EMPTY)
    removed: npt.NDArray[np.uint8] = field(default_factory=lambda: _EMPTY)

    @property
    def rows(self) -> int:
        """How many rows it holds, gone ones included."""
        return len(self.words) // 4

    @property
    def live(self) -> int:
        """How many rows are not gone."""
        return self.rows - int(np.count_nonzero(self.removed))

    @property
    def bands(self) -> int:
        """How many bands it has; 0 when it is searched by the flat scan alone."""
        return int(self.starts.shape[0])

    @property
    def address_bits(self) -> int:
        """How many bits address a bucket."""
        buckets = int(self.starts.shape[1]) - 1
        return buckets.bit_length() - 1 if self.bands else 0

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
        ids = np.arange(self.rows, dtype=np.int64) if self.ids is None else self.ids
        if not len(self.removed):
            return self.words, ids
        kept = self.removed == 0
        return self.words.reshape(-1, 4)[kept].reshape(-1), ids[kept]


def build(words: npt.NDArray[np.uint64], ids: npt.NDArray[np.int64] | None, threads: int | None = None) -> Segment:
    """Build a segment that keeps `words` (uint64 [4n]) and `ids` (int64 [n] or None) as they are, not copies."""
    rows = len(words) // 4
    if rows > plan.LARGEST:
        raise ValueError(f"a segment holds {plan.LARGEST} hashes at most, and {rows} were given: use several lists")
    bands, address_bits = plan.choose(rows)
    if not bands:
        return Segment(words, ids)
    starts = np.zeros((bands, (1 << address_bits) + 1), np.uint32)
    sketches = np.zeros(bands * (rows + LANES), np.uint16)
    groups = np.zeros(bands * 3 * rows, np.uint8)

    def build_band(band: int) -> None:
        offset = int(plan.offsets(bands)[band])
        kernels.count_buckets(words, offset, address_bits, starts[band])
        _fill(
            words,
            offset,
            address_bits,
            starts[band],
            sketches[band * (rows + LANES) : (band + 1) * (rows + LANES)],
            groups[band * 3 * rows : (band + 1) * 3 * rows],
        )

    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        list(pool.map(build_band, range(bands)))
    return Segment(words, ids, starts, sketches, groups)


def _fill(  # noqa: PLR0913
    words: npt.NDArray[np.uint64],
    offset: int,
    address_bits: int,
    starts: npt.NDArray[np.uint32],
    sketches: npt.NDArray[np.uint16],
    groups: npt.NDArray[np.uint8],
) -> None:
    """Fill the buckets of one band, as many parts at a time as fit in the scratch."""
    rows = len(words) // 4
    part_bits = address_bits // 2
    begins = starts[:: 1 << (address_bits - part_bits)].astype(np.int64)
    scratch = np.empty(max(min(rows, _SCRATCH_ROWS), int(np.diff(begins).max())), np.uint64)
    first = 0
    while first < 1 << part_bits:
        last = int(np.searchsorted(begins, begins[first] + len(scratch), side="right")) - 1
        kernels.fill_buckets(
            words,
            offset,
            address_bits,
            plan.group_shift(rows),
            starts,
            part_bits,
            first,
            last,
            scratch,
            sketches,
            groups,
        )
        first = last


def search(segment: Segment, queries: npt.NDArray[np.uint64], distance: int) -> Found:
    """Every row of the segment within `distance` bits of each query: query numbers, rows, distances, in no order.

    Args:
        segment: where to look.
        queries: uint64 [4m].
        distance: bits, 0 to 256.
    """
    probing = _probing(segment.rows, segment.bands, segment.address_bits, distance)
    capacity = max(1024, len(queries))
    found: list[Found] = []
    first = 0
    while first < len(queries) // 4:
        query, row, bits = (np.empty(capacity, np.int64) for _ in range(3))
        if probing:
            first, hits, needed = kernels.search_bands(
                segment.words,
                segment.removed,
                segment.starts,
                segment.sketches,
                segment.groups,
                probing.offsets,
                segment.address_bits,
                plan.group_shift(segment.rows),
                queries,
                distance,
                probing.masks,
                probing.weights,
                probing.probes,
                probing.flips,
                probing.bounds,
                query,
                row,
                bits,
                first,
                plan.scan_above(segment.rows),
            )
        else:
            first, hits, needed = kernels.search_flat(
                segment.words, segment.removed, queries, distance, query, row, bits, first
            )
        found.append((query[:hits], row[:hits], bits[:hits]))
        capacity = max(capacity, needed)
    return found[0] if len(found) == 1 else joined(found)


def joined(found: list[Found]) -> Found:
    """Several findings as one."""
    none = np.empty(0, np.int64)
    query, row, bits = (
        (np.concatenate([none, *arrays]) for arrays in zip(*found, strict=True)) if found else (none,) * 3
    )
    return query, row, bits


class _Probing(NamedTuple):
    """What a search has to look into: see `kernels.Table` and `kernels.Search`."""

    offsets: npt.NDArray[np.int64]
    masks: npt.NDArray[np.int64]
    weights: npt.NDArray[np.int64]
    probes: npt.NDArray[np.int64]
    flips: npt.NDArray[np.int64]
    bounds: npt.NDArray[np.int64]


@lru_cache(maxsize=256)
def _probing(rows: int, bands: int, address_bits: int, distance: int) -> _Probing | None:
    """What to look into, or None where the flat scan is the faster way."""
    if not bands or plan.search_cost(rows, bands, address_bits, distance) >= plan.flat_cost(rows):
        return None
    flips = plan.thresholds(bands, distance)
    masks, weights = plan.masks(address_bits, int(flips.max()))
    probes = np.array([plan.probes(address_bits, most) for most in flips.tolist()], np.int64)
    return _Probing(plan.offsets(bands), masks, weights, probes, flips, plan.sketch_bounds(flips))
