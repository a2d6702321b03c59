"""What the node does by the clock for oversight: it keeps the counts a day."""

from __future__ import annotations

from vaern.node.base.jobs import by_clock
from vaern.node.oversight.daily_counts import count_new


@by_clock("oversight.count", "* * * * *")
def count() -> int:
    """Count the entries of the last minute, each exactly once."""
    return count_new()
