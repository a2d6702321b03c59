"""What rounds do by the clock: they open, they close, and whoever is missing is written to."""

from __future__ import annotations

from vaern.node.alliance.commitments.rounds import look_at_all
from vaern.node.base.jobs import by_clock


@by_clock("alliance.rounds", "11 * * * *")
def look() -> int:
    """Look at every round, each hour."""
    return look_at_all()
