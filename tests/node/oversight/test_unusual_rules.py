"""Laws of what is unusual: whoever does what they always do is never named, and twice the usual always is."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.oversight import unusual_rules as rules
from vaern.node.oversight.unusual_rules import Day, Finding, Rule

FIRST = date(2031, 5, 5)
WHO = UUID(int=1)
MEASURES = [rule for rule in Rule if rule is not Rule.HOURS]
NUMBERS = st.lists(st.integers(0, 500), min_size=rules.DAYS_NEEDED, max_size=28)
HOURS = st.sets(st.integers(0, 23))


def day(counts: dict[Rule, int], hours: dict[int, int] | None = None) -> Day:
    return Day(counts, hours or {}, frozenset(hours or {}))


@given(st.lists(st.dictionaries(st.sampled_from(MEASURES), st.integers(1, 500)), min_size=1, max_size=7), HOURS)
def test_whoever_does_what_they_always_do_is_never_named(week: list[dict[Rule, int]], hours: set[int]) -> None:
    """Each week of the five is the same."""
    opened = dict.fromkeys(hours, 9)
    days = {
        FIRST - timedelta(days=28 - 7 * number - at): day(counts, opened)
        for number in range(5)
        for at, counts in enumerate([week[0]] * 7)
    }
    assert rules.of_person(WHO, days, FIRST) == []


@given(NUMBERS)
def test_no_number_up_to_the_usual_is_ever_named(before: list[int]) -> None:
    for count in range(rules.usual(before) + 1):
        assert count == 0 or not rules.is_unusual(count, before, 1)


@given(NUMBERS, st.sampled_from(MEASURES))
def test_twice_the_usual_is_named_from_the_floor_on(before: list[int], rule: Rule) -> None:
    floor = rules.FLOORS[rule]
    count = max(floor, 2 * rules.usual(before))
    days = {FIRST - timedelta(days=number): day({rule: many}) for number, many in enumerate(before, 1)}
    days[FIRST] = day({rule: count})
    assert rules.of_person(WHO, days, FIRST) == [Finding(rule, WHO, FIRST, count, rules.usual(before))]


@given(NUMBERS, st.integers(0, 1000))
def test_more_is_never_less_unusual(before: list[int], count: int) -> None:
    if rules.is_unusual(count, before, 5):
        assert rules.is_unusual(count + 1, before, 5)


@given(st.lists(st.integers(0, 500), min_size=10, max_size=28), st.integers(0, 10**6))
def test_one_odd_day_in_ten_does_not_hide_the_next(before: list[int], odd: int) -> None:
    assert rules.usual([*before[1:], odd]) <= max(before[1:])


@given(st.lists(st.integers(0, 500), min_size=1, max_size=40))
def test_the_usual_is_the_least_that_nine_of_ten_do_not_exceed(before: list[int]) -> None:
    found = rules.usual(before)
    assert sum(number <= found for number in before) >= 0.9 * len(before)
    assert all(sum(number <= lower for number in before) < 0.9 * len(before) for lower in before if lower < found)


@given(st.lists(st.integers(0, 500), max_size=rules.DAYS_NEEDED - 1), st.integers(0, 10**6))
def test_of_whom_too_little_is_known_nothing_is_said(before: list[int], count: int) -> None:
    assert not rules.is_unusual(count, before, 1)


@given(HOURS, st.dictionaries(st.integers(0, 23), st.integers(0, 9)))
def test_an_hour_is_strange_that_is_two_or_more_from_each_before(before: set[int], opened: dict[int, int]) -> None:
    found = rules.strange_hours(opened, before)
    for hour in range(24):
        distance = min((min((hour - other) % 24, (other - hour) % 24) for other in before), default=24)
        assert (hour in found) == (opened.get(hour, 0) > 0 and distance > 1)


@pytest.mark.parametrize(("count", "named"), [(2, False), (3, True)])
def test_openings_at_night_are_named_by_their_hours(count: int, named: bool) -> None:
    days = {FIRST - timedelta(days=number): day({}, {9: 4, 16: 2}) for number in range(1, 8)}
    days[FIRST] = day({}, {10: 5, 2: count, 17: 1})
    expected = [Finding(Rule.HOURS, WHO, FIRST, count, 0, (2,))] if named else []
    assert rules.of_person(WHO, days, FIRST) == expected


@given(st.lists(st.tuples(st.sampled_from(list(Rule)), st.integers(0, 6), st.integers(1, 99), st.integers(0, 3))))
def test_the_order_is_that_of_days_and_rules_and_ranks_nobody(given: list[tuple[Rule, int, int, int]]) -> None:
    found = [Finding(rule, UUID(int=who), FIRST + timedelta(days=at), many, 0) for rule, at, many, who in given]
    once = rules.ordered(found)
    assert [(one.day, list(Rule).index(one.rule)) for one in once] == sorted(
        ((one.day, list(Rule).index(one.rule)) for one in found), key=lambda key: (-key[0].toordinal(), key[1])
    )
    same = [Finding(one.rule, one.person, one.day, 1000 - one.count, 0) for one in found]
    assert [one.person for one in rules.ordered(same)] == [one.person for one in once], "by how much changes nothing"


@given(st.lists(st.integers(0, 100), min_size=4, max_size=4), st.integers(0, 300))
def test_a_week_is_unusual_at_twice_the_highest_of_those_before(before: list[int], now: int) -> None:
    assert rules.week_is_unusual(now, before) == (max(before) > 0 and now >= 10 and now >= 2 * max(before))
