"""What legal assistance does by the clock: it looks at every clock, and at the law under what is out."""

from __future__ import annotations

import time

import structlog
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from vaern.node.cases.assistance.ending import flag_ended
from vaern.node.cases.assistance.watching import look_at_all

SAFE_TO_REPEAT = RetryStrategy(max_attempts=3, exponential_wait=5)


@app.periodic(cron="7 * * * *")
@app.task(name="cases.clocks", queue="clock", queueing_lock="cases.clocks", retry=SAFE_TO_REPEAT)
def watch(timestamp: int) -> None:  # noqa: ARG001 - when it was due; what is due is decided now
    """Look at every clock, each hour (`clocks.LOOKED_EVERY`), and at the law of what is out."""
    begun = time.monotonic()
    count = look_at_all() + flag_ended()
    if count:
        structlog.get_logger().info(
            "job_ended", task="cases.clocks", count=count, seconds=round(time.monotonic() - begun, 3)
        )
