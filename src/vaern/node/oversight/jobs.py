"""What the node does by the clock for oversight: it keeps the counts a day."""

from __future__ import annotations

from procrastinate.contrib.django import app

from vaern.node.oversight.counting import count_new


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="oversight.count", pass_context=False)
def count(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate's signature
    """Count the entries of the last minute, each exactly once."""
    count_new()
