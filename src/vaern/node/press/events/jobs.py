"""What runs by the clock: events close at their deadline and end with their window."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from vaern.node.press.events.actions import tick


@app.periodic(cron="* * * * *")
@app.task(name="press.tick", queue="clock", queueing_lock="press.tick", retry=RetryStrategy(max_attempts=2))
def tick_events(timestamp: int) -> None:  # noqa: ARG001 - when it was due; what is due is decided now
    """Bring every event to the state that it has by now."""
    tick()
