"""What rounds do by the clock: they open, they close, and whoever is missing is written to."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from vaern.node.alliance.commitments.rounds import look_at_all

SAFE_TO_REPEAT = RetryStrategy(max_attempts=3, exponential_wait=5)


@app.periodic(cron="11 * * * *")
@app.task(name="alliance.rounds", queue="clock", queueing_lock="alliance.rounds", retry=SAFE_TO_REPEAT)
def look(timestamp: int) -> None:  # noqa: ARG001 - when it was due; what is due is decided now
    """Look at every round, each hour."""
    look_at_all()
