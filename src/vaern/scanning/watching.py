"""What is looked at again and again, and names that come one by one: each state of each thing is read once."""

from __future__ import annotations

import os
import queue
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from vaern.scanning.walk import VANISHED, Item, Refusal, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vaern.scanning.sources import Source
    from vaern.scanning.walk import Identity

_BREATH_SECONDS = 0.05  # between two moments for whoever scans, while nothing new is found
_AHEAD = 1000  # names that were read and not yet asked for
_MANY = 10_000  # states that came, until those are forgotten that are in the journal
_WAIT_SECONDS = 0.1
_LONGEST_NAME = 1 << 16

_State = tuple[str, int, str | None]


def _state_of(item: Item) -> _State:
    return item.name, item.size, item.modified


class _Once:
    """Whether a state is new: it is not in the journal, and did not come in this session.

    Args:
        done: what is in the journal by now.
    """

    def __init__(self, done: Callable[[Item], bool]) -> None:
        self._done = done
        self._came: set[_State] = set()

    def is_known(self, item: Item) -> bool:
        """Whether it is not new. Any thread may ask."""
        return _state_of(item) in self._came or self._done(item)

    def come(self, item: Item) -> None:
        """It comes now."""
        if len(self._came) >= _MANY:
            self._came = {state for state in self._came if not self._done(Item(*state))}
        self._came.add(_state_of(item))


class Watched:
    """A source that is looked at again and again; a source itself, which ends when it is told to.

    The same name comes again in another state: of another size, or written at another time. What a store has no time
    for comes at a later look, and where a look fails, the next is made.

    Args:
        begin: gives the source for one look, which is closed after it; it is called once at once.
        every: seconds from the end of one look to the beginning of the next.
        stop: when set, nothing comes any more.
        settle: a file comes only when it has been as it is for so long; before that it may be written still.
        note: is told when a look fails, and when one succeeds again.

    Raises:
        Refusal: as `begin`.
    """

    changes = True

    def __init__(
        self,
        begin: Callable[[], Source],
        every: float,
        stop: threading.Event,
        *,
        settle: bool,
        note: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._begin, self._every, self._stop, self._settle, self._note = begin, every, stop, settle, note
        self._source: Source | None = begin()
        self.paths, self.places = self._source.paths, self._source.places
        self._met: dict[str, _State] = {}
        self._away = ""

    def listed(self, leave_out: frozenset[Identity]) -> Iterator[Item]:  # noqa: ARG002
        """Nothing: how much will come, nobody knows."""
        return iter(())

    def coming(self, leave_out: frozenset[Identity], done: Callable[[Item], bool], bell: int) -> Iterator[Item | None]:
        """See `Source`."""
        once = _Once(done)
        while not self._stop.is_set():
            away: list[str] = []
            try:
                yield from self._look(leave_out, once, bell, away)
            except Refusal as error:
                away.append(str(error))
            self._tell("; ".join(away))
            until = time.monotonic() + self._every
            while True:
                yield None
                if time.monotonic() >= until or self._stop.is_set():
                    break

    def close(self) -> None:
        """See `Source`."""
        if self._source is not None:
            self._source.close()

    def _look(self, leave_out: frozenset[Identity], once: _Once, bell: int, away: list[str]) -> Iterator[Item | None]:
        """What is new at one look; `away` gets what of all could not be looked at."""
        source = self._source = self._source or self._begin()
        met: dict[str, _State] = {}
        breath = time.monotonic()
        try:
            for item in source.coming(leave_out, once.is_known, bell):
                if self._stop.is_set():
                    return
                if item is None or self._is_due(item, once, met, away):
                    yield item
                elif time.monotonic() - breath > _BREATH_SECONDS:
                    os.eventfd_write(bell, 1)  # so that this is gone on with at once
                    yield None
                else:
                    continue
                breath = time.monotonic()
            self._met = met
        finally:
            source.close()
            self._source = None

    def _is_due(self, item: Item, once: _Once, met: dict[str, _State], away: list[str]) -> bool:
        """Whether this comes now."""
        if item.problem and item.name in self.paths:
            away.append(f"{item.name}: {item.problem}")
            return False
        if item.busy or item.problem == VANISHED or once.is_known(item):
            return False
        if self._settle and not (item.mime or item.problem):
            met[item.name] = _state_of(item)
            if self._met.get(item.name) != met[item.name] and not _is_older(item, self._every):
                return False
        once.come(item)
        return True

    def _tell(self, away: str) -> None:
        if away and not self._away:  # once, though what a store answers may differ from one request to another
            self._note(f"Cannot look: {away}. Looking again every {self._every:g} s")
        if self._away and not away:
            self._note("Looks again")
        self._away = away


def _is_older(item: Item, seconds: float) -> bool:
    """Whether it was last written so long ago, by this machine's clock."""
    if item.modified is None:
        return False
    return (datetime.now(UTC) - datetime.fromisoformat(item.modified)).total_seconds() > seconds + 1  # it is cut off


class Named:
    """Files and folders whose names come one by one on a stream, as a source, which ends with it.

    Args:
        names: the names, as they are on disk.
        separator: the byte that ends each: a line feed, or NUL.
        stop: when set, nothing comes any more.
    """

    changes = True

    def __init__(self, names: IO[bytes], separator: bytes, stop: threading.Event) -> None:
        self._names, self._separator, self._stop = names, separator, stop
        self.paths, self.places = ["-"], ["standard input"]
        self._read: queue.Queue[bytes | None] = queue.Queue(_AHEAD)

    def listed(self, leave_out: frozenset[Identity]) -> Iterator[Item]:  # noqa: ARG002
        """Nothing: how much will come, nobody knows."""
        return iter(())

    def coming(self, leave_out: frozenset[Identity], done: Callable[[Item], bool], bell: int) -> Iterator[Item | None]:
        """See `Source`."""
        once = _Once(done)
        threading.Thread(target=self._follow, args=(os.dup(bell),), name="names", daemon=True).start()
        while not self._stop.is_set():
            try:
                raw = self._read.get_nowait()
            except queue.Empty:
                yield None
                continue
            if raw is None:
                return
            for item in walk([Path(os.fsdecode(raw))], leave_out):
                if not once.is_known(item):
                    once.come(item)
                    yield item

    def close(self) -> None:
        """See `Source`. The thread that reads ends with the stream or the program."""
        self._stop.set()

    def _follow(self, bell: int) -> None:
        """Read names as they come."""
        try:
            for raw in _split(self._names, self._separator):
                if raw and not self._put(raw, bell):
                    return
            self._put(None, bell)
        finally:
            os.close(bell)

    def _put(self, raw: bytes | None, bell: int) -> bool:
        """Hand over a name, when there is room; whether that is still wanted."""
        while not self._stop.is_set():
            try:
                self._read.put(raw, timeout=_WAIT_SECONDS)
            except queue.Full:
                continue
            os.eventfd_write(bell, 1)
            return True
        return False


def _split(stream: IO[bytes], separator: bytes) -> Iterator[bytes]:
    """What stands between separators, as soon as it is there; a name that is none, for it is too long, is left out."""
    rest = b""
    while piece := os.read(stream.fileno(), _LONGEST_NAME):
        *whole, rest = (rest + piece).split(separator)
        yield from whole
        rest = rest[-_LONGEST_NAME:]
    yield rest
