"""What this room does by the clock: time stamps are asked for."""

from __future__ import annotations

import time

import structlog
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from vaern.node.cases.evidence.stamping import stamp_due

SAFE_TO_REPEAT = RetryStrategy(max_attempts=3, exponential_wait=5)


@app.periodic(cron="* * * * *")
@app.task(name="cases.stamps", queue="clock", queueing_lock="cases.stamps", retry=SAFE_TO_REPEAT)
def stamps(timestamp: int) -> None:  # noqa: ARG001 - when it was due; what is due is decided now
    """Ask for the time stamps that are due."""
    begun = time.monotonic()
    if count := stamp_due():
        seconds = round(time.monotonic() - begun, 3)
        structlog.get_logger().info("job_ended", task="cases.stamps", count=count, seconds=seconds)
