"""Large previews are computed as a job."""

from __future__ import annotations

import time
from uuid import UUID

import structlog
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

SAFE_TO_REPEAT = RetryStrategy(max_attempts=5, exponential_wait=5)


@app.task(name="alliance.preview", retry=SAFE_TO_REPEAT)
def compute_preview(preview: str) -> None:
    """Compute what a release would tell; after a crash, from the beginning."""
    from vaern.node.alliance.publishing import previews  # not before it is needed: it loads what solves systems

    begun = time.monotonic()
    previews.compute(UUID(preview))
    structlog.get_logger().info("job_ended", task="alliance.preview", seconds=round(time.monotonic() - begun, 3))
