"""What of some files is on some lists: exact digests, pictures by PDQ within a distance, videos by their frames."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vaern.frames import FRAME, unpack_frames
from vaern.matching import digests
from vaern.matching.lists import List
from vaern.matching.nearest import Nearest
from vaern.matching.packages import ListPackage, ListPackageError
from vaern.matching.stills import in_listed_videos, in_video
from vaern.matching.video import SHARE, at_once, video_hits
from vaern.records import LATEST_FRAME, MATERIAL, PDQ_BYTES, VALUE_KINDS, Entry, Match, Media, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Self

    import numpy.typing as npt

    from vaern.matching.index import HammingIndex, Hits
    from vaern.matching.nearest import FrameOf, Near

MIN_QUALITY = 50
"""PDQ values of less quality are not compared: they are near to those of all pictures without features
(facebook/ThreatExchange, `pdq/README.md`)."""


class Answer(NamedTuple):
    """What the lists say of one file, or of one signal.

    Attributes:
        matches: the hits, nearest first; of each list and kind of signal the nearest `MOST_MATCHES`.
        more: how many hits there are besides.
    """

    matches: tuple[Match, ...] = ()
    more: int = 0


class Hit(NamedTuple):
    """A match, and the entry that it is with."""

    match: Match
    entry: Entry


class HitList(list[Hit]):
    """The hits of one signal, nearest first.

    Attributes:
        more: how many there are besides.
    """

    more: int = 0


class _Asked(NamedTuple):
    """A signal to look up, and the file it is of."""

    owner: int
    signal: Signal


class _Question(NamedTuple):
    """What one call looks up.

    Attributes:
        asked: the signals.
        owner_of: of each, the number of its file; int64 [signals].
        stopped: asked now and then while a long look-up goes on.
    """

    asked: list[_Asked]
    owner_of: npt.NDArray[np.int64]
    stopped: Callable[[], bool]


class Matcher:
    """Looks signals up in lists. Safe to use from many threads at once.

    Attributes:
        lists: the lists.
        distance: bits for PDQ instead of each list's own, or `None`.
        min_quality: PDQ values of less quality are not compared; those of unknown quality are.
        video_share: see `video.SHARE`.
        stills_in_videos: still pictures are compared with frames of listed videos too, and frames of videos with listed
            stills; on lists of known material alone: that one frame is harmless says nothing of a video.
        threads: how many share one call's PDQ look-ups; 0 for one a core.
    """

    def __init__(  # noqa: PLR0913 - the lists, and how to match
        self,
        lists: Sequence[List | ListPackage],
        distance: int | None = None,
        min_quality: int = MIN_QUALITY,
        *,
        video_share: float = SHARE,
        stills_in_videos: bool = False,
        threads: int = 1,
    ) -> None:
        """Take the lists.

        Raises:
            ListPackageError: the same list and release twice, or one name for known and for known-good material.
            ValueError: a distance outside of 0 to 256.
        """
        if distance is not None and not 0 <= distance <= 8 * PDQ_BYTES:
            raise ValueError(f"a distance of {distance} bits: PDQ values differ by 0 to 256")
        self.lists = tuple(List.of(list_) if isinstance(list_, ListPackage) else list_ for list_ in lists)
        self.distance, self.min_quality = distance, min_quality
        self.video_share, self.stills_in_videos, self.threads = video_share, stills_in_videos, threads
        _refuse_confusion(self.lists)

    def over(self, lists: Sequence[List]) -> Self:
        """One that looks up in other lists in the same way."""
        return type(self)(
            lists,
            self.distance,
            self.min_quality,
            video_share=self.video_share,
            stills_in_videos=self.stills_in_videos,
            threads=self.threads,
        )

    @property
    def checked(self) -> str:
        """When the list was last compared with its source for which that is longest ago; empty if none was fetched."""
        return min((list_.checked for list_ in self.lists if list_.checked), default="")

    def match_many(self, media: Sequence[Media], stopped: Callable[[], bool] = lambda: False) -> list[Answer]:
        """The hits of each file.

        Args:
            media: the files.
            stopped: asked now and then while a long look-up goes on.

        Raises:
            SearchStopped: `stopped` said so.
            ListStoppedError: a list that was fetched is too old to be used.
        """
        asked = [_Asked(owner, signal) for owner, file in enumerate(media) for signal in file.signals]
        return [_answer(hits) for hits in self._hits(asked, len(media), stopped)]

    def match_signals(self, signals: Sequence[Signal]) -> list[Answer]:
        """The hits of each signal."""
        return [_answer(hits) for hits in self.hits(signals)]

    def hits(self, signals: Sequence[Signal]) -> list[HitList]:
        """The hits of each signal, with their entries.

        Args:
            signals: of any kind. A text, such as a domain, is looked up in its normal form, or by the SHA-256 of that:
                then the kind is followed by `-sha256`, as in `domain-sha256`.

        Raises:
            ListStoppedError: a list that was fetched is too old to be used.
        """
        return self._hits([_Asked(owner, signal) for owner, signal in enumerate(signals)], len(signals), lambda: False)

    def _hits(self, asked: list[_Asked], owners: int, stopped: Callable[[], bool]) -> list[HitList]:
        found = [HitList() for _ in range(owners)]
        count = np.zeros(owners, np.int64)
        question = _Question(asked, np.array([owner for owner, _ in asked], np.int64), stopped)
        by_kind = _by_kind(asked)
        for list_ in self.lists:
            list_.refuse_stopped()
            for nearest in self._of_list(list_, by_kind, question):
                count += np.bincount(question.owner_of, nearest.hits, owners).astype(np.int64)
                for near in nearest.found:
                    owner, signal = asked[near.signal]
                    entry = list_.entry(near.row)
                    found[owner].append(Hit(_match(signal, list_, entry, near, nearest.frame_of), entry))
        for hits, all_ in zip(found, count.tolist(), strict=True):
            hits.sort(key=lambda hit: hit.match.distance)
            hits.more = all_ - len(hits)
        return found

    def _of_list(
        self,
        list_: List,
        by_kind: dict[str, list[int]],
        question: _Question,
    ) -> Iterator[Nearest]:
        """The nearest hits of each kind of signal."""
        stills_in_videos = self.stills_in_videos and list_.purpose in MATERIAL
        for kind, numbers in by_kind.items():
            if kind == "vpdq":
                yield self._of_videos(list_, numbers, question)
                if stills_in_videos:
                    yield self._of_videos_by_stills(list_, numbers, question)
            elif kind == "pdq":
                yield self._of_pdq(list_, numbers, question)
                if stills_in_videos:
                    yield self._of_stills_in_videos(list_, numbers, question)
            else:
                yield _of_digests(list_, kind, numbers, question)

    def _of_pdq(self, list_: List, numbers: list[int], question: _Question) -> Nearest:
        nearest = Nearest(question.owner_of)
        for part in list_.parts:
            for which, pieces in self._stills(part.package.pdq, list_, numbers, question):
                for query, row, distance in pieces:
                    nearest.add_live(part, which[query], row, distance)
        return nearest

    def _of_stills_in_videos(self, list_: List, numbers: list[int], question: _Question) -> Nearest:
        nearest = Nearest(question.owner_of, "entry")
        for part in list_.parts:
            listed = part.package.frames
            for which, pieces in self._stills(listed.index, list_, numbers, question):
                query, row, distance, frame = in_listed_videos(pieces, listed, self.min_quality)
                nearest.add_live(part, which[query], row, distance, frame)
        return nearest

    def _of_videos_by_stills(self, list_: List, numbers: list[int], question: _Question) -> Nearest:
        nearest = Nearest(question.owner_of, "file")
        for part in list_.parts:
            index = part.package.pdq
            search = partial(index.search, distance=self._distance(list_), threads=self.threads)
            for number in numbers if len(index) else ():
                frames = unpack_frames(question.asked[number].signal.value)
                _, row, distance, frame = in_video(search, frames, len(index), self.min_quality, question.stopped)
                nearest.add_live(part, np.full(len(row), number), row, distance, frame)
        return nearest

    def _stills(
        self,
        index: HammingIndex,
        list_: List,
        numbers: list[int],
        question: _Question,
    ) -> Iterator[tuple[npt.NDArray[np.int64], Iterable[Hits]]]:
        """Look still pictures up in an index, some at a time: their numbers, and what they hit."""
        asked = question.asked
        comparable = [
            number
            for number in numbers
            if (quality := asked[number].signal.quality) is None or quality >= self.min_quality
        ]
        values = _stacked([asked[number].signal.value for number in comparable])
        which = np.array(comparable, np.int64)
        for chunk in at_once(
            len(values) if len(index) else 0, 1 if self.threads == 1 else len(index), question.stopped
        ):
            yield which[chunk], self._search(index, values[chunk], self._distance(list_))

    def _of_videos(self, list_: List, numbers: list[int], question: _Question) -> Nearest:
        nearest = Nearest(question.owner_of)
        for part in list_.parts:
            listed = part.package.frames
            if not len(listed.index):
                continue
            search = partial(listed.index.search, distance=self._distance(list_), threads=self.threads)
            comparable = listed.quality >= self.min_quality
            for number in numbers:
                frames = unpack_frames(question.asked[number].signal.value)
                usable = frames[frames["quality"] >= self.min_quality]["pdq"]
                hits = video_hits(search, usable, listed.entry, comparable, self.video_share, question.stopped)
                nearest.add_videos(part, number, hits)
        return nearest

    def _search(self, index: HammingIndex, values: npt.NDArray[np.uint8], distance: int) -> Iterable[Hits]:
        """In pieces, so that memory is bounded even if all hit all; by several threads all of a small chunk at once."""
        if self.threads == 1:
            return index.search_in_pieces(values, distance)
        return [index.search(values, distance, threads=self.threads)]

    def _distance(self, list_: List) -> int:
        return list_.distance if self.distance is None else self.distance


def _of_digests(list_: List, kind: str, numbers: list[int], question: _Question) -> Nearest:
    nearest = Nearest(question.owner_of)
    stored = kind.removesuffix(digests.OF_DIGEST)
    signals = [question.asked[number].signal for number in numbers]
    values = _stacked([digests.digest_of(signal) if stored == kind else signal.value for signal in signals])
    for part in list_.parts:
        if stored in part.package.tables:
            queries, rows = part.package.tables[stored].find(values)
            nearest.add_live(part, np.array(numbers)[queries], rows, np.zeros(len(rows), np.int64))
    return nearest


def _refuse_confusion(lists: tuple[List, ...]) -> None:
    """A match names list and release, and a verdict asks the list's purpose: both must be unambiguous."""
    twice = [key for key, count in Counter((list_.name, list_.release) for list_ in lists).items() if count > 1]
    if twice:
        raise ListPackageError(f"list {twice[0][0]!r}, release {twice[0][1]!r} is given twice: give it once")
    purposes: dict[str, str] = {}
    for list_ in lists:
        other = purposes.setdefault(list_.name, list_.purpose)
        if other != list_.purpose:
            raise ListPackageError(
                f"two lists are called {list_.name!r}, one of {other} and one of {list_.purpose} files: "
                "build one of them again with another --name"
            )


_LENGTHS = {
    **digests.LENGTHS,
    **dict.fromkeys(VALUE_KINDS, 0),
    **{kind + digests.OF_DIGEST: 32 for kind in VALUE_KINDS},
    "keyword": 32,
    "pdq": PDQ_BYTES,
    "vpdq": 0,
}
"""What can be looked up, with the length of its value; 0 for any."""


def _by_kind(asked: list[_Asked]) -> dict[str, list[int]]:
    """The numbers of the signals of each kind; those of a wrong length can not match."""
    numbers: dict[str, list[int]] = {}
    for number, (_, signal) in enumerate(asked):
        length = _LENGTHS.get(signal.kind)
        if length is not None and length in (0, len(signal.value)):
            numbers.setdefault(signal.kind, []).append(number)
    return numbers


def _stacked(values: list[bytes]) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Values of one length, uint8 [m, length]."""
    joined = b"".join(values)
    return np.frombuffer(joined, np.uint8).reshape(len(values), len(joined) // max(1, len(values)))


def _answer(hits: HitList) -> Answer:
    return Answer(tuple(hit.match for hit in hits), hits.more)


def _match(signal: Signal, list_: List, entry: Entry, near: Near, frame_of: FrameOf) -> Match:
    kind, value, seconds = signal.kind.removesuffix(digests.OF_DIGEST), signal.value, None
    if frame_of == "entry":
        videos = (one.value for one in entry.signals if one.kind == "vpdq" and not len(one.value) % FRAME.itemsize)
        seconds = _seconds(unpack_frames(b"".join(videos)), near.frame)
    elif frame_of == "file":
        frames = unpack_frames(value)
        kind, value, seconds = "pdq", frames["pdq"][near.frame].tobytes(), _seconds(frames, near.frame)
    elif kind == "vpdq":
        value = hashlib.sha256(value).digest()
    return Match(
        kind=kind,
        query=value.hex(),
        entry=entry.id,
        distance=near.distance,
        list=list_.name,
        release=list_.release,
        classification=entry.classification,
        scheme=entry.scheme,
        orientation=signal.orientation,
        region=signal.region,
        frame=signal.frame,
        frame_of=frame_of,
        seconds=seconds,
        checked=list_.checked,
        disputed=entry.disputed,
        **near.shares,
    )


def _seconds(frames: npt.NDArray[np.void], frame: int) -> float | None:
    """When a frame is shown; None where the video does not say, or the list is damaged."""
    seconds = float(frames["seconds"][frame]) if frame < len(frames) else math.nan
    return round(seconds, 3) if 0 <= seconds < LATEST_FRAME else None
