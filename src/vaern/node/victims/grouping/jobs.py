"""Large takes run as a job, some hundred files at a time."""

from __future__ import annotations

import time
from uuid import UUID

import structlog
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from vaern.node.victims.grouping.taking import step

SAFE_TO_REPEAT = RetryStrategy(max_attempts=5, exponential_wait=5)


@app.task(name="victims.take", retry=SAFE_TO_REPEAT)
def go_on_taking(take: str) -> None:
    """Go on with a take to its end; after a crash it goes on where the last transaction ended."""
    begun, steps = time.monotonic(), 1
    while not step(UUID(take)):
        steps += 1
    structlog.get_logger().info(
        "job_ended", task="victims.take", count=steps, seconds=round(time.monotonic() - begun, 3)
    )
