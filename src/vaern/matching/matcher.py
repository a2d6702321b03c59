"""What of some files is on some lists: exact digests, PDQ within a distance, videos by their frames."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vaern.frames import unpack_frames
from vaern.matching.packages import ListPackage, ListPackageError
from vaern.matching.video import SHARE, video_hits
from vaern.records import DIGEST_KINDS, PDQ_BYTES, Match, Media, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MIN_QUALITY = 50
"""PDQ values of less quality are not compared: they are near to those of all pictures without features
(facebook/ThreatExchange, `pdq/README.md`)."""

_Found = tuple[int, int, int, dict[str, float]]
"""The number of the signal, of the entry, the distance, and what else to say of the match."""


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

    def match_many(self, media: Sequence[Media]) -> list[tuple[Match, ...]]:
        """Every hit of each file, nearest first."""
        asked = [_Asked(owner, signal) for owner, file in enumerate(media) for signal in file.signals]
        return self._answer(asked, len(media))

    def match_signals(self, signals: Sequence[Signal]) -> list[tuple[Match, ...]]:
        """Every hit of each signal, nearest first."""
        return self._answer([_Asked(owner, signal) for owner, signal in enumerate(signals)], len(signals))

    def _answer(self, asked: list[_Asked], owners: int) -> list[tuple[Match, ...]]:
        answers: list[list[Match]] = [[] for _ in range(owners)]
        for package in self.packages:
            for signal, row, distance, more in self._found(package, asked):
                match = _match(asked[signal].signal, package, row, distance, more)
                answers[asked[signal].owner].append(match)
        return [tuple(sorted(matches, key=lambda match: match.distance)) for matches in answers]

    def _found(self, package: ListPackage, asked: list[_Asked]) -> Iterator[_Found]:
        for kind, length in DIGEST_KINDS.items():
            numbers = _of_kind(asked, kind, length)
            if kind in package.tables and numbers:
                queries, rows = package.tables[kind].find(_stacked(asked, numbers))
                yield from (
                    (numbers[query], row, 0, {}) for query, row in zip(queries.tolist(), rows.tolist(), strict=True)
                )
        yield from self._found_pdq(package, asked)
        if len(package.frames.index):
            for number, (_, signal) in enumerate(asked):
                if signal.kind == "vpdq":
                    yield from self._found_video(package, number, signal)

    def _found_pdq(self, package: ListPackage, asked: list[_Asked]) -> Iterator[_Found]:
        numbers = [
            number
            for number in _of_kind(asked, "pdq", PDQ_BYTES)
            if (quality := asked[number].signal.quality) is None or quality >= self.min_quality
        ]
        if numbers and len(package.pdq):
            hits = package.pdq.search(_stacked(asked, numbers), self._distance(package), threads=self.threads)
            for query, row, distance in zip(*(array.tolist() for array in hits), strict=True):
                yield numbers[query], row, distance, {}

    def _found_video(self, package: ListPackage, number: int, signal: Signal) -> Iterator[_Found]:
        frames = unpack_frames(signal.value)
        frames = frames[frames["quality"] >= self.min_quality]
        if not len(frames):
            return
        listed = package.frames
        hits = listed.index.search(frames["pdq"], self._distance(package), threads=self.threads)
        comparable = listed.quality >= self.min_quality
        for hit in video_hits(*hits, len(frames), listed.entry, comparable, self.video_share):
            shares = {"query_share": round(hit.query_share, 4), "entry_share": round(hit.entry_share, 4)}
            yield number, hit.entry, hit.distance, shares

    def _distance(self, package: ListPackage) -> int:
        return package.distance if self.distance is None else self.distance


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
    return np.frombuffer(values, np.uint8).reshape(len(numbers), -1)


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
