"""What runs by the clock: a scan is erased when its review date has passed and nobody decided to keep it."""

from __future__ import annotations

from procrastinate.contrib.django import app

from vaern.node.scans import actions


@app.periodic(cron="30 2 * * *")
@app.task(name="scans.erase_expired", queue="clock", queueing_lock="scans.erase_expired")
def erase_expired(timestamp: int) -> None:  # noqa: ARG001 - when it was due; what is due is decided now
    """Erase what passed its review date."""
    actions.erase_expired()
