"""Working days: against counting day by day, in zones that put their clocks forward and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.reports.rules import working_days
from vaern.node.reports.rules.working_days import add, between, since, works_on

HOUR = timedelta(hours=1)
ZONES = ["Europe/Copenhagen", "America/Nuuk", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
"""With and without summer time; Apia left out a whole day (2011-12-30), Lord Howe moves by half an hour."""


@dataclass(frozen=True)
class Calendar:
    working_days: tuple[int, ...] = (0, 1, 2, 3, 4)
    holidays: tuple[str, ...] = ()
    timezone: str = "UTC"
    more: dict[str, int] = field(default_factory=dict)


moments = st.datetimes(datetime(2011, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the bounds
days_off = st.lists(st.dates(date(2011, 1, 1), date(2029, 1, 1)).map(date.isoformat), max_size=30).map(tuple)
weeks = st.sets(st.integers(0, 6), min_size=1).map(lambda found: tuple(sorted(found)))
calendars = st.builds(Calendar, weeks, days_off, st.sampled_from(ZONES))
plain = st.builds(Calendar, weeks, days_off, st.just("UTC"))


def near_holidays(moment: datetime, calendar: Calendar) -> Calendar:
    """Days off that matter: some of the next twelve."""
    found = tuple((moment + timedelta(days=n)).date().isoformat() for n in (1, 2, 5, 6, 9))
    return Calendar(calendar.working_days, found, calendar.timezone)


def brute(calendar: Calendar, moment: datetime, days: int) -> tuple[date, bool]:
    """The local day after so many working days, by stepping; and whether the moment's own day is a working day."""
    day = moment.astimezone(ZoneInfo(calendar.timezone)).date()
    worked = works_on(calendar, day)
    left = days + (not worked)  # from a free day the next working day's beginning is where one stands
    while left:
        day += timedelta(days=1)
        left -= works_on(calendar, day)
    return day, worked


@given(calendars, moments, st.integers(0, 15), st.booleans())
def test_adding_is_stepping_day_by_day_at_the_same_time_of_the_clock(
    calendar: Calendar, moment: datetime, days: int, holidays: bool
) -> None:
    calendar = near_holidays(moment, calendar) if holidays else calendar
    zone = ZoneInfo(calendar.timezone)
    day, worked = brute(calendar, moment, days)
    found = add(calendar, moment, days).astimezone(zone)
    at = moment.astimezone(zone).time() if worked else datetime.min.time()
    wanted = datetime.combine(day, at, zone).astimezone(UTC).astimezone(zone)  # through a gap of the clock
    assert found == wanted
    assert found.utcoffset() == wanted.utcoffset()
    assert works_on(calendar, found.date()) or found.time() != at, "it ends on a working day"


@given(plain, moments, moments)
def test_between_is_the_most_that_can_be_added(calendar: Calendar, one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, earlier_by(other, one)))
    n = between(calendar, earlier, later)
    assert n >= 0
    assert n == 0 or add(calendar, earlier, n) <= later
    assert add(calendar, earlier, n + 1) > later
    assert between(calendar, later, earlier) == -n


def earlier_by(moment: datetime, base: datetime) -> datetime:
    """A moment within forty days of another, so that the walk stays short."""
    return base + (moment - base) % timedelta(days=40)


@given(calendars, moments, st.integers(0, 9))
def test_between_owed_what_was_added(calendar: Calendar, moment: datetime, days: int) -> None:
    assert between(calendar, moment, add(calendar, moment, days)) == days


@given(plain, moments, st.integers(0, 5), st.timedeltas(timedelta(days=-20), timedelta(days=20)))
def test_since_is_the_last_moment_from_which_the_days_have_passed(
    calendar: Calendar, now: datetime, days: int, away: timedelta
) -> None:
    last = since(calendar, now, days)
    moment = now + away
    assert (moment <= last) == (add(calendar, moment, days) <= now)


@given(calendars, moments, st.integers(0, 5), st.timedeltas(timedelta(days=-20), timedelta(days=20)))
def test_where_clocks_change_since_is_right_but_for_the_hour_that_is_there_twice(
    calendar: Calendar, now: datetime, days: int, away: timedelta
) -> None:
    if calendar.timezone == "Pacific/Apia" and abs(now.year - 2011.5) < 1:
        return  # the day that was left out is a day of the calendar and of no clock
    last, moment = since(calendar, now, days), now + away
    if moment <= last - HOUR:
        assert add(calendar, moment, days) <= now + HOUR
    if moment >= last + HOUR:
        assert add(calendar, moment, days) > now - HOUR


@given(plain, moments, moments, st.integers(0, 9))
def test_adding_keeps_the_order_of_moments(calendar: Calendar, one: datetime, other: datetime, days: int) -> None:
    earlier, later = sorted((one, other))
    assert add(calendar, earlier, days) <= add(calendar, later, days)


def test_the_examples_of_the_documentation() -> None:
    week = Calendar()
    friday, saturday = datetime(2026, 11, 27, 14, tzinfo=UTC), datetime(2026, 11, 28, 10, tzinfo=UTC)
    assert add(week, friday, 2) == datetime(2026, 12, 1, 14, tzinfo=UTC)
    assert add(week, saturday, 1) == datetime(2026, 12, 1, tzinfo=UTC)


def test_what_cannot_be_counted_is_refused() -> None:
    now = datetime(2026, 11, 27, 14, tzinfo=UTC)
    with pytest.raises(ValueError, match="one day of the week"):
        add(Calendar(working_days=()), now, 1)
    with pytest.raises(ValueError, match="zone"):
        add(Calendar(), now.replace(tzinfo=None), 1)
    with pytest.raises(ValueError, match="taken away"):
        add(Calendar(), now, -1)
    assert timedelta(days=1) == working_days.DAY
