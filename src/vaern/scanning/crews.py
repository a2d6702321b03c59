"""Who reads what a scan looks through: the workers of this machine, or others that give the same records."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self

from vaern.records import Media
from vaern.scanning.pool import Pool
from vaern.scanning.process import WORKER
from vaern.scanning.states import state_of
from vaern.scanning.tasks import opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from vaern.scanning.journal import Journal
    from vaern.scanning.options import ScanOptions
    from vaern.scanning.protocol import Ready
    from vaern.scanning.sources import Source
    from vaern.scanning.walk import Identity, Item


class Work(NamedTuple):
    """What a crew is to do.

    Attributes:
        run: identifier of the scan.
        out: its results folder.
        options: of this session.
        source: what the scan looks through.
        leave_out: folders that are not entered.
        journal: what is done.
        bell: an event descriptor (`eventfd`), rung when there is something after there was nothing.
        written: how many of the records that the crew gave are in the journal.
    """

    run: str
    out: Path
    options: ScanOptions
    source: Source
    leave_out: frozenset[Identity]
    journal: Journal
    bell: int
    written: Callable[[], int]


class Crew(Protocol):
    """Reads what a scan looks through. It is left when the scan ends, and gives up what is not done then."""

    @property
    def ready(self) -> Ready | None:
        """What is known so far of its sandbox and its decoders; another object when more is known."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def items(self) -> Iterator[Item | None]:
        """What is to be read, in the order of the source, perhaps what is done, too; `None` where the next is not here.

        Raises:
            Refusal: as of `Source`.
        """
        ...

    @property
    def has_room(self) -> bool:
        """Whether another item can be taken."""
        ...

    @property
    def is_idle(self) -> bool:
        """Whether a record of all that was taken was given."""
        ...

    def take(self, item: Item) -> None:
        """Read this, which is not done, before the next is asked for."""
        ...

    def end(self) -> None:
        """Expect nothing more."""
        ...

    def wait(self, timeout: float) -> list[Media]:
        """Records that came within `timeout` seconds, at once if there are some; members before their archive.

        Raises:
            Refusal: it cannot go on.
        """
        ...


Hire = Callable[[Work], Crew]
"""How a crew is had for a scan."""


class Workers:
    """The sandboxed workers of this machine; see `Crew`.

    Args:
        work: what is to be done.
        command: how to start the process that forks workers.
    """

    def __init__(self, work: Work, command: Sequence[str] = WORKER) -> None:
        self._work = work
        self._pool = Pool(work.options, command, work.bell)
        self._known: list[Media] = []

    def __enter__(self) -> Self:
        self._pool.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.__exit__()

    @property
    def ready(self) -> Ready | None:
        """See `Crew`."""
        return self._pool.ready

    def items(self) -> Iterator[Item | None]:
        """See `Crew`."""
        work = self._work
        return work.source.coming(work.leave_out, work.journal.has, work.bell)

    @property
    def has_room(self) -> bool:
        """See `Crew`."""
        return self._pool.has_room

    @property
    def is_idle(self) -> bool:
        """See `Crew`."""
        return self._pool.is_idle and not self._known

    def take(self, item: Item) -> None:
        """See `Crew`."""
        task = opened(item)
        if isinstance(task, Media):
            self._known.append(task)
            return
        journal = self._work.journal
        if journal.has_begun(item.name):
            go_on = journal.go_on(item.name, task.state or state_of(task.descriptor))
            task.after, task.state, task.changed = go_on.after, go_on.state, task.changed or go_on.changed
        self._pool.submit(task)

    def end(self) -> None:
        """See `Crew`."""

    def wait(self, timeout: float) -> list[Media]:
        """See `Crew`."""
        known, self._known = self._known, []
        return known + [result.media for result in self._pool.wait(0.0 if known else timeout)]
