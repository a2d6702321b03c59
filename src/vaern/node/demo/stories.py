"""What happens in the demonstration, told as stories that run beside each other, each act at its own time.

A story is a generator: it acts, yields how long it waits (or until when), and goes on. `tell` merges many of them by
time, so that acts are recorded in the order in which they happen; what would happen after now has not happened yet, and
is the open work of today. `at_once` tells one without waiting: for tests, and for a demonstration without history.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import structlog
from django.utils import timezone

from vaern.node.base.refusals import Refusal
from vaern.node.runtime.logs import described

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable

    from vaern.node.demo.clock import Clock


@dataclass(frozen=True)
class Beside:
    """Stories that begin now and go on beside the one that yields this, which does not wait for them."""

    stories: Sequence[Story]


Story = Iterator[timedelta | datetime | Beside]
"""Yields a time to wait, the moment until which it waits, or stories that begin beside it."""

OPENS, CLOSES = time(8), time(16, 30)
"""Of a desk, on working days."""


def at_once(story: Story) -> None:
    """Tell a story without waiting."""
    for step in story:
        if isinstance(step, Beside):
            for other in step.stories:
                at_once(other)


def tell(clock: Clock, stories: Iterable[tuple[datetime, Story]], until: datetime, slowly: Callable[[], object]) -> int:
    """Tell stories up to a moment, in the order of time; return how many acts they came to.

    Args:
        clock: is moved on to each act.
        stories: when each begins, and what happens.
        until: what would happen later has not happened.
        slowly: called after each act; sends the mail that it wrote.
    """
    waiting = [(at, number, story) for number, (at, story) in enumerate(stories)]
    heapq.heapify(waiting)
    acts, begun = 0, len(waiting)
    while waiting and waiting[0][0] <= until:
        at, number, story = heapq.heappop(waiting)
        clock.move_to(at)
        try:
            step = next(story, None)
        except Refusal as refusal:  # as in life: whoever is refused stops there, and the others go on
            structlog.get_logger().warning("error", task="demonstration", **described(refusal))
            continue
        acts += 1
        slowly()
        if step is None:
            continue
        if isinstance(step, Beside):
            following = clock.now()
            for other in step.stories:
                heapq.heappush(waiting, (following, begun, other))
                begun += 1
        else:
            following = clock.now() + step if isinstance(step, timedelta) else step
        heapq.heappush(waiting, (max(following, at), number, story))
    return acts


def in_hours(at: datetime, draw: random.Random) -> datetime:
    """Return a moment of a desk's hours: this one, or one in the first hour of the next working day."""
    local = timezone.localtime(at)
    if local.weekday() < 5 and OPENS <= local.time() <= CLOSES:
        return at
    day = local.date() + timedelta(days=0 if local.time() < OPENS else 1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    morning = datetime.combine(day, OPENS, local.tzinfo)
    return morning + timedelta(minutes=draw.randrange(5, 90))


def by_day(story: Story, draw: random.Random) -> Story:
    """Tell a story whose people sleep: what would fall into a night or a weekend waits for the morning after it.

    The story keeps its own time, so it ends when it would have ended. A moment that it names itself is kept.
    """
    meant = timezone.now()
    for step in story:
        if isinstance(step, Beside):
            yield Beside([by_day(other, draw) for other in step.stories])
        elif isinstance(step, datetime):
            meant = step
            yield step
        else:
            meant += step
            yield in_hours(meant, draw)
