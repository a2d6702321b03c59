"""Scheduled job: events close at their deadline and end with their window."""

from __future__ import annotations

from vaern.node.base.jobs import by_clock
from vaern.node.press.events.actions import tick


@by_clock("press.tick", "* * * * *")
def tick_events() -> int:
    """Bring every event to the state that it has by now."""
    return tick()
