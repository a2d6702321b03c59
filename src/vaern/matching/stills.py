"""Still pictures and frames of videos: a screenshot of a listed video, a listed picture within a file's video.

A still that meets one frame is a hit: nothing else of the video is asked. Of all frames of a video only the nearest is
kept, for in front of a still camera they are all alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vaern.matching.video import at_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy.typing as npt

    from vaern.matching.index import Hits
    from vaern.matching.packages import Frames
    from vaern.matching.video import Search


class StillHits(NamedTuple):
    """Stills that met frames of videos: of each still and each video one hit, with its nearest frame.

    Of two frames that are as near it is the earlier one. Parallel int64 arrays.

    Attributes:
        query: which of those that were looked up; 0 of one video.
        row: which entry.
        distance: bits.
        frame: which frame, counted among all of its video.
    """

    query: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]
    distance: npt.NDArray[np.int64]
    frame: npt.NDArray[np.int64]


def in_listed_videos(pieces: Iterable[Hits], listed: Frames, min_quality: int) -> StillHits:
    """What stills met among the frames of listed videos.

    Args:
        pieces: the hits, with the numbers of frames.
        listed: the frames of the list.
        min_quality: frames of less are not compared.
    """
    found = _NONE
    for query, frame, distance in pieces:
        hits = StillHits(query, listed.entry[frame].astype(np.int64), distance, frame)
        found = _nearest(found, _some(hits, listed.quality[frame] >= min_quality))
    return found._replace(frame=found.frame - np.searchsorted(listed.entry, found.row))


def in_video(
    search: Search,
    frames: npt.NDArray[np.void],
    listed: int,
    min_quality: int,
    stopped: Callable[[], bool] = lambda: False,
) -> StillHits:
    """What listed stills met among the frames of a file's video.

    Args:
        search: gives the hits of some of the frames' PDQ values, with the numbers of entries.
        frames: of dtype `frames.FRAME`.
        listed: how many stills the list has.
        min_quality: frames of less are not compared.
        stopped: asked between two look-ups.

    Raises:
        SearchStopped: `stopped` said so.
    """
    found = _NONE
    comparable = np.flatnonzero(frames["quality"] >= min_quality)
    values = frames["pdq"]
    for chunk in at_once(len(comparable), listed, stopped):
        query, row, distance = search(values[comparable[chunk]])
        found = _nearest(found, StillHits(np.zeros_like(query), row, distance, comparable[chunk][query]))
    return found


_NONE = StillHits(*(np.empty(0, np.int64) for _ in StillHits._fields))


def _some(hits: StillHits, which: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> StillHits:
    return StillHits(*(array[which] for array in hits))


def _nearest(one: StillHits, other: StillHits) -> StillHits:
    """Of both, the nearest of each still and video."""
    query, row, distance, frame = (np.concatenate(both) for both in zip(one, other, strict=True))
    order = np.lexsort((frame, distance, row, query))
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(query[order]) != 0) | (np.diff(row[order]) != 0)
    return _some(StillHits(query, row, distance, frame), order[first])
