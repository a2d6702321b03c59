"""Components that grow by one finding at a time, with the links that are the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vaern.matching.grouping.records import frames_of
from vaern.matching.grouping.rules import RULES, VIDEO_SHARE, WITHIN
from vaern.matching.index import HammingIndex, Hits
from vaern.matching.video import video_hits
from vaern.records import PDQ_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from vaern.matching.grouping.records import Values


class Edge(NamedTuple):
    """A link of the new finding to an earlier one.

    Attributes:
        other: the earlier finding.
        rule: a code of `rules.RULES`.
        distance: bits; 0 for what is equal; for videos the median of the frames that hit.
    """

    other: int
    rule: str
    distance: int


class Joined(NamedTuple):
    """What one more finding did.

    Attributes:
        finding: its number.
        component: of what it now belongs to: the smallest number in it.
        merged: the components that it found, in order: none, and it opens one; one, and it joins; more, and these are
            one from now on.
        edges: of each of these the strongest link, as `merged` is ordered.
    """

    finding: int
    component: int
    merged: tuple[int, ...]
    edges: tuple[Edge, ...]


def strength(edge: Edge) -> tuple[int, int, int]:
    """Return what links are ordered by, the strongest first: rule, distance, the earliest finding."""
    return RULES[edge.rule].rank, edge.distance, edge.other


class Grouping:
    """All findings so far. One thread at a time may add.

    Its memory is some 110 bytes a value; the links themselves are not kept.
    """

    def __init__(self) -> None:
        self._parent: list[int] = []
        self._exact: dict[tuple[str, bytes], int] = {}
        self._upright, self._turned, self._frames = HammingIndex(), HammingIndex(), HammingIndex()
        self._videos: list[tuple[int, int]] = []  # of each video: the finding, and how many frames
        self._video_of: list[int] = []  # of each frame

    def __len__(self) -> int:
        """How many findings there are."""
        return len(self._parent)

    def component(self, finding: int) -> int:
        """Return the component of a finding: the smallest number in it."""
        parent = self._parent
        while parent[finding] != finding:
            parent[finding] = parent[parent[finding]]
            finding = parent[finding]
        return finding

    def edges(self, values: Values) -> list[Edge]:
        """Return the links of these values to the findings that are there: of each finding and rule the nearest.

        Of equal exact values the earliest finding stands for all that have it.
        """
        found = [Edge(self._exact[key], key[0], 0) for key in values.exact if key in self._exact] + [
            *self._near(values),
            *self._video_edges(values),
        ]
        nearest: dict[tuple[int, str], Edge] = {}
        for edge in sorted(found, key=strength):
            nearest.setdefault((edge.other, edge.rule), edge)
        return sorted(nearest.values(), key=strength)

    def add(self, values: Values) -> Joined:
        """Take one more finding and say what it joins, merges or opens."""
        edges = self.edges(values)
        finding = len(self._parent)
        self._parent.append(finding)
        strongest: dict[int, Edge] = {}
        for edge in edges:
            strongest.setdefault(self.component(edge.other), edge)
        merged = tuple(sorted(strongest))
        for component in merged:
            self._parent[self.component(component)] = min(merged)
        if merged:
            self._parent[finding] = merged[0]
        self._remember(finding, values)
        return Joined(finding, self.component(finding), merged, tuple(strongest[component] for component in merged))

    def _remember(self, finding: int, values: Values) -> None:
        for key in values.exact:
            self._exact.setdefault(key, finding)
        for index, held in ((self._upright, values.upright), (self._turned, values.turned)):
            index.add(_stacked(held), np.full(len(held), finding, np.int64))
        for video in values.videos:
            frames = frames_of(video)
            first = len(self._video_of)
            self._video_of += [len(self._videos)] * len(frames)
            self._videos.append((finding, len(frames)))
            self._frames.add(frames, np.arange(first, len(self._video_of)))

    def _near(self, values: Values) -> Iterable[Edge]:
        asked = ((self._upright, values.upright + values.turned), (self._turned, values.upright))
        for index, held in asked:
            if held and len(index):
                hits = index.search(_stacked(held), WITHIN)
                yield from (
                    Edge(other, "pdq", bits)
                    for other, bits in zip(hits.id.tolist(), hits.distance.tolist(), strict=True)
                )

    def _search_frames(self, frames: npt.NDArray[np.uint8]) -> Hits:
        return self._frames.search(frames, WITHIN)

    def _video_edges(self, values: Values) -> Iterable[Edge]:
        if not self._videos:
            return
        video_of = np.array(self._video_of, np.uint32) if values.videos else np.empty(0, np.uint32)
        comparable = np.ones(len(video_of), bool)
        for video in values.videos:
            frames = frames_of(video)
            for hit in video_hits(self._search_frames, frames, video_of, comparable, VIDEO_SHARE):
                yield Edge(self._videos[hit.entry][0], "vpdq", hit.distance)


def _stacked(values: Sequence[bytes]) -> npt.NDArray[np.uint8]:
    return np.frombuffer(b"".join(values), np.uint8).reshape(-1, PDQ_BYTES)
