"""What the takedown does by the clock: holds end, hosts are reminded, notices are escalated."""

from __future__ import annotations

import time

import structlog
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from vaern.node.reports.takedown.holding import release_due
from vaern.node.reports.takedown.notices import step_due

SAFE_TO_REPEAT = RetryStrategy(max_attempts=3, exponential_wait=5)


@app.periodic(cron="* * * * *")
@app.task(name="reports.holds", queue="clock", queueing_lock="reports.holds", retry=SAFE_TO_REPEAT)
def holds(timestamp: int) -> None:  # noqa: ARG001 - when it was due; what is due is decided now
    """End the police holds whose time is over."""
    _told("reports.holds", release_due)


@app.periodic(cron="*/10 * * * *")
@app.task(name="reports.steps", queue="clock", queueing_lock="reports.steps", retry=SAFE_TO_REPEAT)
def steps(timestamp: int) -> None:  # noqa: ARG001
    """Remind and escalate."""
    _told("reports.steps", step_due)


def _told(name: str, work: object) -> None:
    begun = time.monotonic()
    count = work()  # type: ignore[operator]
    if count:
        structlog.get_logger().info("job_ended", task=name, count=count, seconds=round(time.monotonic() - begun, 3))
