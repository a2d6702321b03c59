"""Searching one segment of the Hamming index: the loops are `kernels.c`.

A hash is four little-endian 64-bit words; bit k of the hash is bit `k % 64` of word `k // 64`, and positions wrap
round at 256. `plan.py` says what bands, addresses, sketches and ranks are and why the search is exact.
"""

from __future__ import annotations

import ctypes
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vaern.compiled import ARRAY, WHOLE, at, loop
from vaern.matching.plan import BANDS, LANES

if TYPE_CHECKING:
    from collections.abc import Sequence

PENDING = 8192
"""Candidates that wait, while their cache lines arrive, before they walk."""

Words = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]

_RANKS = {"B": 1, "H": 2, "I": 4}


class _Structure(ctypes.Structure):
    """A structure that keeps the arrays it points to, and knows its own place."""

    def __init__(self, *values: Any, keep: Sequence[npt.NDArray[Any]]) -> None:
        super().__init__(*values)
        self.kept = keep
        self.place = ctypes.addressof(self)


class Table(_Structure):
    """One segment, as the loops see it: `Table` in `kernels.c`."""

    _fields_ = (
        ("rows", WHOLE),
        ("words", ARRAY),
        ("removed", ARRAY),
        ("starts", ARRAY),
        ("sketches", ARRAY),
        ("ranks", ARRAY),
        ("rank_bytes", WHOLE),
    )

    @classmethod
    def of(
        cls,
        words: Words,
        removed: npt.NDArray[np.uint8],
        starts: npt.NDArray[np.uint32],
        sketches: npt.NDArray[np.uint16],
        ranks: npt.NDArray[Any],
    ) -> Table:
        """A table over arrays, which it keeps.

        Args:
            words: uint64 [4n], the hashes.
            removed: uint8 [n], or [0] when no row is gone.
            starts: uint32 [16, 2**16 + 1]. sketches: uint16 [16 * (n + LANES)].
            ranks: uint8, uint16 or uint32 [16 * n]. All three of any length where only the flat scan is asked for.
        """
        rows = len(words) // 4
        places = at(words, "L"), at(removed, "B") if len(removed) else None
        bands = at(starts, "I"), at(sketches, "H"), at(ranks, ranks.dtype.char)
        kept = (words, removed, starts, sketches, ranks)
        return cls(rows, *places, *bands, _RANKS[ranks.dtype.char], keep=kept)


class Probing:
    """What a search has to look into.

    Attributes:
        masks, weights: int64, what to flip in an address, fewest bits first, and how many bits that is.
        probes: int64 [16]: how many masks to take in each band.
        allowed: int64 [16, 16], from `plan.allowances`.
    """

    def __init__(self, masks: Ints, weights: Ints, probes: Ints, allowed: Ints) -> None:
        self.masks, self.weights, self.probes, self.allowed = masks, weights, probes, allowed
        self.places = tuple(at(array, "l") for array in (masks, weights, probes, allowed))
        self.all = int(probes.sum())


class _Search(ctypes.Structure):
    """One search, as the loops see it: `Search` in `kernels.c`."""

    _fields_ = (
        ("limit", WHOLE),
        ("masks", ARRAY),
        ("weights", ARRAY),
        ("probes", ARRAY),
        ("allowed", ARRAY),
        ("capacity", WHOLE),
        ("query", ARRAY),
        ("row", ARRAY),
        ("distance", ARRAY),
    )


_NOWHERE = (None,) * 4


class Hits:
    """Room for the hits of a search: what it found, and how far it came.

    Attributes:
        query, row, distance: int64, of one length.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.query, self.row, self.distance = (np.empty(capacity, np.int64) for _ in range(3))

    def search(self, limit: int, probing: Probing | None) -> _Search:
        """A search that writes here; what it returns is valid as long as this is."""
        places = probing.places if probing else _NOWHERE
        return _Search(limit, *places, self.capacity, at(self.query, "l"), at(self.row, "l"), at(self.distance, "l"))


WALK = np.dtype([("place", "<u4"), ("row", "<u4"), ("bits", "<u2"), ("band", "u1"), ("trail", "u1", BANDS)], align=True)
"""A candidate on its way round the bands: `Walk` in `kernels.c`."""

_search = loop("hamming_search", ARRAY, ARRAY, ARRAY, *(WHOLE,) * 4, ARRAY, ARRAY, ARRAY)
_search_flat = loop("hamming_search_flat", ARRAY, ARRAY, ARRAY, WHOLE, WHOLE, ARRAY)


class _Scratch(threading.local):
    """What a search works in: one a thread, since a thread searches one segment at a time."""

    def __init__(self) -> None:
        self.walks = np.zeros(PENDING + LANES, WALK)
        self.walks_at = int(self.walks.ctypes.data)
        self.done = (WHOLE * 3)()
        self.room(0)

    def room(self, probes: int) -> int:
        """Where there is room for the spans of so many probes, of this query and of the next."""
        self._spans = np.empty((2, probes, 2), np.int64)
        self.probes, self.spans_at = probes, int(self._spans.ctypes.data)
        return self.spans_at


_scratch = _Scratch()


def search_bands(  # noqa: PLR0913 - what is asked, where, and how far
    table: Table,
    probing: Probing,
    queries: Words,
    limit: int,
    hits: Hits,
    first: int,
    scan_above: int,
    most_steps: int,
) -> tuple[int, int, int]:
    """Find every row within `limit` bits of each query, from query `first` on, until the output is full.

    Args:
        table, probing: see there.
        queries: uint64 [4m].
        limit: bits.
        hits: the output.
        first: the query to begin with.
        scan_above: a query with more rows in its buckets is answered by the flat scan.
        most_steps: so is one whose walks took more.

    Returns:
        The next query to answer (m when done), the number of hits written, and the number of hits of that next query if
        it alone is too much for the output (else 0).
    """
    search, scratch = hits.search(limit, probing), _scratch
    spans = scratch.spans_at if scratch.probes >= probing.all else scratch.room(probing.all)
    asked = at(queries, "L"), len(queries) // 4, first
    _search(
        table.place,
        ctypes.addressof(search),
        *asked,
        scan_above,
        most_steps,
        spans,
        scratch.walks_at,
        ctypes.addressof(scratch.done),
    )
    return tuple(scratch.done)


def search_flat(table: Table, queries: Words, limit: int, hits: Hits, first: int) -> tuple[int, int, int]:
    """The same answer as `search_bands`, by comparing each query with every row."""
    search, done = hits.search(limit, None), _scratch.done
    _search_flat(
        table.place,
        ctypes.addressof(search),
        at(queries, "L"),
        len(queries) // 4,
        first,
        ctypes.addressof(done),
    )
    return tuple(done)
