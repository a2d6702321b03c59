"""The job that works through a large take, some hundred files at a time."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from vaern.node.base.jobs import SAFE_TO_REPEAT, logged
from vaern.node.victims.grouping.takes import step


@app.task(name="victims.take", retry=SAFE_TO_REPEAT)
def go_on_taking(take: str) -> None:
    """Run a take to its end; after a crash it resumes after the last committed transaction."""
    with logged("victims.take") as ended:
        steps = 1
        while not step(UUID(take)):
            steps += 1
        ended(steps)
