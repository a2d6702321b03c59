"""The jobs of the front page: the mail of the morning, and the one about what is urgent."""

from __future__ import annotations

from vaern.node.base.jobs import by_clock, in_turn
from vaern.node.today.mails import send_morning, send_urgent, wishes


@by_clock("today.morning", "*/15 * * * *")
def morning() -> int:
    """Send the mail of the morning to those whose morning it is and for whom something waits."""
    return in_turn("today.morning", wishes(daily=True), send_morning)


@by_clock("today.urgent", "*/5 * * * *")
def urgent() -> int:
    """Send a mail to those for whom something urgent arrived."""
    return in_turn("today.urgent", wishes(urgent=True), send_urgent)
