"""The nearest hits of each file on a list, and how many there were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from vaern.matching.lists import ListPart
    from vaern.matching.video import VideoHit

MOST_MATCHES = 100
"""Of one file on one list by one kind of signal that are named, the nearest; of what is beyond them, the number. A
list may hold a hundred thousand pictures that are nearly the same."""

TRIMMED_AT = 1 << 20
"""Hits that are held before those are let go that nobody names; 32 bytes each."""

FrameOf = Literal["", "file", "entry"]
"""Whose frame a PDQ hit is with; empty where none is: see `records.Match`."""


class Near(NamedTuple):
    """One hit.

    Attributes:
        signal, row: the numbers of the signal and of the entry.
        distance: bits.
        frame: which frame of a video met a still picture, counted among those of that video; 0 where none did.
        shares: of videos that met, as `records.Match` has them.
    """

    signal: int
    row: int
    distance: int
    frame: int
    shares: dict[str, float]


class Nearest:
    """The nearest hits of each file on one list by one kind of signal, and how many there were.

    Attributes:
        frame_of: what they are hits of.
        hits: of each signal, int64 [signals].
    """

    def __init__(self, owner_of: npt.NDArray[np.int64], frame_of: FrameOf = "") -> None:
        self.hits = np.zeros(len(owner_of), np.int64)
        self.frame_of = frame_of
        self._owner_of = owner_of
        self._kept: list[npt.NDArray[np.int64]] = []  # signal, row, distance, frame
        self._many = 0
        self._shares: dict[tuple[int, int], dict[str, float]] = {}

    @property
    def found(self) -> Iterator[Near]:
        """The nearest."""
        self._trim()
        for signal, row, distance, frame in self._kept[0].T.tolist() if self._kept else ():
            yield Near(signal, row, distance, frame, self._shares.get((signal, row), {}))

    def add(
        self,
        signal: npt.NDArray[np.int64],
        row: npt.NDArray[Any],
        distance: npt.NDArray[np.int64],
        frame: npt.NDArray[np.int64] | int = 0,
    ) -> None:
        """Take more hits, and keep `MOST_MATCHES` of each file: those of signals that came earlier before others."""
        self.hits += np.bincount(signal, minlength=len(self.hits))
        self._kept.append(np.stack(np.broadcast_arrays(signal, row.astype(np.int64), distance, frame)))
        self._many += len(signal)
        if self._many > TRIMMED_AT:
            self._trim()

    def _trim(self) -> None:
        """Keep the nearest of each file, and no others."""
        if not self._kept:
            return
        all_ = np.concatenate(self._kept, axis=1)
        owner = self._owner_of[all_[0]]
        order = np.lexsort((all_[2], owner))
        begins = np.searchsorted(owner[order], owner[order], "left")
        self._kept = [all_[:, order[np.arange(len(order)) - begins < MOST_MATCHES]]]
        self._many = 0

    def add_live(
        self,
        part: ListPart,
        signal: npt.NDArray[np.int64],
        row: npt.NDArray[Any],
        distance: npt.NDArray[np.int64],
        frame: npt.NDArray[np.int64] | int = 0,
    ) -> None:
        """Take more hits of one part of the list, without those of entries that no longer count."""
        if not len(row):
            return
        if part.gone:
            live = part.live(row)
            signal, row, distance = signal[live], row[live], distance[live]
            frame = frame if isinstance(frame, int) else frame[live]
        self.add(signal, row + part.base, distance, frame)

    def add_videos(self, part: ListPart, signal: int, hits: list[VideoHit]) -> None:
        """Take the hits of one video."""
        rows, distances = (np.array([getattr(hit, of) for hit in hits], np.int64) for of in ("entry", "distance"))
        self.add_live(part, np.full(len(hits), signal), rows, distances)
        for hit in hits:
            shares = {"query_share": round(hit.query_share, 4), "entry_share": round(hit.entry_share, 4)}
            self._shares[signal, part.base + hit.entry] = shares
