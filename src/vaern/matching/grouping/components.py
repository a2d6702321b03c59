"""Exactly the connected components of the joining links, of up to millions of findings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from vaern.compiled import ARRAY, WHOLE, at, loop
from vaern.matching.grouping.reach import reach
from vaern.matching.grouping.rules import VIDEO_SHARE, WITHIN
from vaern.matching.grouping.spread import spread
from vaern.matching.index import HammingIndex, Hits
from vaern.matching.video import video_hits

if TYPE_CHECKING:
    import numpy.typing as npt

    from vaern.matching.grouping.records import Batch


_groups = loop("components_join_groups", ARRAY, ARRAY, ARRAY, WHOLE, ARRAY)
_pairs = loop("components_join_pairs", ARRAY, ARRAY, ARRAY, WHOLE)
_find = loop("components_roots", ARRAY, ARRAY, WHOLE, ARRAY)


def components(batch: Batch, threads: int = 0) -> npt.NDArray[np.int64]:
    """Return the component of each finding: the smallest number in it, int64 [count].

    Two findings are linked when they share an exact value, when an upright PDQ value of one is within `WITHIN` bits of
    any PDQ value of the other, or when videos of theirs match.

    Args:
        batch: the findings.
        threads: for turned values and videos; 0 for one a core.
    """
    threads = threads or os.cpu_count() or 1
    parent = np.arange(batch.count)
    for owners, values in batch.exact.values():
        _join_groups(parent, owners, distinct(values)[1])
    owners, values = batch.upright
    first, same = distinct(values)
    words = _words(values[first])
    near = spread(words, WITHIN)
    _join_groups(parent, owners, near[same])
    if len(batch.turned[0]) and len(first):
        turned, _ = distinct_pairs(*batch.turned)
        askers = _roots(parent, batch.turned[0][turned])
        joined = reach(words, _roots(parent, owners[first]), _words(batch.turned[1][turned]), askers, WITHIN, threads)
        _join_pairs(parent, joined[:, 0], joined[:, 1])
    if len(batch.videos) > 1:
        _join_videos(parent, batch.videos, threads)
    return _roots(parent, np.arange(batch.count))


def distinct(values: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return where each different value stands first, int64 [m], and which of these each is, int64 [n].

    Args:
        values: uint8 [n, length].
    """
    rows, length = values.shape
    padded = np.zeros((rows, -(-length // 8) * 8), np.uint8)
    padded[:, :length] = values
    columns = padded.view("<u8")
    order = np.lexsort(tuple(columns[:, at] for at in reversed(range(columns.shape[1]))))
    ordered = columns[order]
    begins = np.ones(rows, bool)
    begins[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    number = np.empty(rows, np.int64)
    number[order] = np.cumsum(begins) - 1
    return order[begins], number


def distinct_pairs(
    owners: npt.NDArray[np.int64], values: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """As `distinct`, of owner and value together."""
    mixed = np.concatenate([values, owners.astype("<i8").view(np.uint8).reshape(-1, 8)], axis=1)
    return distinct(mixed)


def _words(values: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    """Values of 32 bytes as the kernels take them: uint64 [4n]."""
    return np.ascontiguousarray(values).reshape(-1).view("<u8").astype(np.uint64)


def _join_videos(parent: npt.NDArray[np.int64], videos: list[tuple[int, Any]], threads: int) -> None:
    """Join the findings whose videos match: each is looked up among the frames of all."""
    lengths = [len(frames) for _, frames in videos]
    video_of = np.repeat(np.arange(len(videos), dtype=np.uint32), lengths)
    everything = np.concatenate([frames for _, frames in videos])
    index = HammingIndex.build(everything)

    def search(frames: npt.NDArray[np.uint8]) -> Hits:
        return index.search(frames, WITHIN, threads=threads)

    for number, (owner, frames) in enumerate(videos):
        later = video_of > number  # matching is symmetric: each pair once
        for hit in video_hits(search, frames, video_of, later, VIDEO_SHARE):
            _join_pairs(parent, np.array([owner]), np.array([videos[hit.entry][0]]))


def _join_groups(parent: npt.NDArray[np.int64], owners: npt.NDArray[np.int64], groups: npt.NDArray[np.int64]) -> None:
    """Join the owners that stand in one group; groups are numbers below the number of rows."""
    first = np.full(len(owners), -1, np.int64)
    owners, groups = np.ascontiguousarray(owners), np.ascontiguousarray(groups)
    _groups(at(parent, "l"), at(owners, "l"), at(groups, "l"), len(owners), at(first, "l"))


def _join_pairs(parent: npt.NDArray[np.int64], one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> None:
    """Join the first with the first, the second with the second, and so on."""
    one, other = np.ascontiguousarray(one), np.ascontiguousarray(other)
    _pairs(at(parent, "l"), at(one, "l"), at(other, "l"), len(one))


def _roots(parent: npt.NDArray[np.int64], numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The smallest number of the component of each."""
    numbers, found = np.ascontiguousarray(numbers), np.empty(len(numbers), np.int64)
    _find(at(parent, "l"), at(numbers, "l"), len(numbers), at(found, "l"))
    return found
