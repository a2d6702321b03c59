"""The job of this room: it asks for time stamps."""

from __future__ import annotations

from vaern.node.base.jobs import by_clock
from vaern.node.cases.evidence.timestamps import stamp_due


@by_clock("cases.stamps", "* * * * *")
def stamps() -> int:
    """Ask for the time stamps that are due."""
    return stamp_due()
