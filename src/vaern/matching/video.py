"""When videos match: the shares of their frames that hit each other (vPDQ: facebook/ThreatExchange, `vpdq`).

A still camera makes every frame near to every other, so the hits of two such videos are as many as the product of
their frames. The frames are therefore looked up a few at a time, and of their hits only three things are kept: which
listed frames were hit, and of each listed video how many frames of the file were nearest at which distance.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Search = Callable[[npt.NDArray[Any]], tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]]

SHARE = 0.8
"""Videos match when this share of the frames of either hits the other: of the file's, it is (a part of) the
listed video; of the entry's, the listed video is a part of it."""

MOST_HITS = 1 << 22
"""Hits that one part of a look-up may have, as long as it may look up at least `FEWEST` values; 24 bytes each."""

FEWEST, MOST = 8, 256
"""Values looked up together."""

_DISTANCES = 512  # more than any distance: a power of two, so that it packs into bits


class SearchStopped(Exception):
    """A look-up was told to stop before it had its answer."""


class VideoHit(NamedTuple):
    """One listed video that a file's frames hit.

    Attributes:
        entry: its number.
        query_share, entry_share: of the file's and of its own comparable frames, those that hit; 0 to 1.
        distance: median over the file's frames that hit, each at its nearest; bits.
    """

    entry: int
    query_share: float
    entry_share: float
    distance: int


def video_hits(  # noqa: PLR0913 - what is asked, where, and how
    search: Search,
    frames: npt.NDArray[Any],
    entry_of: npt.NDArray[np.uint32],
    comparable: npt.NDArray[np.bool_],
    share: float = SHARE,
    stopped: Callable[[], bool] = lambda: False,
) -> list[VideoHit]:
    """Look up the frames of one file and turn their hits into hits of videos.

    Args:
        search: gives the hits of some of the file's frames: parallel int64 arrays, in any order, which of these
            frames hit which frame of the list at how many bits.
        frames: the file's comparable frames, [n, …] as `search` takes them.
        entry_of: uint32 [frames of the list], in ascending order.
        comparable: bool [frames of the list], those of enough quality; others neither hit nor count.
        share: see `SHARE`.
        stopped: asked between two look-ups.

    Raises:
        SearchStopped: `stopped` said so.
    """
    hit = np.zeros(len(entry_of), bool)
    nearest = _Nearest()
    for chunk in at_once(len(frames), len(entry_of), stopped):
        query, frame, distance = search(frames[chunk])
        usable = comparable[frame]
        query, frame, distance = query[usable], frame[usable], distance[usable]
        hit[frame] = True
        nearest.add(entry_of[frame], query, distance)
    hits = []
    for entry, seen, median in nearest.medians():
        span = slice(np.searchsorted(entry_of, entry, "left"), np.searchsorted(entry_of, entry, "right"))
        query_share = seen / len(frames)
        of_entry = int(np.count_nonzero(hit[span]))
        entry_share = of_entry / max(1, of_entry, int(np.count_nonzero(comparable[span])))  # 0: the list is damaged
        if max(query_share, entry_share) >= share:
            hits.append(VideoHit(entry, query_share, entry_share, median))
    return hits


def at_once(queries: int, listed: int, stopped: Callable[[], bool]) -> Iterator[slice]:
    """Cut a look-up of `queries` values among `listed` ones so that memory is bounded even if all hit all.

    Raises:
        SearchStopped: `stopped`, which is asked between two parts, said so.
    """
    step = min(MOST, max(FEWEST, MOST_HITS // max(1, listed)))
    for first in range(0, queries, step):
        if first and stopped():
            raise SearchStopped
        yield slice(first, first + step)


class _Nearest:
    """Of each listed video, how many frames of the file were nearest at which distance."""

    def __init__(self) -> None:
        self._keys = np.empty(0, np.int64)  # entry and distance, in order
        self._counts = np.empty(0, np.int64)

    def add(self, entry: npt.NDArray[np.uint32], query: npt.NDArray[np.int64], distance: npt.NDArray[np.int64]) -> None:
        """Count the hits of some frames, which are in no other call."""
        hits = np.sort((entry.astype(np.int64) * MOST + query) * _DISTANCES + distance)
        pairs = hits // _DISTANCES
        nearest = np.ones(len(hits), bool)
        nearest[1:] = pairs[1:] != pairs[:-1]  # the first of each frame and entry, as they are in order
        keys = pairs[nearest] // MOST * _DISTANCES + hits[nearest] % _DISTANCES
        self._keys, places = np.unique(np.concatenate([self._keys, keys]), return_inverse=True)
        counts = np.concatenate([self._counts, np.ones(len(keys), np.int64)])
        self._counts = np.bincount(places, counts, len(self._keys)).astype(np.int64)

    def medians(self) -> Iterator[tuple[int, int, int]]:
        """Each video that was hit, how many frames of the file hit it, and their median distance, rounded down."""
        entries, distances = self._keys // _DISTANCES, self._keys % _DISTANCES
        begins = np.flatnonzero(np.diff(entries, prepend=-1))
        for begin, end in itertools.pairwise([*begins, len(entries)]):
            upto = np.cumsum(self._counts[begin:end])
            seen = int(upto[-1])
            middle = np.searchsorted(upto, [(seen - 1) // 2, seen // 2], "right")
            yield int(entries[begin]), seen, int(distances[begin:end][middle].sum()) // 2
