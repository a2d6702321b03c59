"""Background jobs, run by the worker on a schedule or deferred by an action.

Each stands in a file `jobs.py` of its room; `modules` finds them, so that no process lacks one that another defers.
A job may be repeated after a crash, because its progress is committed with its work. A job over many items isolates
their failures (`each`); a nightly erasure is registered in `ready()` (`each_night`) and run by
`operations.jobs.nightly`.
"""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from vaern.node.runtime.logs import described

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

SAFE_TO_REPEAT = RetryStrategy(max_attempts=5, exponential_wait=5)


def modules() -> list[str]:
    """Return the dotted names of the modules that define jobs."""
    node = Path(__file__).parent.parent
    found = (path.relative_to(node).with_suffix("").parts for path in node.rglob("jobs.py") if path != Path(__file__))
    return sorted(".".join(("vaern.node", *parts)) for parts in found)


def by_clock(name: str, cron: str) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Return a decorator that schedules a job, never two runs at once, and logs how many items it handled, if any.

    Args:
        name: of the job, unique in the node.
        cron: the schedule, in the node's time zone.
    """

    def decorate(work: Callable[[], int]) -> Callable[[], int]:
        def run(timestamp: int) -> None:
            with logged(name) as ended:
                ended(work())

        app.periodic(cron=cron)(
            app.task(name=name, queue="clock", queueing_lock=name, lock=name, retry=SAFE_TO_REPEAT)(run)
        )
        return work

    return decorate


def once(task: Any, name: str, **arguments: str) -> None:
    """Defer a job about one thing, when the transaction is committed: never two runs at once, and never two that wait.

    Args:
        task: of `app.task`.
        name: of what it is about, unique in the node.
        arguments: of the job.
    """
    with suppress(AlreadyEnqueued), transaction.atomic():  # what is refused there undoes nothing else
        task.configure(lock=name, queueing_lock=name).defer(**arguments)


@contextmanager
def logged(name: str) -> Iterator[Callable[[int], None]]:
    """Log a job's end, its duration and the count reported through the yielded callable; nothing if that is zero."""
    begun = time.monotonic()
    counts: list[int] = []
    yield counts.append
    if any(counts):
        seconds = round(time.monotonic() - begun, 3)
        structlog.get_logger().info("job_ended", task=name, count=sum(counts), seconds=seconds)


NIGHTLY: dict[str, Callable[[], int]] = {}
"""What is erased, by name; each returns how many rows went."""


def each_night(name: str, erase: Callable[[], int]) -> None:
    """Register a nightly erasure.

    Raises:
        ValueError: the name is taken.
    """
    if NIGHTLY.setdefault(name, erase) is not erase:
        raise ValueError(f"two things that are erased are called {name}")


Thing = TypeVar("Thing")


def each(task: str, things: Iterable[Thing], act: Callable[[Thing], int], most: int | None = None) -> int:
    """Run an action over items, each in its own transaction; otherwise like `in_turn`."""
    return in_turn(task, things, transaction.atomic(act), most)


def in_turn(task: str, things: Iterable[Thing], act: Callable[[Thing], int], most: int | None = None) -> int:
    """Run an action over items; the action manages its own transactions.

    One failure does not stop the others. It is logged, and raised again after the last item, so that the job fails
    visibly.

    Args:
        task: the name under which failures are logged.
        things: the items, all read before the first is handled; `act` checks that its item is still as it was.
        act: returns how much it did.
        most: stop after so much and leave the rest to the next run; None for no limit.

    Returns:
        The total done.

    Raises:
        Exception: the last one that an action raised.
    """
    done, failed = 0, None
    for thing in list(things):
        try:
            done += act(thing)
        except Exception as error:
            structlog.get_logger().error("error", task=task, **described(error))
            failed = error
        if most is not None and done >= most:
            break
    if failed is not None:
        raise failed
    return done
