"""Jobs: what the worker does apart from requests, by the clock or because an act asked for it.

Each stands in a file `jobs.py` of its room; `modules` finds them, so that no process lacks one that another defers.
Each may run again after a crash: what was done is in the database with it. A job over many things gives each its turn
(`each`); what is erased every night is registered in `ready()` (`each_night`) and run by `operations.jobs.nightly`.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import structlog
from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from vaern.node.runtime.logs import described

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

SAFE_TO_REPEAT = RetryStrategy(max_attempts=5, exponential_wait=5)


def modules() -> list[str]:
    """Return the modules in which jobs stand, by their dotted names."""
    node = Path(__file__).parent.parent
    found = (path.relative_to(node).with_suffix("").parts for path in node.rglob("jobs.py") if path != Path(__file__))
    return sorted(".".join(("vaern.node", *parts)) for parts in found)


def by_clock(name: str, cron: str) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Return a decorator: run this by the clock, one run after the other, and log how many things it did, if any.

    Args:
        name: of the job, once in the node.
        cron: when, in the node's time.
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


@contextmanager
def logged(name: str) -> Iterator[Callable[[int], None]]:
    """Log that a job ended, after how long, and how many things it did, which the callable is told; none is silence."""
    begun = time.monotonic()
    counts: list[int] = []
    yield counts.append
    if any(counts):
        seconds = round(time.monotonic() - begun, 3)
        structlog.get_logger().info("job_ended", task=name, count=sum(counts), seconds=seconds)


NIGHTLY: dict[str, Callable[[], int]] = {}
"""What is erased, by name; each returns how many rows went."""


def each_night(name: str, erase: Callable[[], int]) -> None:
    """Add something that is erased each night.

    Raises:
        ValueError: something else has this name.
    """
    if NIGHTLY.setdefault(name, erase) is not erase:
        raise ValueError(f"two things that are erased are called {name}")


Thing = TypeVar("Thing")


def each(task: str, things: Iterable[Thing], act: Callable[[Thing], int], most: int | None = None) -> int:
    """Do something with each thing, in a transaction of its own; else as `in_turn`."""
    return in_turn(task, things, transaction.atomic(act), most)


def in_turn(task: str, things: Iterable[Thing], act: Callable[[Thing], int], most: int | None = None) -> int:
    """Do something with each thing, which sees to its own transactions.

    One that fails stops no other. It is logged, and the job fails when all had their turn, so that it is seen.

    Args:
        task: under which name a failure is logged.
        things: read whole before the first turn; `act` looks whether its thing still is as it was.
        act: returns how much it did.
        most: after so much the rest waits for the next run; without it, all have their turn.

    Returns:
        How much was done.

    Raises:
        Exception: the last that an act raised.
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
