"""Scheduled task: find near duplicates among reports that arrived at the same moment."""

from __future__ import annotations

from vaern.node.base.jobs import by_clock
from vaern.node.reports.arrival.alike import find_alike


@by_clock("reports.alike", "* * * * *")
def alike() -> int:
    """Find near duplicates among reports that arrived at the same moment."""
    return find_alike()
