"""Scheduled task: the desk's numbers are counted before somebody looks at them."""

from __future__ import annotations

from vaern.node.base.jobs import by_clock
from vaern.node.reports.numbers.kept import count_ahead


@by_clock("reports.numbers", "*/5 * * * *")
def numbers() -> int:
    """Count the numbers that desks have looked at in the last week."""
    return count_ahead()
