"""The scheduled job of the alliance: it keeps the values up to date."""

from __future__ import annotations

from vaern.node.alliance.indicators.computation import refresh
from vaern.node.base.jobs import by_clock


@by_clock("alliance.values", "*/5 * * * *")
def values() -> int:
    """Fold new ledger entries, and recompute the values that they change."""
    return refresh()
