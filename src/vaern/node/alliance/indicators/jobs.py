"""The scheduled jobs of the alliance's figures: they keep the values up to date, and tell the secretariat's node."""

from __future__ import annotations

from vaern.node.alliance.indicators.across import tell_all
from vaern.node.alliance.indicators.computation import refresh
from vaern.node.base.jobs import by_clock


@by_clock("alliance.values", "*/5 * * * *")
def values() -> int:
    """Fold new ledger entries, and recompute the values that they change."""
    return refresh()


@by_clock("alliance.sums", "20 3 * * *")
def sums() -> int:
    """Send secretariats on other nodes the months that changed: by night, so that no hour tells of an event."""
    return tell_all()
