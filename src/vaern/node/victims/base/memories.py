"""An in-memory index of what members look like: exact, and refreshed before each query (`reports.intake.near`)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from vaern.matching import HammingIndex
from vaern.matching.grouping import frames_of
from vaern.matching.video import video_hits
from vaern.node.reports.intake.near import Memory

if TYPE_CHECKING:
    from collections.abc import Sequence


class Frames:
    """The frames of the videos of one organisation; to be held by `Memory`."""

    def __init__(self) -> None:
        self._index = HammingIndex()
        self._videos: list[int] = []  # what each is of
        self._video_of = np.empty(0, np.uint32)

    def add(self, values: Sequence[bytes], items: Sequence[int]) -> None:
        """Append videos, as frames of 40 bytes each, with the ids that they belong to."""
        for value, item in zip(values, items, strict=True):
            frames = frames_of(value)
            first = len(self._video_of)
            self._video_of = np.append(self._video_of, np.full(len(frames), len(self._videos), np.uint32))
            self._videos.append(item)
            self._index.add(frames, np.arange(first, len(self._video_of)))

    def search(self, values: Sequence[bytes], distance: int) -> list[tuple[int, int, int]]:
        """Return the videos that match: the number of the value, what the other is of, the median distance."""
        found = []
        comparable = np.ones(len(self._video_of), bool)
        for number, value in enumerate(values):
            frames = frames_of(value)
            of = video_hits(partial(self._index.search, distance=distance), frames, self._video_of, comparable)
            found += [(number, self._videos[hit.entry], hit.distance) for hit in of]
        return found


UPRIGHT = Memory("victims_nearvalue", "member_id", "pdq")
TURNED = Memory("victims_nearvalue", "member_id", "turned")
VIDEOS = Memory("victims_nearvalue", "member_id", "vpdq", Frames)
