"""Time as the clocks count it: zones, summer time, prolongations; and that none passes without a word."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.node.refusals import refused

from vaern.node.cases.rules import clocks
from vaern.node.cases.rules.clocks import LOOKED_EVERY, WARNED, Alarm, Running, end_of
from vaern.node.cases.rules.instruments import Span

ZONES = (
    "Europe/Copenhagen",
    "America/New_York",
    "Pacific/Honolulu",
    "Asia/Tokyo",
    "America/Havana",
    "Asia/Beirut",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "UTC",
)
MINUTE = timedelta(minutes=1)
START = datetime(2026, 3, 1, 12, 17, tzinfo=UTC)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
some_zones = st.lists(st.sampled_from(ZONES), min_size=1, max_size=4)


def local(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))


@given(moments, st.integers(1, 400), st.sampled_from(ZONES))
def test_a_period_of_days_ends_with_its_last_day_there(start: datetime, days: int, zone: str) -> None:
    end = end_of(start, Span(days=days), [zone])
    last = local(start, zone).date() + timedelta(days=days)
    assert local(end, zone).date() > last
    assert local(end - timedelta(microseconds=1), zone).date() <= last


@given(moments, st.integers(1, 400), some_zones)
def test_the_day_that_ended_is_the_last_of_the_period_in_a_zone_that_ends_first(
    start: datetime, days: int, zones: list[str]
) -> None:
    end = end_of(start, Span(days=days), zones)
    found = clocks.day_ended(end, zones)
    assert found is not None
    day, zone = found
    assert day == local(start, zone).date() + timedelta(days=days)
    assert clocks.end_of_day(day, zone) == end
    assert clocks.day_ended(end + MINUTE, [zone]) is None  # in the middle of a day none ends


@given(moments, st.integers(1, 36), st.sampled_from(ZONES))
def test_a_month_ends_on_the_same_number_or_the_last_there_is(start: datetime, months: int, zone: str) -> None:
    first = local(start, zone).date()
    last = clocks.last_day(first, Span(months=months))
    assert (last.year - first.year) * 12 + last.month - first.month == months
    assert last.day == first.day or (last.day < first.day and last.day == calendar.monthrange(last.year, last.month)[1])


@given(moments, st.integers(1, 400), some_zones)
def test_of_several_zones_the_earliest_end_counts(start: datetime, days: int, zones: list[str]) -> None:
    each = [end_of(start, Span(days=days), [zone]) for zone in zones]
    assert end_of(start, Span(days=days), zones) == min(each)
    assert end_of(start, Span(days=days), list(reversed(zones))) == min(each)


@given(moments, st.integers(1, 2000), some_zones)
def test_hours_are_hours_whatever_the_clocks_do(start: datetime, hours: int, zones: list[str]) -> None:
    assert end_of(start, Span(hours=hours), zones) - start == timedelta(hours=hours)


@given(moments, st.integers(1, 200), st.integers(1, 100), some_zones)
def test_a_prolongation_goes_on_from_the_old_end(start: datetime, days: int, more: int, zones: list[str]) -> None:
    end = end_of(start, Span(days=days), zones)
    after = clocks.prolonged(end, Span(days=more), zones)
    assert after > end
    assert timedelta(days=more, hours=-30) <= after - end <= timedelta(days=more, hours=30)


def test_the_night_of_the_change_belongs_to_the_last_day() -> None:
    # Denmark leaves summer time on 25 October 2026 at 03:00: that day has 25 hours.
    start = datetime(2026, 8, 26, 10, tzinfo=UTC)
    end = end_of(start, Span(days=60), ["Europe/Copenhagen"])
    assert local(end, "Europe/Copenhagen") == datetime(2026, 10, 26, tzinfo=ZoneInfo("Europe/Copenhagen"))
    assert end == datetime(2026, 10, 25, 23, tzinfo=UTC)


def test_a_late_evening_in_copenhagen_is_still_that_day_in_new_york() -> None:
    start = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)  # 03:30 on the 1st in Copenhagen, 22:30 on 31 October in New York
    assert end_of(start, Span(days=90), ["America/New_York"]) == datetime(2027, 1, 30, 5, tzinfo=UTC)
    assert end_of(start, Span(days=90), ["Europe/Copenhagen"]) == datetime(2027, 1, 30, 23, tzinfo=UTC)


def test_where_midnight_is_skipped_or_comes_twice() -> None:
    # Havana puts its clocks forward at midnight (8 March 2026 begins at 01:00) and back at 01:00 (1 November).
    skipped = clocks.end_of_day(date(2026, 3, 7), "America/Havana")
    assert local(skipped, "America/Havana").replace(tzinfo=None) == datetime(2026, 3, 8, 1)  # noqa: DTZ001
    twice = clocks.end_of_day(date(2026, 10, 31), "America/Havana")
    assert local(twice, "America/Havana").replace(tzinfo=None) == datetime(2026, 11, 1)  # noqa: DTZ001
    assert local(twice + timedelta(hours=1), "America/Havana").replace(tzinfo=None) == datetime(2026, 11, 1)  # noqa: DTZ001


def test_what_cannot_be_counted_is_refused() -> None:
    with refused(clocks.NO_ZONE_OF_MOMENT):
        end_of(START.replace(tzinfo=None), Span(days=1), ["UTC"])
    with refused(clocks.NO_ZONE_OF_PLACE):
        end_of(START, Span(days=1), [])
    for bad in ({}, {"hours": 1, "days": 1}, {"days": -1}, {"days": 2, "months": -1}):
        with pytest.raises(ValueError, match="a span is"):
            Span(**bad)


def test_a_typed_moment_that_comes_twice_is_the_first_and_one_that_was_skipped_is_none() -> None:
    twice = clocks.moment(date(2026, 10, 25), time(2, 30), "Europe/Copenhagen")
    assert twice == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    with refused(clocks.SKIPPED_HOUR):
        clocks.moment(date(2026, 3, 29), time(2, 30), "Europe/Copenhagen")


@given(moments, moments, moments, st.one_of(st.none(), moments))
def test_what_is_due_only_grows_and_an_end_is_never_reached_in_silence(ends, known, now, expected) -> None:
    clock = Running(ends, known)
    found = clocks.due(clock, now, expected)
    assert set(clocks.due(clock, now - MINUTE, expected)) <= set(found)
    if ends <= now and known <= now:
        assert Alarm.LAPSED in found
        assert Alarm.FOURTEEN in found
    if known <= now < ends:
        assert (Alarm.FOURTEEN in found) == (ends - now <= WARNED[0] + LOOKED_EVERY)


def full_hour(moment: datetime) -> datetime:
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return hour if hour == moment else hour + LOOKED_EVERY


def next_look(clock: Running, now: datetime) -> datetime | None:
    """When the clock has something new to say; None once it stopped or ran out."""
    if clock.settled_at is not None or clock.ends_at <= now:
        return None
    return min([at for span in WARNED if (at := clocks.warned_at(clock, span)) > now] + [clock.ends_at])


class Keeping(RuleBasedStateMachine):
    """One clock in the hands of people, with a job that looks each hour, and sometimes stands still."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.clock = Running(end_of(START, Span(days=60), ["Europe/Copenhagen"]), START)
        self.raised: dict[Alarm, datetime] = {}
        self.lapses = 0
        self.renewals = 0
        self.job_runs = True
        self.stood_still = False

    def look(self) -> None:
        for alarm in clocks.to_raise(self.clock, self.now, self.raised):
            self.raised[alarm] = self.now
            self.lapses += alarm is Alarm.LAPSED

    @rule(minutes=st.integers(1, 20 * 24 * 60))
    def time_passes(self, minutes: int) -> None:
        end = self.now + timedelta(minutes=minutes)
        while self.job_runs and (at := next_look(self.clock, self.now)) is not None and at <= end:
            self.now = min(full_hour(at), end)  # the job looks at each full hour, so up to an hour after it was due
            self.look()
        self.now = end
        if self.job_runs:
            self.look()

    @rule()
    def the_worker_stops(self) -> None:
        self.job_runs, self.stood_still = False, True

    @rule()
    def the_worker_starts(self) -> None:
        self.job_runs = True
        self.look()

    @precondition(lambda self: self.clock.settled_at is None)
    @rule(days=st.integers(1, 90))
    def somebody_prolongs(self, days: int) -> None:
        self.look()  # every action looks first: what ran out has run out
        if self.clock.lapsed(self.now):
            return
        self.clock = Running(clocks.prolonged(self.clock.ends_at, Span(days=days), ["Europe/Copenhagen"]), self.now)
        self.raised = {}
        self.renewals += 1
        self.stood_still = not self.job_runs
        self.look()

    @precondition(lambda self: self.clock.settled_at is None)
    @rule()
    def the_answer_comes(self) -> None:
        self.look()
        if not self.clock.lapsed(self.now):
            self.clock = Running(self.clock.ends_at, self.clock.known_at, self.now)

    @invariant()
    def a_page_shows_the_truth_even_if_the_worker_stands_still(self) -> None:
        found = clocks.due(self.clock, self.now)
        if self.clock.settled_at is None:
            assert (Alarm.LAPSED in found) == (self.clock.ends_at <= self.now)
            assert (Alarm.FOURTEEN in found) == (self.clock.ends_at - self.now <= WARNED[0] + LOOKED_EVERY)
        assert set(self.raised) <= set(found)

    @invariant()
    def no_end_passes_without_its_alarm_and_its_lapse(self) -> None:
        if not self.clock.lapsed(self.now) or not self.job_runs:
            return
        assert Alarm.LAPSED in self.raised
        assert self.lapses == 1
        if not self.stood_still:
            ahead = self.clock.ends_at - self.raised[Alarm.FOURTEEN]
            assert ahead >= WARNED[0] or self.raised[Alarm.FOURTEEN] == self.clock.known_at

    @invariant()
    def nothing_stopped_in_time_is_called_lost(self) -> None:
        if self.clock.settled_at is not None and self.clock.settled_at < self.clock.ends_at:
            assert Alarm.LAPSED not in self.raised


TestKeeping = pytest.mark.once(Keeping.TestCase)
