"""The clocks behind which evidence is lost: when each ends, who is alarmed when, and what counts as a lapse.

How time is counted, in one place:

- **Hours** are hours of the world's time; a change to or from summer time does not shorten or lengthen them.
- **Days and months** are days of the calendar where the data lie. The day on which a period begins is day 0, and the
  period ends when its last day ends there: at the first moment of the next day, whatever the clocks do that night.
- A country with **several time zones** is counted in each of them, and the earliest end wins: nobody is told that data
  are there an hour longer than they may be.
- **Months** end on the day with the same number, or on the last day of a month that has no such day.
"""

from __future__ import annotations

import calendar
import enum
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from vaern.node.base.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from vaern.node.cases.rules.instruments import Span

DAY = timedelta(days=1)

WARNED = (timedelta(days=14), timedelta(days=7), timedelta(days=3), timedelta(days=1))
"""How long before a clock ends there is an alarm. The first is the promise: nothing lapses without it."""

LOOKED_EVERY = timedelta(hours=1)
"""How often the job looks. An alarm is due so much earlier, so that it is never late because nobody had looked."""


class Origin(enum.StrEnum):
    """Why data are still there: the basis on which a clock runs."""

    RETENTION = "retention"
    ART_29 = "art_29"
    US_2703F = "us_2703f"
    CYBERTIP = "cybertip"
    EPOC_PR = "epoc_pr"
    OTHER = "other"


class Settled(enum.StrEnum):
    """Why a clock stopped before its end, so that nothing was lost by it."""

    ANSWERED = "answered"
    SECURED = "secured"
    LET_GO = "let_go"


class Alarm(enum.StrEnum):
    """An alarm that a clock gives."""

    TOO_EARLY = "too_early"
    FOURTEEN = "14"
    SEVEN = "7"
    THREE = "3"
    ONE = "1"
    LAPSED = "lapsed"


NO_ZONE_OF_MOMENT = "assistance.no_zone_of_moment"
NO_ZONE_OF_PLACE = "assistance.no_zone_of_place"
SKIPPED_HOUR = "assistance.skipped_hour"

BY_SPAN = dict(zip(WARNED, (Alarm.FOURTEEN, Alarm.SEVEN, Alarm.THREE, Alarm.ONE), strict=True))


def end_of(start: datetime, span: Span, zones: Sequence[str]) -> datetime:
    """Return when a period ends, in UTC: the earliest of what the zones say.

    Args:
        start: when it began; aware.
        span: how long it lasts.
        zones: IANA names of where the data lie.

    Raises:
        Refusal: the start has no zone, or there is no zone to count days in.
    """
    if start.tzinfo is None:
        raise Refusal(NO_ZONE_OF_MOMENT)
    if span.hours:
        return start.astimezone(UTC) + timedelta(hours=span.hours)
    if not zones:
        raise Refusal(NO_ZONE_OF_PLACE)
    return min(end_of_day(last_day(start.astimezone(ZoneInfo(zone)).date(), span), zone) for zone in zones)


def last_day(first: date, span: Span) -> date:
    """Return the last day of a period of days or months that begins on a day, which itself is day 0."""
    return add_months(first, span.months) + span.days * DAY


def add_months(day: date, months: int) -> date:
    """Return the same day of the month, some months later; the last of that month if it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def end_of_day(day: date, zone: str) -> datetime:
    """Return the moment at which a day ends in a zone, in UTC: the first moment of the next day.

    Where the clocks skip midnight, that is the moment of the change; where midnight comes twice, the first of the two.
    """
    return datetime.combine(day + DAY, time(), ZoneInfo(zone)).astimezone(UTC)


def day_ended(at: datetime, zones: Iterable[str]) -> tuple[date, str] | None:
    """Return which day ends at a moment, and in which of the zones; None where none does, as of a period of hours.

    What people are told of an end: its moment is midnight, and reads as the day after the last.
    """
    for zone in zones:
        day = (at.astimezone(UTC) - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()
        if end_of_day(day, zone) == at:
            return day, zone
    return None


@dataclass(frozen=True)
class Running:
    """A clock that runs, or ran.

    Attributes:
        known_at: since when the node knows of this end: its birth, or the last prolongation.
        settled_at: when it was stopped; None while it runs.
    """

    ends_at: datetime
    known_at: datetime
    settled_at: datetime | None = None

    def lapsed(self, now: datetime) -> bool:
        """Whether it ran out without having been stopped. At its end itself it has."""
        return self.ends_at <= (now if self.settled_at is None else min(self.settled_at, now))


def due(clock: Running, now: datetime, expected: datetime | None = None) -> list[Alarm]:
    """Return every alarm that was due by a moment, in order. What is recorded may lag; this does not.

    Args:
        clock: which.
        now: the moment.
        expected: when the answer may be expected for which the data are kept; None if nothing was asked for.
    """
    until = now if clock.settled_at is None else min(clock.settled_at, now)
    found = [Alarm.TOO_EARLY] if expected is not None and clock.ends_at < expected and clock.known_at <= until else []
    found += [alarm for span, alarm in BY_SPAN.items() if max(warned_at(clock, span), clock.known_at) <= until]
    return [*found, Alarm.LAPSED] if clock.lapsed(now) else found


def to_raise(clock: Running, now: datetime, raised: Collection[Alarm], expected: datetime | None = None) -> list[Alarm]:
    """Return the alarms that are due and not yet recorded: each is given once for one end of a clock."""
    return [alarm for alarm in due(clock, now, expected) if alarm not in raised]


def warned_at(clock: Running, span: timedelta) -> datetime:
    """Return when a clock gives the alarm that comes so long before its end."""
    return clock.ends_at - span - LOOKED_EVERY


def lost_on(clocks: Iterable[Running]) -> datetime | None:
    """Return when data are lost that several clocks keep: the last end of those not stopped; None if none runs."""
    return max((clock.ends_at for clock in clocks if clock.settled_at is None), default=None)


def prolonged(ends_at: datetime, span: Span, zones: Sequence[str]) -> datetime:
    """Return the new end of a period that is prolonged: it goes on from its old end, not from today.

    The old end is the first moment of the day after the last, so that the last day is the one before it, in each zone.
    """
    return end_of(ends_at.astimezone(UTC) - timedelta(microseconds=1), span, zones)


def moment(day: date, at: time, zone: str) -> datetime:
    """Return a moment that somebody typed as a day and a time in a zone, in UTC.

    Where the clocks are put back and the hour comes twice, it is the first: the earlier wins.

    Raises:
        Refusal: that hour was skipped, so that nothing can have happened in it.
    """
    local = datetime.combine(day, at, ZoneInfo(zone))
    found = local.astimezone(UTC)
    if found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Refusal(SKIPPED_HOUR)
    return found
