"""What the node does by the clock for the alliance: it keeps the values."""

from __future__ import annotations

from vaern.node.alliance.indicators.computation import refresh
from vaern.node.base.jobs import by_clock


@by_clock("alliance.values", "*/5 * * * *")
def values() -> int:
    """Fold what is new in the ledger, and compute the values that it changed."""
    return refresh()
