"""When a round opens and closes by itself, and when members that have not answered are reminded."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from vaern.node.alliance.rules.commitments import ReplyState, RoundEvent, RoundState

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

INVITATION = "invitation"
AFTER = (1, 7, 14)
"""How many days after the close those who are missing are reminded."""

MISSING = frozenset({ReplyState.INVITED, ReplyState.BEGUN, ReplyState.RETURNED})
"""States of a reply in which its ministry has something to do."""


def by_itself(state: RoundState, opens: date, closes: date, today: date) -> RoundEvent | None:
    """Return what happens to a round by itself today, if anything does."""
    if state is RoundState.PLANNED and opens <= today:
        return RoundEvent.OPEN
    return RoundEvent.CLOSE if state is RoundState.OPEN and closes < today else None


def occasion(closes: date, reminders: Collection[int], today: date, last: date | None) -> str:
    """Return on what occasion somebody is to be written to today, "" for none.

    Whoever came late is invited first. Of reminders that were missed, only the latest is sent; and none whose day was
    not after that of the last mail, so that to look twice writes once.

    Args:
        closes: the last day of the round.
        reminders: how many days before it there is a reminder.
        today: the day.
        last: when the same person was written to last; None for never.
    """
    if last is None:
        return INVITATION if today <= closes else ""
    days = [(closes - timedelta(n), "before") for n in reminders] + [(closes + timedelta(n), "after") for n in AFTER]
    due = [(day, kind) for day, kind in days if last < day <= today]
    return f"{max(due)[1]} {max(due)[0]}" if due else ""


def over(closes: date, today: date) -> bool:
    """Whether reminders have ended."""
    return today > closes + timedelta(AFTER[-1])
