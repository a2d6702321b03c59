"""Which components the turned values of findings reach: hits between components, each as seldom as possible."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from vaern.matching.segment import build, search

if TYPE_CHECKING:
    import numpy.typing as npt

SHARE = 1 << 12
"""Queries that one thread answers at a time: where everything looks alike, each has many hits."""


def reach(  # noqa: PLR0913 - what asks and what is asked
    words: npt.NDArray[np.uint64],
    labels: npt.NDArray[np.int64],
    queries: npt.NDArray[np.uint64],
    askers: npt.NDArray[np.int64],
    limit: int,
    threads: int,
) -> npt.NDArray[np.int64]:
    """Return pairs of components that a query joins: int64 [n, 2], none of them of one and the same.

    Args:
        words: uint64 [4n], different values; labels: their components, int64 [n].
        queries: uint64 [4m]; askers: the components that they belong to, int64 [m].
        limit: bits.
        threads: how many share the queries.
    """
    segment = build(words, None, threads)
    step = max(1, min(SHARE, -(-len(askers) // threads)))

    def share(first: int) -> npt.NDArray[np.int64]:
        query, row, _ = search(segment, queries[4 * first : 4 * (first + step)], limit)
        pairs = np.stack([askers[first + query], labels[segment.ids_of(row)]], axis=1)
        return _different(pairs[pairs[:, 0] != pairs[:, 1]])

    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(share, range(0, len(askers), step)))
    return _different(np.concatenate([np.empty((0, 2), np.int64), *found]))


def _different(pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Each pair once, in order."""
    if not len(pairs):
        return pairs
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    fresh = np.append(True, (pairs[1:] != pairs[:-1]).any(axis=1))
    different: npt.NDArray[np.int64] = pairs[fresh]
    return different
