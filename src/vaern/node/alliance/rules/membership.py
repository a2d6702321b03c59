"""How a country is a member: it endorses, it may leave, others back it."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class Backing(enum.StrEnum):
    """What kind of political backing was given."""

    COUNCIL_CONCLUSIONS = "council_conclusions"
    MINISTERIAL_ENDORSEMENT = "ministerial_endorsement"
    OTHER = "other"


LONGEST_LINE, LONGEST_WHY = 300, 2_000

MEMBER_ALREADY = "that country is a member already"
NOT_A_MEMBER = "that country is no member now"
AHEAD = "that day lies ahead"
BEFORE_JOINING = "that day lies before the country joined"
WITHOUT_WHY = "leaving needs a reason"
OVERLAPS = "the country was a member on that day already"
BACKED_ALREADY = "that backing is recorded already"
PROBLEMS = (MEMBER_ALREADY, NOT_A_MEMBER, AHEAD, BEFORE_JOINING, WITHOUT_WHY, OVERLAPS, BACKED_ALREADY)
"""Every sentence with which an action on memberships is refused."""


def problem_with_joining(joined: date, today: date, last_left: date | None) -> str:
    """Return why a country cannot have joined on a day, as one of PROBLEMS, or "".

    Args:
        joined: the day.
        today: nothing is recorded before it happened.
        last_left: the day on which it left the last time; None if it never was a member.
    """
    if joined > today:
        return AHEAD
    return OVERLAPS if last_left is not None and joined < last_left else ""


def problem_with_leaving(joined: date, left: date, today: date, why: str) -> str:
    """Return why a country cannot have left on a day, as one of PROBLEMS, or ""."""
    if left > today:
        return AHEAD
    if left < joined:
        return BEFORE_JOINING
    return "" if why.strip() else WITHOUT_WHY
