"""The machines of a cluster as the crew of a scan: what is to be read goes out in shares, records come in order."""

from __future__ import annotations

import itertools
import time
from collections import deque
from typing import TYPE_CHECKING, Self

from msgspec.structs import replace

import vaern
from vaern.cluster.places import ATTEMPTS, Job
from vaern.cluster.results import Result, ResultError
from vaern.cluster.shares import Cutter
from vaern.scanning.protocol import Ready, follows
from vaern.scanning.tasks import CHANGED
from vaern.scanning.walk import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

    from vaern.cluster.places import Place
    from vaern.cluster.processes import Processes
    from vaern.cluster.results import Header
    from vaern.cluster.shares import Entry, Share
    from vaern.records import Media
    from vaern.scanning.crews import Work
    from vaern.scanning.journal import GoOn
    from vaern.scanning.walk import Item

AHEAD = 4096
"""Shares that are handed out, or done, behind the first that is not done."""

_RECORDS = 1000  # given at once
_LOOK_SECONDS = 1.0  # between two looks at who is lost


class Cluster:
    """See `Crew`.

    Args:
        work: what is to be done.
        place: where shares are handed out.
        lease: seconds after which a machine that was not heard of has lost its shares.
        started: processes that are started and ended along, so that somebody reads.
        note: is told of machines that come and are lost.
    """

    def __init__(
        self,
        work: Work,
        place: Place,
        lease: float,
        started: Processes | None = None,
        note: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.ready: Ready | None = None
        self._work, self._started, self._note = work, started, note
        self._job = Job(
            run=work.run,
            program=vaern.__version__,
            options=replace(work.options, jobs=0),  # each machine has as many workers as it says
            paths=work.source.paths,
            places=work.source.places,
            lease=lease,
        )
        self._shares = place.coordinate(work.run)
        self._numbers: deque[int] = deque()
        self._names: set[int] = set()
        self._cutter = Cutter()
        self._merging: _Merging | None = None
        self._merged: deque[tuple[int, int]] = deque()
        self._given = 0
        self._ended = False
        self._looked = 0.0
        self._machines: set[str] = set()

    def __enter__(self) -> Self:
        try:
            self._numbers = deque(self._shares.begin(self._job))
            for number in self._numbers:  # handed out by an earlier session of this scan
                self._names.update(hash(entry.name) for entry in self._shares.share(number).entries())
            self._cutter = Cutter(self._numbers[-1] + 1 if self._numbers else 0)
            if self._started is not None:
                self._started.start()
        except BaseException:
            self._shares.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if self._merging is not None:
                self._merging.close()
            if self._ended and self.is_idle:
                try:
                    self._shares.end()
                except Refusal as error:  # what was found is there all the same
                    self._note(str(error))
            else:
                self._shares.pause()
            if self._started is not None:
                self._started.end()
        finally:
            self._shares.close()

    def items(self) -> Iterator[Item | None]:
        """See `Crew`."""
        listed = self._work.source.listed(self._work.leave_out)
        return (item for item in listed if hash(item.name) not in self._names) if self._names else listed

    @property
    def has_room(self) -> bool:
        """See `Crew`."""
        return len(self._numbers) < AHEAD

    @property
    def is_idle(self) -> bool:
        """See `Crew`."""
        return not self._numbers and self._merging is None

    def take(self, item: Item) -> None:
        """See `Crew`."""
        for share in self._cutter.add(item):
            self._put(share)

    def end(self) -> None:
        """See `Crew`."""
        for share in self._cutter.rest():
            self._put(share)
        self._ended = True

    def wait(self, timeout: float) -> list[Media]:
        """See `Crew`."""
        self._drop()
        self._look()
        if self._merging is None:
            self._merging = self._next()
        if self._merging is None:
            if self._ended or not self.has_room:
                time.sleep(timeout)
            return []
        merging = self._merging
        found: list[Media] = []
        try:
            found += itertools.islice(merging, _RECORDS)
        except ResultError as error:
            raise Refusal(f"what the machine {merging.machine} found cannot be used: {error}") from None
        if len(found) < _RECORDS:
            self._merged.append((merging.number, self._given + len(found)))
            self._merging = None
        self._given += len(found)
        return found

    def _put(self, share: Share) -> None:
        self._shares.put(share)
        self._numbers.append(share.number)

    def _next(self) -> _Merging | None:
        """The first share, if it is done."""
        if not self._numbers or self._numbers[0] not in self._shares.done():
            return None
        number = self._numbers[0]
        share = self._shares.share(number)
        try:
            result = self._result(share)
        except ResultError as error:
            self._note(f"The result of share {number} cannot be used, and it is read again: {error}")
            self._shares.again(number)
            return None
        self._numbers.popleft()
        return _Merging(number, result, share.entries(), self._work)

    def _result(self, share: Share) -> Result:
        """What was found in a share that is done."""
        result = Result(self._shares.result(share.number))
        try:
            if result.header.share != share.digest:
                raise ResultError("it is of another share")
            self._welcome({result.header.machine})
            self._know(result.header)
        except BaseException:
            result.close()
            raise
        return result

    def _welcome(self, machines: AbstractSet[str]) -> None:
        """Say which machines are new."""
        for machine in sorted(machines - self._machines):
            self._note(f"The machine {machine} takes part")
        self._machines |= machines

    def _know(self, header: Header) -> None:
        """Learn of a machine's decoders and sandbox: all must be the same, or the same file has two hashes."""
        if not header.versions:
            return
        if self.ready is None:
            self.ready = Ready(header.layers, header.versions)
            return
        if header.versions != self.ready.versions:
            names = sorted({*header.versions.items()} ^ {*self.ready.versions.items()})
            raise Refusal(
                f"the machine {header.machine} has other versions of what decodes ({names[0][0]}): install the same "
                "on all machines"
            )
        if header.layers != self.ready.layers and header.machine not in str(self.ready.layers):
            layers = {
                name: state if header.layers.get(name) == state else f"{state}; on {header.machine}: {other}"
                for name, state in self.ready.layers.items()
                for other in (header.layers.get(name, "not there"),)
            }
            self.ready = Ready(layers, self.ready.versions)

    def _drop(self) -> None:
        """Delete the shares whose records are in the journal."""
        while self._merged and self._merged[0][1] <= self._work.written():
            self._shares.drop(self._merged.popleft()[0])

    def _look(self) -> None:
        """See who is there, and who is lost."""
        if time.monotonic() - self._looked < _LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        for lease in self._shares.expire():
            number = lease.share.number
            self._note(f"The machine {lease.machine} was not heard of; what it had is read elsewhere")
            self._machines.discard(lease.machine)
            if lease.attempt + 1 >= ATTEMPTS:
                entries = self._shares.share(number).entries()
                raise Refusal(
                    f"{ATTEMPTS} machines were lost while they read from {entries[0].name} to {entries[-1].name}: look "
                    "what ended them, most often a lack of memory"
                )
        self._welcome(self._shares.machines().keys())
        if self._started is not None:
            self._started.look()


class _Merging:
    """The records of a share, without those that are in the journal; those of one thing stay together."""

    def __init__(self, number: int, result: Result, entries: list[Entry], work: Work) -> None:
        self.number, self.machine = number, result.header.machine
        self._result = result
        self._records = self._left(result, entries, work)

    def __iter__(self) -> Iterator[Media]:
        return self._records

    def close(self) -> None:
        """Give up the rest."""
        self._result.close()

    def _left(self, result: Result, entries: list[Entry], work: Work) -> Iterator[Media]:
        journal, last, go_on = work.journal, -1, None
        for place, media in result.records(entries):
            name = entries[place].name
            if journal.has(entries[place]):
                continue
            if place != last:
                last, go_on = place, _begun(work, name, media)
            if go_on is None:
                yield media
            elif media.archive:
                if follows(media.member, go_on.after):
                    yield media
            else:
                notes = media.notes if not go_on.changed or CHANGED in media.notes else (*media.notes, CHANGED)
                yield replace(media, notes=notes)
        result.close()


def _begun(work: Work, name: str, media: Media) -> GoOn | None:
    """How to go on with an archive of which some members are in the journal."""
    return work.journal.go_on(name, media.archive_state) if work.journal.has_begun(name) else None
