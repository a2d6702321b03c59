"""The lists as a process of the service has them open, and how its questions are put to them.

One snapshot of all lists is in use at a time. It is replaced as a whole, by another thread and after it was tried, so
that no call waits for it; a call keeps the one that it began with to its end.

What comes one by one in one turn of the event loop is asked at once: the search costs less for many. What is large is
asked in a thread, for the search runs without the interpreter's lock. Videos have a thread of their own: one of an hour
is searched for seconds, and neither small calls nor pictures wait for it, or are sent away because of it.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vaern.lookup import declared, wire
from vaern.lookup.judging import Met
from vaern.matching import HitList, ListPackageError, ListStoppedError, Matcher, Shelf
from vaern.records import FRAME_BYTES, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vaern.matching import List

LOOK_EVERY = 0.2
"""Seconds between two looks at the lists."""

SUBSETS = ".subsets"
"""The folder of subsets of lists, in that of the lists: asked, and handed out, by who is given them by name alone."""

SMALL = 64
"""Weight of a call that is asked together with others; a larger one is asked in a thread. See `weight`."""

LARGE = 1000
"""Weight of what a thread asks at once of a large call: other calls come in between, and two threads share it."""

MOST_WAITING = 50_000
"""Weight of what waits in a lane; beyond that callers are sent away for a moment. Where nothing waits, any call is
taken."""

_log = logging.getLogger("vaern.lookup")


class Busy(Exception):
    """More is asked than can be answered now."""


class Stopped(Exception):
    """A list that the caller asks is too old to be used: an answer without it would be wrong."""


@dataclass
class View:
    """Some lists of one snapshot: what a caller may ask.

    Attributes:
        lists: by name.
        index: SHA-256 over their names, releases and sequences.
        matcher: what looks up; None without a list.
    """

    lists: tuple[List, ...]
    index: str
    matcher: Matcher | None
    purposes: dict[str, str]

    @classmethod
    def of(cls, lists: Sequence[List]) -> View:
        """The view of some lists."""
        return cls(
            tuple(lists),
            wire.index_of(states_of(lists)),
            Matcher(lists) if lists else None,
            {one.name: one.purpose for one in lists},
        )

    def found(self, hits: HitList, signal: Signal) -> list[Met]:
        """The hits of one signal with what their lists are of, the test entry among them."""
        test = declared.meets(signal)
        if not hits and test is None:
            return _NOTHING
        met = [Met(hit.match, hit.entry, self.purposes[hit.match.list]) for hit in hits]
        return [Met(test, declared.ENTRY, "known"), *met] if test else met


_NOTHING: list[Met] = []


def states_of(lists: Sequence[List]) -> tuple[tuple[str, str, int], ...]:
    """Name, release and sequence of each list."""
    return tuple((one.name, one.release, one.sequence) for one in lists)


@dataclass
class Snapshot:
    """All lists at one moment, and the views of them that were asked for.

    Attributes:
        lists: all.
        subsets: of these lists, whose entries they repeat.
        views: by the names of `Caller.lists`.
    """

    lists: tuple[List, ...]
    subsets: tuple[List, ...] = ()
    views: dict[tuple[str, ...], View] = field(default_factory=dict)

    def view(self, names: tuple[str, ...]) -> View:
        """What somebody may ask who may be matched against lists and subsets of these names; `*` is all lists."""
        found = self.views.get(names)
        if found is None:
            every = "*" in names
            asked = [one for one in self.lists if every or one.name in names]
            found = self.views[names] = View.of([*asked, *(one for one in self.subsets if one.name in names)])
        return found

    def named(self) -> Iterator[List]:
        """Yield all that can be given by name: lists and subsets."""
        yield from self.lists
        yield from self.subsets


@dataclass
class _Group:
    """Questions of one turn of the loop to one view."""

    view: View
    signals: list[Signal] = field(default_factory=list)
    waiting: list[tuple[asyncio.Future[list[HitList]], int, int]] = field(default_factory=list)


class _Lane:
    """Where calls of one kind wait, by themselves.

    Args:
        name: of its threads.
        threads: how many; none where the loop itself asks.

    Attributes:
        waiting: weight of what waits.
    """

    def __init__(self, name: str, threads: int = 0) -> None:
        self.waiting = 0
        self.pool = ThreadPoolExecutor(threads, name) if threads else None

    @contextmanager
    def room(self, weighs: int) -> Iterator[None]:
        """Room for a call while it is asked.

        Raises:
            Busy: there is none.
        """
        if self.waiting + weighs > MOST_WAITING and self.waiting:
            raise Busy
        self.waiting += weighs
        try:
            yield
        finally:
            self.waiting -= weighs

    async def asked(self, matcher: Matcher, part: Sequence[Signal]) -> list[HitList]:
        """What the lists have, asked in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self.pool, _asked, matcher, part)


class Engine:
    """Answers the questions of one process.

    Args:
        shelf: the lists.
        subsets: subsets of them; none if left out.

    Attributes:
        snapshot: what is asked now.
        swaps: how often it was replaced.
        back: names of lists of which an older state lies in place of the one in use.
    """

    def __init__(self, shelf: Shelf, subsets: Shelf | None = None) -> None:
        self._shelves = (shelf, subsets or Shelf(None))
        self._seen = self._read()
        self.snapshot = Snapshot(*self._seen)
        self._said = ""
        self.swaps = 0
        self.back: tuple[str, ...] = ()
        self._groups: dict[int, _Group] = {}
        self._small, self._large, self._films = _Lane("small"), _Lane("search", 2), _Lane("films", 1)
        self._looking = ThreadPoolExecutor(1, "lists")

    @property
    def waiting(self) -> int:
        """Weight of the signals that are being looked up."""
        return sum(lane.waiting for lane in (self._small, self._large, self._films))

    async def keep_up(self) -> None:
        """Take up what changes, until it is cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            fresh = await loop.run_in_executor(self._looking, self._look)
            if fresh is not None:
                self.snapshot = fresh
                self.swaps += 1

    def _read(self) -> tuple[tuple[List, ...], tuple[List, ...]]:
        lists, subsets = (shelf.snapshot() for shelf in self._shelves)
        return lists, subsets

    def _look(self) -> Snapshot | None:
        """A snapshot that was tried, if anything has changed."""
        try:
            lists = self._read()
            if all(one is seen for one, seen in zip(lists, self._seen, strict=True)):
                return None
            fresh = self._forward(*lists)
            for names in list(self.snapshot.views) or [("*",)]:  # the same will be asked for
                _try(fresh.view(names))
        except (ListPackageError, OSError) as error:
            if str(error) != self._said:
                _log.warning("the lists stay as they are: %s", error)
            self._said = str(error)
            return None
        self._seen = lists
        return fresh

    def _forward(self, lists: tuple[List, ...], subsets: tuple[List, ...]) -> Snapshot:
        """The lists without a step back: an older state that somebody put in place again is not taken up."""
        in_use = {one.folder: one for one in self.snapshot.named()}
        back = [one for one in (*lists, *subsets) if one.sequence < in_use.get(one.folder, one).sequence]
        self.back = tuple(one.name for one in back)
        for one in back:
            _log.error(
                "the list %s stays as it was: state %d was put in the place of %d; if that is meant, start anew",
                one.name,
                one.sequence,
                in_use[one.folder].sequence,
            )
        kept, kept_subsets = (
            tuple(in_use[one.folder] if one in back else one for one in of) for of in (lists, subsets)
        )
        return Snapshot(kept, kept_subsets)

    def close(self) -> None:
        """End the threads."""
        for lane in (self._large, self._films):
            if lane.pool:
                lane.pool.shutdown(wait=False, cancel_futures=True)
        self._looking.shutdown(wait=False, cancel_futures=True)

    async def ask(self, view: View, signals: Sequence[Signal]) -> list[HitList]:
        """What the lists of a view have of some signals.

        Raises:
            Busy: too much is asked at once.
            Stopped: one of the lists must not be used any more.
        """
        if view.matcher is None:
            return [_nothing() for _ in signals]
        weighs, number = weight(signals), len(signals)
        lane = self._small if weighs <= SMALL else self._large if weighs == number else self._films
        try:
            with lane.room(weighs):
                if lane is self._small:
                    return await self._together(view, signals)
                if lane is self._large:
                    asked = (lane.asked(view.matcher, part) for part in _parts(signals))
                    return [hits for part in await asyncio.gather(*asked) for hits in part]
                found: list[HitList] = []
                for part in _parts(signals):  # one after another, so that those of other calls come in between
                    found += await lane.asked(view.matcher, part)
                return found
        except ListStoppedError as error:
            raise Stopped(str(error)) from error

    def _together(self, view: View, signals: Sequence[Signal]) -> asyncio.Future[list[HitList]]:
        loop = asyncio.get_running_loop()
        if not self._groups:
            loop.call_soon(self._flush)
        group = self._groups.setdefault(id(view), _Group(view))
        future: asyncio.Future[list[HitList]] = loop.create_future()
        group.waiting.append((future, len(group.signals), len(group.signals) + len(signals)))
        group.signals += signals
        return future

    def _flush(self) -> None:
        groups, self._groups = self._groups, {}
        for group in groups.values():
            try:
                hits = _asked(group.view.matcher, group.signals)
            except Exception as error:
                for future, _, _ in group.waiting:
                    if not future.done():
                        future.set_exception(error)
                continue
            for future, first, end in group.waiting:
                if not future.done():
                    future.set_result(hits[first:end])


def weight(signals: Sequence[Signal]) -> int:
    """How much there is to search for: one for each signal, and for each frame of a video."""
    return len(signals) + sum(len(one.value) // FRAME_BYTES for one in signals if one.kind == "vpdq")


def _parts(signals: Sequence[Signal]) -> Iterator[Sequence[Signal]]:
    """The signals in their order, by parts of at most `LARGE`; what weighs more by itself is a part of its own."""
    if weight(signals) == len(signals):
        yield from (signals[at : at + LARGE] for at in range(0, len(signals), LARGE))
        return
    begins = weighs = 0
    for at, one in enumerate(signals):
        more = weight((one,))
        if at > begins and weighs + more > LARGE:
            yield signals[begins:at]
            begins, weighs = at, 0
        weighs += more
    yield signals[begins:]


def _asked(matcher: Matcher | None, signals: Sequence[Signal]) -> list[HitList]:
    return matcher.hits(signals) if matcher else [_nothing() for _ in signals]


def _nothing() -> HitList:
    return HitList()


def _try(view: View) -> None:
    """Ask each list once, so that what it needs is read before anybody waits for it."""
    digest = hashlib.sha256(view.index.encode()).digest()
    kinds = {"pdq": digest, "sha256": digest, "sha1": digest[:20], "md5": digest[:16]}
    try:
        _asked(view.matcher, [Signal(kind, value) for kind, value in kinds.items()])
    except ListStoppedError:
        return  # who asks is told
