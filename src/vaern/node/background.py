"""Jobs: what the worker does apart from requests, by the clock or because an act asked for it.

Each stands in a file `jobs.py` of its room; `modules` finds them, so that no process lacks one that another defers.
Each may run again after a crash: what was done is in the database with it.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SAFE_TO_REPEAT = RetryStrategy(max_attempts=5, exponential_wait=5)


def modules() -> list[str]:
    """Return the modules in which jobs stand, by their dotted names."""
    here = Path(__file__).parent
    found = (path.relative_to(here).with_suffix("").parts for path in here.rglob("jobs.py"))
    return sorted(".".join((__package__, *parts)) for parts in found)


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
