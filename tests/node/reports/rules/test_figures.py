"""Bands, spans and the backlog of weeks, against counting one by one."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from vaern.node.reports.rules import figures

AGES = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400))


@given(AGES)
def test_every_age_is_in_one_band(age: timedelta) -> None:
    ends = [timedelta(0), *figures.AGES, timedelta.max]
    assert ends[figures.band(age)] <= age < ends[figures.band(age) + 1]


@given(AGES)
def test_a_span_holds_what_it_says_and_the_one_before_does_not(took: timedelta) -> None:
    found = figures.span(took)
    limits = {str(hours): timedelta(hours=hours) for hours in figures.SPANS}
    assert took <= limits.get(found, timedelta.max)
    assert all(took > limit for name, limit in limits.items() if found == "later" or limit < limits[found])


@given(st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1)), st.integers(1, 60))
def test_weeks_are_mondays_without_a_gap_and_the_last_holds_today(today: date, count: int) -> None:
    found = figures.weeks(today, count)
    assert len(found) == count
    assert all(day.weekday() == 0 for day in found)
    assert all(b - a == timedelta(weeks=1) for a, b in pairwise(found))
    assert found[-1] <= today < found[-1] + timedelta(weeks=1)


@given(
    st.integers(1, 8).flatmap(
        lambda count: st.tuples(
            st.just(count),
            st.lists(st.tuples(st.integers(-2, count - 1), st.none() | st.integers(0, count - 1)), max_size=30),
        )
    )
)
def test_the_backlog_of_a_week_is_what_had_come_and_not_gone(life: tuple[int, list[tuple[int, int | None]]]) -> None:
    count, lives = life
    lives = [(came, None if went is None else max(came, went)) for came, went in lives]
    expected = [sum(came <= week and (went is None or went > week) for came, went in lives) for week in range(count)]
    arrived = [sum(came == week for came, _went in lives) for week in range(count)]
    closed = [sum(went == week for _came, went in lives) for week in range(count)]
    assert figures.backlog(sum(went is None for _came, went in lives), arrived, closed) == expected
