"""Find earlier videos that match: exact, in memory, by the engine's rule of shared frames.

A video is one row of near signals, its comparable frames concatenated; the memory of `intake.near` reads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vaern.matching.grouping.records import frames_of
from vaern.matching.segment import Found, Segment, search
from vaern.matching.video import video_hits
from vaern.node.reports.intake.near import WORDS, Memory, Near, nearest, words_of
from vaern.records import PDQ_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    import numpy.typing as npt

    from vaern.arrivals import File

KIND = "vpdq"
MOST_FRAMES = 7_200
"""Of one video that are compared: two hours at a frame a second. Of a longer one, these from its beginning."""

MOST_VIDEOS = 4
"""Of one file: a file is one video; some senders give it at several qualities."""


class Videos:
    """The frames of videos with their video; a search sees the frames present when it began."""

    def __init__(self) -> None:
        self._words = np.empty(0, np.uint64)
        self._video_of = np.empty(0, np.uint32)
        self._items: list[int] = []

    def __len__(self) -> int:
        """How many videos it holds."""
        return len(self._items)

    def add(self, values: Sequence[bytes], items: Sequence[int]) -> None:
        """Append videos, each as its concatenated frames of 32 bytes, with their items."""
        counts = [len(value) // PDQ_BYTES for value in values]
        numbers = np.arange(len(self._items), len(self._items) + len(values), dtype=np.uint32)
        self._items = [*self._items, *items]  # the frames' numbers come last: a search begins with how many there are
        self._words = np.concatenate([self._words, words_of(values)])
        self._video_of = np.concatenate([self._video_of, np.repeat(numbers, counts)])

    def search(self, values: Sequence[bytes], distance: int) -> list[tuple[int, int, int]]:
        """Return every hit: the number of the value, the item, the median distance of the frames that hit."""
        rows = len(self._video_of)
        if not rows:
            return []
        segment = Segment(self._words[: WORDS * rows], np.arange(rows, dtype=np.int64))
        found = []

        def look_up(frames: npt.NDArray[np.uint64]) -> Found:
            return search(segment, frames.reshape(-1), distance)

        for number, value in enumerate(values):
            frames = words_of([value]).reshape(-1, WORDS)
            hits = video_hits(look_up, frames, self._video_of[:rows], np.ones(rows, bool))
            found += [(number, self._items[hit.entry], hit.distance) for hit in hits]
        return found


_memory = Memory(kind=KIND, hold=Videos)


def videos_of(file: File | None) -> tuple[bytes, ...]:
    """Return the comparable frames of a file's videos as bytes; videos without any are left out."""
    if file is None:
        return ()
    packed = (frames_of(signal.value)[:MOST_FRAMES].tobytes() for signal in file.signals if signal.kind == KIND)
    return tuple(dict.fromkeys(value for value in packed if value))[:MOST_VIDEOS]


def nearest_videos(organisation: UUID, values: Iterable[bytes]) -> dict[bytes, Near]:
    """Return the nearest earlier item of each video that matches one: 80 % of the frames of either side hit."""
    return nearest(organisation, values, memory=_memory)
