"""Working days of one desk: its days of the week, its holidays, its time zone. Pure; no Django.

Only working days count, each as one day, even if the clock changes in it. A moment on another day counts as the start
of the next working day:

    Friday 14:00 + 2 = Tuesday 14:00        Saturday 10:00 + 1 = Tuesday 0:00 (Monday 0:00 + 1)

So adding preserves the order of moments, except in the hour in which a clock is put back.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Collection

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


class Calendar(Protocol):
    """The calendar of a desk (`models.Desk` is one).

    Attributes:
        working_days: Monday is 0; at least one.
        holidays: days, ISO 8601.
        timezone: IANA name.
    """

    working_days: Collection[int]
    holidays: Collection[str]
    timezone: str


def works_on(desk: Calendar, day: date) -> bool:
    """Whether the desk works on a day."""
    return day.weekday() in desk.working_days and day.isoformat() not in desk.holidays


def add(desk: Calendar, moment: datetime, days: int) -> datetime:
    """Return the moment a number of working days later, at the same local time of the desk.

    Args:
        desk: its calendar.
        moment: with zone.
        days: 0 or more.

    Raises:
        ValueError: the moment has no zone, days are negative, or the desk never works.
    """
    if days < 0:
        raise ValueError("working days are added, not taken away: see `since`")
    day, at = _working(desk, moment)
    for _ in range(days):
        day = _next(desk, day)
    return _moment(desk, day, at)


def between(desk: Calendar, earlier: datetime, later: datetime) -> int:
    """Return how many whole working days can be added to one moment without passing the other.

    Negative if they are in reverse order.
    """
    if later < earlier:
        return -between(desk, later, earlier)
    day, at = _working(desk, earlier)
    last = _local(desk, later)
    found = 0
    while (day := _next(desk, day)) <= last.date() and _moment(desk, day, at) <= later:
        found += 1
    return found


def since(desk: Calendar, now: datetime, days: int) -> datetime:
    """Return the last moment that is a number of working days before now."""
    local = _local(desk, now)
    day, at = _working(desk, now)
    for _ in range(days):
        day = _previous(desk, day)
    if works_on(desk, local.date()):
        return _moment(desk, day, at)
    # On a free day now, so the next working day has not begun: what counts as its beginning has not been reached.
    return _moment(desk, _previous(desk, day) + DAY, time()) - INSTANT


def _working(desk: Calendar, moment: datetime) -> tuple[date, time]:
    """The working day and the time in it at which a moment counts."""
    local = _local(desk, moment)
    if works_on(desk, local.date()):
        return local.date(), local.time()
    return _next(desk, local.date()), time()


def _next(desk: Calendar, day: date) -> date:
    return _step(desk, day, DAY)


def _previous(desk: Calendar, day: date) -> date:
    return _step(desk, day, -DAY)


def _step(desk: Calendar, day: date, by: timedelta) -> date:
    if not set(desk.working_days) & set(range(7)):
        raise ValueError("a desk works on one day of the week at least")
    day += by
    while not works_on(desk, day):
        day += by
    return day


def _local(desk: Calendar, moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment has a zone")
    return moment.astimezone(ZoneInfo(desk.timezone))


def _moment(desk: Calendar, day: date, at: time) -> datetime:
    """A day and a time of the desk's clock as a moment. A time that the clock jumps over is the one after the jump."""
    return datetime.combine(day, at, ZoneInfo(desk.timezone)).astimezone(UTC)
