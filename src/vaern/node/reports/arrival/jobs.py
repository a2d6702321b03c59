"""What the intake does by the clock: what looks alike and arrived at one moment is found."""

from __future__ import annotations

from vaern.node.base.jobs import by_clock
from vaern.node.reports.arrival.alike import find_alike


@by_clock("reports.alike", "* * * * *")
def alike() -> int:
    """Find what arrived at one moment and looks alike."""
    return find_alike()
