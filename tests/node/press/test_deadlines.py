# ruff: noqa: DTZ001 - what a clock on the wall shows has no zone
"""Times of a place: the source's deadline to the second, and every zone around the nights when its clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaern.node.press.rules import deadlines
from vaern.node.press.rules.deadlines import NoSuchTime, TwiceThatDay, Which, in_time, is_public, moment, shows

COPENHAGEN = "Europe/Copenhagen"
DEADLINE = datetime(2012, 6, 20, 17)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def test_the_deadline_of_the_source_to_the_second() -> None:
    """Accreditation until Wednesday 20 June 2012 at 17.00, by the clocks of Copenhagen."""
    assert DEADLINE.strftime("%A") == "Wednesday"
    deadline = moment(DEADLINE, COPENHAGEN)
    assert deadline == datetime(2012, 6, 20, 15, tzinfo=UTC)  # summer time
    assert in_time(datetime(2012, 6, 20, 16, 59, 59, tzinfo=ZoneInfo(COPENHAGEN)), deadline)
    assert in_time(datetime(2012, 6, 20, 17, tzinfo=ZoneInfo(COPENHAGEN)), deadline)
    assert in_time(datetime(2012, 6, 20, 17, 0, 0, 999_999, tzinfo=ZoneInfo(COPENHAGEN)), deadline)
    assert not in_time(datetime(2012, 6, 20, 17, 0, 1, tzinfo=ZoneInfo(COPENHAGEN)), deadline)
    assert in_time(datetime(2012, 6, 20, 11, tzinfo=ZoneInfo("America/New_York")), deadline)
    assert not in_time(datetime(2012, 6, 20, 17, tzinfo=ZoneInfo("Europe/London")), deadline)


def test_an_embargo_ends_with_the_first_instant_of_its_second() -> None:
    embargo = moment(datetime(2012, 6, 21, 9), COPENHAGEN)
    assert not is_public(embargo - timedelta(microseconds=1), embargo)
    assert is_public(embargo, embargo)


def test_a_time_that_clocks_jump_over_is_refused_with_what_they_show() -> None:
    with pytest.raises(NoSuchTime) as refused:
        moment(datetime(2012, 3, 25, 2, 30), COPENHAGEN)
    assert (refused.value.before, refused.value.after) == (datetime(2012, 3, 25, 2), datetime(2012, 3, 25, 3))


def test_a_time_that_clocks_show_twice_has_to_say_which() -> None:
    wall = datetime(2012, 10, 28, 2, 30)
    with pytest.raises(TwiceThatDay):
        moment(wall, COPENHAGEN)
    first, second = moment(wall, COPENHAGEN, Which.FIRST), moment(wall, COPENHAGEN, Which.SECOND)
    assert second - first == HOUR
    between = first + timedelta(minutes=45)  # clocks show 02:15, which looks earlier than 02:30
    assert not in_time(between, first)
    assert in_time(between, second)


ZONES = st.sampled_from(sorted(deadlines.zones()))
MOMENTS = st.datetimes(datetime(1975, 1, 1), datetime(2036, 12, 31)).map(lambda at: at.replace(microsecond=0))


def next_change(place: str, after: datetime) -> datetime | None:
    """Return the moment at which clocks of a place change next, within a year; found by looking, hour by hour."""
    here = ZoneInfo(place)
    at = after.replace(tzinfo=UTC)
    offset = at.astimezone(here).utcoffset()
    for days in range(366):
        if (at + timedelta(days=days + 1)).astimezone(here).utcoffset() != offset:
            low, high = at + timedelta(days=days), at + timedelta(days=days + 1)
            while high - low > SECOND:
                middle = (low + (high - low) / 2).replace(microsecond=0)
                low, high = (middle, high) if middle.astimezone(here).utcoffset() == offset else (low, middle)
            return high
    return None


def all_moments(wall: datetime, place: str) -> list[datetime]:
    """Return every moment at which clocks show this: tried with each offset that the zone has around then."""
    here = ZoneInfo(place)
    near = [wall.replace(tzinfo=UTC) + timedelta(hours=hours) for hours in range(-50, 51)]
    offsets = {at.astimezone(here).utcoffset() for at in near}
    tried = {wall.replace(tzinfo=UTC) - offset for offset in offsets if offset is not None}
    return sorted(at for at in tried if at.astimezone(here).replace(tzinfo=None) == wall)


@given(ZONES, MOMENTS, st.integers(-3 * 3600, 3 * 3600))
@settings(max_examples=80)
def test_in_every_zone_around_a_change_a_wall_time_is_one_moment_or_none_or_two(
    place: str, near: datetime, seconds: int
) -> None:
    change = next_change(place, near) or near.replace(tzinfo=UTC)
    wall = shows(change, place) + timedelta(seconds=seconds)
    found = all_moments(wall, place)
    if not found:
        with pytest.raises(NoSuchTime) as refused:
            moment(wall, place)
        assert refused.value.before <= wall < refused.value.after
        assert refused.value.after == shows(change, place)
    elif len(found) == 1:
        assert [moment(wall, place), moment(wall, place, Which.FIRST), moment(wall, place, Which.SECOND)] == found * 3
    else:
        with pytest.raises(TwiceThatDay):
            moment(wall, place)
        assert [moment(wall, place, which) for which in Which] == found


@given(ZONES, MOMENTS, st.integers(-3 * 3600, 3 * 3600), st.timedeltas(-2 * HOUR, 2 * HOUR))
@settings(max_examples=80)
def test_in_time_is_what_the_clock_at_the_place_said(
    place: str, near: datetime, seconds: int, apart: timedelta
) -> None:
    change = next_change(place, near) or near.replace(tzinfo=UTC)
    deadline = change + timedelta(seconds=seconds)
    arrived = deadline + apart
    assert in_time(arrived, deadline) == (arrived.replace(microsecond=0) <= deadline)
    wall = shows(arrived, place).replace(microsecond=0)
    if len(all_moments(wall, place)) == len(all_moments(shows(deadline, place), place)) == 1:
        crossing = min(arrived, deadline) < change <= max(arrived, deadline)
        if not crossing:  # within one offset, the clocks on the wall alone decide
            assert in_time(arrived, deadline) == (wall <= shows(deadline, place))
