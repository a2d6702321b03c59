"""What of some files is on some lists: exact digests, PDQ within a distance, videos by their frames."""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from vaern.frames import unpack_frames
from vaern.matching.packages import ListPackage, ListPackageError
from vaern.matching.video import SHARE, VideoHit, at_once, video_hits
from vaern.records import DIGEST_KINDS, PDQ_BYTES, Match, Media, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy.typing as npt

MIN_QUALITY = 50
"""PDQ values of less quality are not compared: they are near to those of all pictures without features
(facebook/ThreatExchange, `pdq/README.md`)."""

MOST_MATCHES = 100
"""Of one file on one list by one kind of signal that are named, the nearest; of what is beyond them, the number. A
list may hold a hundred thousand pictures that are nearly the same."""

_Found = tuple[int, int, int, dict[str, float]]
"""The number of the signal, of the entry, the distance, and what else to say of the match."""


class Answer(NamedTuple):
    """What the lists say of one file, or of one signal.

    Attributes:
        matches: the hits, nearest first; of each list and kind of signal the nearest `MOST_MATCHES`.
        more: how many hits there are besides.
    """

    matches: tuple[Match, ...] = ()
    more: int = 0


class _Asked(NamedTuple):
    """A signal to look up, and the file it is of."""

    owner: int
    signal: Signal


class Matcher:
    """Looks signals up in list packages. Safe to use from many threads at once.

    Attributes:
        packages: the lists.
        distance: bits for PDQ instead of each list's own, or `None`.
        min_quality: PDQ values of less quality are not compared; those of unknown quality are.
        video_share: see `video.SHARE`.
        threads: how many share one call's PDQ look-ups; 0 for one a core.
    """

    def __init__(
        self,
        packages: Sequence[ListPackage],
        distance: int | None = None,
        min_quality: int = MIN_QUALITY,
        *,
        video_share: float = SHARE,
        threads: int = 1,
    ) -> None:
        """Take the lists.

        Raises:
            ListPackageError: the same list and release twice, or one name for known and for known-good material.
            ValueError: a distance outside of 0 to 256.
        """
        if distance is not None and not 0 <= distance <= 8 * PDQ_BYTES:
            raise ValueError(f"a distance of {distance} bits: PDQ values differ by 0 to 256")
        self.packages = tuple(packages)
        self.distance, self.min_quality = distance, min_quality
        self.video_share, self.threads = video_share, threads
        _refuse_confusion(self.packages)

    def match_many(self, media: Sequence[Media], stopped: Callable[[], bool] = lambda: False) -> list[Answer]:
        """The hits of each file.

        Args:
            media: the files.
            stopped: asked now and then while a long look-up goes on.

        Raises:
            SearchStopped: `stopped` said so.
        """
        asked = [_Asked(owner, signal) for owner, file in enumerate(media) for signal in file.signals]
        return self._answer(asked, len(media), stopped)

    def match_signals(self, signals: Sequence[Signal]) -> list[Answer]:
        """The hits of each signal."""
        asked = [_Asked(owner, signal) for owner, signal in enumerate(signals)]
        return self._answer(asked, len(signals), lambda: False)

    def _answer(self, asked: list[_Asked], owners: int, stopped: Callable[[], bool]) -> list[Answer]:
        matches: list[list[Match]] = [[] for _ in range(owners)]
        hits = np.zeros(owners, np.int64)
        owner_of = np.array([owner for owner, _ in asked], np.int64)
        for package in self.packages:
            for nearest in self._of_list(package, asked, owner_of, stopped):
                hits += np.bincount(owner_of, nearest.hits, owners).astype(np.int64)
                for signal, row, distance, more in nearest.found:
                    match = _match(asked[signal].signal, package, row, distance, more)
                    matches[asked[signal].owner].append(match)
        return [
            Answer(tuple(sorted(of_file, key=lambda match: match.distance)), int(count) - len(of_file))
            for of_file, count in zip(matches, hits, strict=True)
        ]

    def _of_list(
        self, package: ListPackage, asked: list[_Asked], owner_of: npt.NDArray[np.int64], stopped: Callable[[], bool]
    ) -> Iterator[_Nearest]:
        """The nearest hits of each kind of signal."""
        for kind, length in DIGEST_KINDS.items():
            numbers = _of_kind(asked, kind, length)
            if kind in package.tables and numbers:
                nearest = _Nearest(owner_of)
                queries, rows = package.tables[kind].find(_stacked(asked, numbers))
                nearest.add(np.array(numbers)[queries], rows, np.zeros(len(rows), np.int64))
                yield nearest
        yield self._of_pdq(package, asked, owner_of, stopped)
        if len(package.frames.index):
            yield self._of_videos(package, asked, owner_of, stopped)

    def _of_pdq(
        self, package: ListPackage, asked: list[_Asked], owner_of: npt.NDArray[np.int64], stopped: Callable[[], bool]
    ) -> _Nearest:
        nearest = _Nearest(owner_of)
        numbers = [
            number
            for number in _of_kind(asked, "pdq", PDQ_BYTES)
            if (quality := asked[number].signal.quality) is None or quality >= self.min_quality
        ]
        values = _stacked(asked, numbers)
        for chunk in at_once(len(values) if len(package.pdq) else 0, len(package.pdq), stopped):
            query, row, distance = package.pdq.search(values[chunk], self._distance(package), threads=self.threads)
            nearest.add(np.array(numbers[chunk])[query], row, distance)
        return nearest

    def _of_videos(
        self, package: ListPackage, asked: list[_Asked], owner_of: npt.NDArray[np.int64], stopped: Callable[[], bool]
    ) -> _Nearest:
        nearest = _Nearest(owner_of)
        listed, distance = package.frames, self._distance(package)
        search = partial(listed.index.search, distance=distance, threads=self.threads)
        comparable = listed.quality >= self.min_quality
        for number, (_, signal) in enumerate(asked):
            if signal.kind == "vpdq":
                frames = unpack_frames(signal.value)
                usable = frames[frames["quality"] >= self.min_quality]["pdq"]
                hits = video_hits(search, usable, listed.entry, comparable, self.video_share, stopped)
                nearest.add_videos(number, hits)
        return nearest

    def _distance(self, package: ListPackage) -> int:
        return package.distance if self.distance is None else self.distance


class _Nearest:
    """The nearest hits of each file on one list by one kind of signal, and how many there were.

    Attributes:
        hits: of each signal, int64 [signals].
    """

    def __init__(self, owner_of: npt.NDArray[np.int64]) -> None:
        self.hits = np.zeros(len(owner_of), np.int64)
        self._owner_of = owner_of
        self._kept = np.empty((3, 0), np.int64)  # signal, row, distance
        self._shares: dict[tuple[int, int], dict[str, float]] = {}

    @property
    def found(self) -> Iterator[_Found]:
        """The nearest."""
        for signal, row, distance in self._kept.T.tolist():
            yield signal, row, distance, self._shares.get((signal, row), {})

    def add(self, signal: npt.NDArray[np.int64], row: npt.NDArray[Any], distance: npt.NDArray[np.int64]) -> None:
        """Take more hits, and keep `MOST_MATCHES` of each file: those of signals that came earlier before others."""
        self.hits += np.bincount(signal, minlength=len(self.hits))
        all_ = np.concatenate([self._kept, np.stack([signal, row.astype(np.int64), distance])], axis=1)
        owner = self._owner_of[all_[0]]
        order = np.lexsort((all_[2], owner))
        begins = np.searchsorted(owner[order], owner[order], "left")
        self._kept = all_[:, order[np.arange(len(order)) - begins < MOST_MATCHES]]

    def add_videos(self, signal: int, hits: list[VideoHit]) -> None:
        """Take the hits of one video."""
        rows, distances = (np.array([getattr(hit, of) for hit in hits], np.int64) for of in ("entry", "distance"))
        self.add(np.full(len(hits), signal), rows, distances)
        for hit in hits:
            shares = {"query_share": round(hit.query_share, 4), "entry_share": round(hit.entry_share, 4)}
            self._shares[signal, hit.entry] = shares


def _refuse_confusion(packages: tuple[ListPackage, ...]) -> None:
    """A match names list and release, and a verdict asks the list's purpose: both must be unambiguous."""
    twice = [
        key for key, count in Counter((package.name, package.release) for package in packages).items() if count > 1
    ]
    if twice:
        raise ListPackageError(f"list {twice[0][0]!r}, release {twice[0][1]!r} is given twice: give it once")
    purposes: dict[str, str] = {}
    for package in packages:
        if purposes.setdefault(package.name, package.purpose) != package.purpose:
            raise ListPackageError(
                f"two lists are called {package.name!r}, one of known and one of known-good files: "
                "build one of them again with another --name"
            )


def _of_kind(asked: list[_Asked], kind: str, length: int) -> list[int]:
    """The numbers of the signals of one kind; those of a wrong length can not match."""
    return [number for number, (_, signal) in enumerate(asked) if signal.kind == kind and len(signal.value) == length]


def _stacked(asked: list[_Asked], numbers: list[int]) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """The values of some signals, uint8 [m, length]."""
    values = b"".join(asked[number].signal.value for number in numbers)
    return np.frombuffer(values, np.uint8).reshape(len(numbers), len(values) // max(1, len(numbers)))


def _match(signal: Signal, package: ListPackage, row: int, distance: int, more: dict[str, float]) -> Match:
    entry = package.entry(row)
    value = hashlib.sha256(signal.value).digest() if signal.kind == "vpdq" else signal.value
    return Match(
        kind=signal.kind,
        query=value.hex(),
        entry=entry.id,
        distance=distance,
        list=package.name,
        release=package.release,
        classification=entry.classification,
        scheme=entry.scheme,
        orientation=signal.orientation,
        region=signal.region,
        frame=signal.frame,
        **more,
    )
