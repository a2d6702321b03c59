"""What the intake does by the clock: what looks alike and arrived at one moment is found."""

from __future__ import annotations

import time

import structlog
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from vaern.node.reports.intake.alike import find_alike

SAFE_TO_REPEAT = RetryStrategy(max_attempts=3, exponential_wait=5)


@app.periodic(cron="* * * * *")
@app.task(
    name="reports.alike", queue="clock", queueing_lock="reports.alike", lock="reports.alike", retry=SAFE_TO_REPEAT
)
def alike(timestamp: int) -> None:  # noqa: ARG001 - when it was due; what is due is decided now
    """Find what arrived at one moment and looks alike."""
    begun = time.monotonic()
    if count := find_alike():
        seconds = round(time.monotonic() - begun, 3)
        structlog.get_logger().info("job_ended", task="reports.alike", count=count, seconds=seconds)
