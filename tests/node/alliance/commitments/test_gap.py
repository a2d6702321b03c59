"""Where a member stands: the same seen from above and from below, never worse by a better value, and never a guess."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.node.alliance.commitments.strategies import days

from vaern.node.alliance.rules.contents import Baseline, Target
from vaern.node.alliance.rules.gap import Reading, Standing, Status, Trend, Why, standing

NUMBERS = st.integers(-10_000, 10_000).map(float)
TODAY = date(2026, 11, 26)
BASE = Baseline(100.0, date(2024, 12, 31), "yearbook")
TARGET = Target(None, "more", 200.0, "children", "at_least", date(2028, 12, 31), BASE)
ORDER = [Status.OVERDUE, Status.BEHIND, Status.ON_TRACK, Status.MET]


def reading(value: float | None, last: date = date(2026, 6, 30), why: Why = Why.NO_VALUE) -> Reading:
    return Reading(last - timedelta(180), last, value, why)


readings = st.lists(st.builds(reading, st.none() | NUMBERS, days, st.sampled_from([Why.NO_VALUE, Why.OF_NOTHING])))
targets = st.builds(
    Target,
    st.none(),
    st.just("t"),
    st.none() | NUMBERS,
    st.just("children"),
    st.sampled_from(["at_least", "at_most"]),
    st.none() | days,
    st.none() | st.builds(Baseline, st.none() | NUMBERS, st.none() | days, st.just("s")),
)


def mirrored(target: Target) -> Target:
    """The same target seen from the other side."""

    def turned(value: float | None) -> float | None:
        return None if value is None else -value

    base = target.baseline and msgspec.structs.replace(target.baseline, value=turned(target.baseline.value))
    direction = "at_most" if target.direction == "at_least" else "at_least"
    return msgspec.structs.replace(target, value=turned(target.value), direction=direction, baseline=base)


@given(targets, readings, days, st.none() | days)
def test_a_reason_stands_exactly_where_nothing_can_be_computed(
    target: Target, found: list[Reading], today: date, joined: date | None
) -> None:
    one = standing(target, found, today, joined)
    assert (one.status is Status.NOT_COMPUTABLE) == (one.why is not None)
    assert one.gap is None or one.gap >= 0
    if one.status is Status.MET:
        assert one.gap == 0
    if one.status in {Status.ON_TRACK, Status.BEHIND, Status.OVERDUE}:
        assert one.gap
        assert one.done is None or one.done < 1
    if target.baseline is None:
        assert one.status is Status.NOT_COMPUTABLE
        assert one.done is None


@given(targets, readings, days, st.none() | days)
def test_from_above_is_the_same_as_from_below(
    target: Target, found: list[Reading], today: date, joined: date | None
) -> None:
    other = [Reading(one.first, one.last, None if one.value is None else -one.value, one.why) for one in found]
    here, there = standing(target, found, today, joined), standing(mirrored(target), other, today, joined)
    assert (here.status, here.why, here.gap, here.trend) == (there.status, there.why, there.gap, there.trend)
    assert here.done == there.done


@given(targets, NUMBERS, st.integers(0, 500), days, days)
def test_a_better_value_is_never_a_worse_standing(
    target: Target, value: float, more: int, last: date, today: date
) -> None:
    better = value + more if target.direction == "at_least" else value - more
    one, other = (standing(target, [reading(number, last)], today) for number in (value, better))
    if one.status is Status.NOT_COMPUTABLE:
        assert other.why == one.why or other.status is Status.MET
    elif other.status is not Status.NOT_COMPUTABLE:
        assert ORDER.index(other.status) >= ORDER.index(one.status)


@pytest.mark.parametrize(
    ("value", "today", "status"),
    [
        (250, TODAY, Status.MET),
        (200, TODAY, Status.MET),
        (150, TODAY, Status.ON_TRACK),
        (137, TODAY, Status.BEHIND),
        (138, TODAY, Status.ON_TRACK),
        (90, TODAY, Status.BEHIND),
        (199, date(2028, 12, 31), Status.ON_TRACK),
        (199, date(2029, 1, 1), Status.OVERDUE),
        (200, date(2029, 1, 1), Status.MET),
    ],
)
def test_the_way_is_a_straight_line(value: float, today: date, status: Status) -> None:
    assert standing(TARGET, [reading(value)], today).status is status


def changed(**what: object) -> Target:
    return msgspec.structs.replace(TARGET, **what)


@pytest.mark.parametrize(
    ("target", "found", "why"),
    [
        (changed(value=None), [reading(1)], Why.NO_NUMBER),
        (TARGET, [], Why.NO_VALUE),
        (TARGET, [reading(1), reading(None)], Why.NO_VALUE),
        (TARGET, [reading(None, why=Why.OF_NOTHING)], Why.OF_NOTHING),
        (changed(baseline=None), [reading(500)], Why.NO_BASELINE),
        (changed(baseline=Baseline(1.0)), [reading(1)], Why.NO_BASELINE),
        (changed(due=None), [reading(1)], Why.NO_DUE),
        (changed(baseline=Baseline(1.0, date(2030, 1, 1), "s")), [reading(1)], Why.NO_TIME),
        (TARGET, [reading(float("nan"))], Why.NO_VALUE),
    ],
)
def test_what_cannot_be_computed_says_why(target: Target, found: list[Reading], why: Why) -> None:
    assert standing(target, found, TODAY).why is why


def test_a_period_in_which_the_member_joined_says_nothing_of_it() -> None:
    one = reading(150)
    assert standing(TARGET, [one], TODAY, one.first).status is Status.ON_TRACK
    late = standing(TARGET, [one], TODAY, one.first + timedelta(1))
    assert (late.status, late.why, late.gap) == (Status.NOT_COMPUTABLE, Why.JOINED_MEANWHILE, 50)


def test_a_part_of_nothing_is_none() -> None:
    assert standing(changed(baseline=Baseline(200.0, BASE.date, "s")), [reading(150)], TODAY).done is None
    assert standing(TARGET, [reading(150)], TODAY).done == 0.5


def test_the_trend_is_towards_the_target() -> None:
    def trend(*values: float | None, target: Target = TARGET) -> Trend | None:
        found: Standing = standing(target, [reading(value) for value in values], TODAY)
        return found.trend

    assert trend(1, 2) is Trend.TOWARDS
    assert trend(1, 2, target=changed(direction="at_most")) is Trend.AWAY
    assert trend(2, None, 2) is Trend.STILL
    assert trend(2) is None
