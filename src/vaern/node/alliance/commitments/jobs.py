"""The hourly job of rounds: open and close them, and remind members that have not answered."""

from __future__ import annotations

from vaern.node.alliance.commitments.rounds import look_at_all
from vaern.node.base.jobs import by_clock


@by_clock("alliance.rounds", "11 * * * *")
def look() -> int:
    """Open, close and remind for every round that is due; each hour."""
    return look_at_all()
