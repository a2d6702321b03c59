"""When videos match: the shares of their frames that hit each other (vPDQ: facebook/ThreatExchange, `vpdq`)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

SHARE = 0.8
"""Videos match when this share of the frames of either hits the other: of the file's, it is (a part of) the
listed video; of the entry's, the listed video is a part of it."""


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


def video_hits(  # noqa: PLR0913 - parallel arrays of one search
    query: npt.NDArray[np.int64],
    frame: npt.NDArray[np.int64],
    distance: npt.NDArray[np.int64],
    queries: int,
    entry_of: npt.NDArray[np.uint32],
    comparable: npt.NDArray[np.bool_],
    share: float = SHARE,
) -> list[VideoHit]:
    """Turn the hits of the frames of one file into hits of videos.

    Args:
        query, frame, distance: parallel: which frame of the file hit which frame of the list, at how many bits.
        queries: how many comparable frames the file has.
        entry_of: uint32 [frames of the list], in ascending order.
        comparable: bool [frames of the list], those of enough quality; others neither hit nor count.
        share: see `SHARE`.
    """
    usable = comparable[frame]
    query, frame, distance = query[usable], frame[usable], distance[usable]
    hits = []
    for entry in np.unique(entry_of[frame]):
        here = entry_of[frame] == entry
        span = slice(np.searchsorted(entry_of, entry, "left"), np.searchsorted(entry_of, entry, "right"))
        seen = np.unique(query[here])
        query_share = len(seen) / queries
        hit = len(np.unique(frame[here]))
        entry_share = hit / max(hit, int(comparable[span].sum()))  # fewer: the file of entries is damaged
        if max(query_share, entry_share) >= share:
            nearest = [int(distance[here][query[here] == number].min()) for number in seen]
            hits.append(VideoHit(int(entry), query_share, entry_share, int(np.median(nearest))))
    return hits
