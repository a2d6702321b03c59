"""Scheduled tasks of the takedown: release holds, remind hosts, escalate notices."""

from __future__ import annotations

from vaern.node.base.jobs import by_clock
from vaern.node.reports.takedown.holds import release_due
from vaern.node.reports.takedown.notices import step_due


@by_clock("reports.holds", "* * * * *")
def holds() -> int:
    """Release expired police holds."""
    return release_due()


@by_clock("reports.steps", "*/10 * * * *")
def steps() -> int:
    """Remind and escalate."""
    return step_due()
