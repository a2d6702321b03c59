"""A file on its way through the pool: opened, tried again if it ended a worker, and what is known of it at last."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec.structs import replace

from vaern.records import Media, Traits
from vaern.scanning.process import CRASH, KILLED
from vaern.scanning.protocol import MEMBER_MARK, Job, Position
from vaern.scanning.states import state_of
from vaern.scanning.walk import cause_of, modified_of
from vaern.shapes import folder_digest, shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.scanning.walk import Item

CHANGED = "changed while it was read"
"""A remark in `Media.notes`: the digests are of no state that the file ever had for long, or of a store's object that
came after it was listed."""

SMALL = 64 << 10
"""Bytes of a file that many others may stand in line with at one worker."""

AS_IT_IS, DIGESTS_ONLY, NOTHING = 1, 2, 3  # what is tried after so many deaths
_FORGIVEN_KILLS = 2  # of one file; what is killed a third time does not get its memory here


@dataclass(slots=True, eq=False)
class Task:
    """A file on its way through the pool, which closes the descriptor when it is done.

    Attributes:
        name: printable path.
        descriptor: open for reading.
        size: bytes, when it was opened.
        further: descriptors of the files that go on with it, see `segments`.
        whole: bytes of it and of these.
        modified: ISO 8601 in UTC, when it was opened.
        stamp: size and modification time in nanoseconds, when it was opened.
        after: members up to this one are done, see `protocol.Job`.
        state: see `states`; found out when it is needed.
        changed: it was in another state when some of its members were read, in an earlier session.
        members: how many were reported.
        alone: a worker ended, and did not say at which of its files.
        deaths: why the worker ended at which place.
    """

    name: str
    descriptor: int
    size: int
    modified: str | None
    stamp: tuple[int, int]
    further: tuple[int, ...] = ()
    whole: int = 0
    after: Position = ()
    state: str = ""
    changed: bool = False
    members: int = 0
    alone: bool = False
    deaths: dict[Position, list[str]] = field(default_factory=dict)

    def job(self) -> Job:
        """The order to a worker."""
        weak = tuple(place for place, causes in self.deaths.items() if step(causes) >= DIGESTS_ONLY)
        quiet = self.is_small and not (self.alone or self.deaths or self.after or self.further)
        return Job(self.size, self.modified, self.after, weak, len(self.further), self.whole, quiet)

    @property
    def is_small(self) -> bool:
        """Whether the next file need not wait for another worker."""
        return self.size <= SMALL

    def close(self) -> None:
        """Close its descriptors."""
        for descriptor in (self.descriptor, *self.further):
            os.close(descriptor)


@dataclass(frozen=True, slots=True)
class Result:
    """What is known of a file or of a member; `done` when nothing more will come of this task."""

    task: Task
    media: Media
    done: bool


def opened(item: Item) -> Task | Media:
    """What the walk stands at, for the pool; its record at once, if it is no readable file."""
    if item.mime or item.problem:
        return Media(item.name, item.size, item.mime, modified=item.modified, unreadable=item.problem)
    try:
        descriptor = item.open()
    except OSError as error:
        return Media(item.name, item.size, modified=item.modified, unreadable=cause_of(error))
    task = task_of(item.name, descriptor, item.open_further())
    if item.state:  # what was opened is a copy, whose times are its own
        task.modified, task.state, task.changed = item.modified, item.state, item.changed
    return task


def task_of(name: str, descriptor: int, further: Sequence[int] = ()) -> Task:
    """A task for an open file, and those that go on with it."""
    info = os.fstat(descriptor)
    return Task(
        name,
        descriptor,
        info.st_size,
        modified_of(info),
        stamp=(info.st_size, info.st_mtime_ns),
        further=tuple(further),
        whole=info.st_size + sum(os.fstat(one).st_size for one in further),
    )


def task_result(task: Task, position: Position, media: Media) -> Result:
    """A worker's record with what only the parent knows: full names, and earlier causes."""
    causes = task.deaths.get(position)
    if causes and step(causes) >= DIGESTS_ONLY:
        media = replace(media, unreadable=media.unreadable or causes[0])
    if not position:
        own = replace(media, name=task.name, modified=task.modified, traits=_traits(media, task.name))
        return Result(task, own, done=True)
    task.after = position
    task.members += 1
    task.state = task.state or state_of(task.descriptor)
    name = f"{task.name}{MEMBER_MARK}{media.name}"
    whole = replace(
        media, name=name, archive=task.name, member=position, archive_state=task.state, traits=_traits(media, name)
    )
    return Result(task, whole, done=False)


def _traits(media: Media, name: str) -> Traits | None:
    """What the worker read of the device and the place, with what follows from the name; of media only."""
    if not media.is_media:
        return None
    return replace(media.traits or Traits(), name=shape(name.rpartition("/")[2]), folder=folder_digest(name))


def closed(result: Result) -> Result:
    """The result; when its task is done, the descriptor is closed, and a file that changed meanwhile marked so."""
    if not result.done:
        return result
    task, media = result.task, result.media
    info = os.fstat(task.descriptor)
    task.close()
    if task.changed or (info.st_size, info.st_mtime_ns) != task.stamp:
        media = replace(media, notes=(*media.notes, CHANGED))
    return Result(task, media, done=True)


def step(causes: list[str]) -> int:
    """What is tried next after these deaths. What may be another's fault is tried again as it is: a crash, a kill."""
    reached = kills = 0
    for cause in causes:
        kills += cause == KILLED
        if cause == KILLED and kills <= _FORGIVEN_KILLS:
            continue
        reached = reached + 1 if cause.startswith(CRASH) else max(reached + 1, DIGESTS_ONLY)
    return max(reached, AS_IT_IS)
