"""What the takedown does by the clock: holds end, hosts are reminded, notices are escalated."""

from __future__ import annotations

from vaern.node.base.jobs import by_clock
from vaern.node.reports.takedown.holds import release_due
from vaern.node.reports.takedown.notices import step_due


@by_clock("reports.holds", "* * * * *")
def holds() -> int:
    """End the police holds whose time is over."""
    return release_due()


@by_clock("reports.steps", "*/10 * * * *")
def steps() -> int:
    """Remind and escalate."""
    return step_due()
