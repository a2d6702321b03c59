"""The hourly job of legal assistance: check every clock, and the law under requests that are out."""

from __future__ import annotations

from vaern.node.base.jobs import by_clock
from vaern.node.cases.assistance.alarms import look_at_all
from vaern.node.cases.assistance.expiry import flag_ended


@by_clock("cases.clocks", "7 * * * *")
def watch() -> int:
    """Check every clock, each hour (`clocks.LOOKED_EVERY`), and the law of requests that are out."""
    return look_at_all() + flag_ended()
