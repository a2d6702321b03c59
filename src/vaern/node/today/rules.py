"""When the morning mail goes out, and for how long what was set aside is remembered. Pure; no Django."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from vaern.node.reports.rules.working_days import Calendar

from vaern.node.reports.rules.working_days import works_on

MORNING, NOON = time(7), time(12)
"""Between these the morning mail goes out, where the person's organisation is; after noon it would say yesterday's."""

SEEN_LASTS = timedelta(days=60)
"""How long it is remembered that somebody has seen something: longer than anything is news."""


def morning_of(desk: Calendar, now: datetime) -> date | None:
    """Return the working day whose morning it is at a desk; None at any other time.

    Args:
        desk: its working days, holidays and time zone.
        now: the moment, with a zone.
    """
    local = now.astimezone(ZoneInfo(desk.timezone))
    is_morning = MORNING <= local.time() < NOON
    return local.date() if is_morning and works_on(desk, local.date()) else None
