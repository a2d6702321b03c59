"""When hits on an entry are a flood: the rule alone, over any traffic."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vaern.node.lists.rules.floods import Bounds, Hour, bound, is_flood, usual

HITS = st.integers(1, 10**6)
HOURS = st.lists(HITS, max_size=400)
BOUNDS = st.builds(Bounds, st.integers(1, 10**5), st.integers(1, 100), st.integers(1, 5))
BUSY = st.builds(Hour, HITS, st.integers(1, 20))


@given(HOURS)
def test_what_is_usual_is_exceeded_by_one_hour_in_a_hundred_at_most(hours: list[int]):
    found = usual(hours)
    assert 100 * sum(one > found for one in hours) <= len(hours)
    assert not hours or found in hours
    assert all(100 * sum(one > less for one in hours) > len(hours) for less in hours if less < found)


@given(HOURS.filter(bool), BOUNDS, st.data())
def test_traffic_like_that_of_the_list_is_never_a_flood(hours: list[int], bounds: Bounds, data: st.DataObject):
    """An hour as one of those that the list has seen, of its busiest hundredth too where that is no outlier."""
    ordinary = [one for one in hours if one <= usual(hours)]
    hour = Hour(data.draw(st.sampled_from(ordinary)), data.draw(st.integers(1, 20)))
    assert not is_flood(hour, usual(hours), bounds._replace(factor=bounds.factor + 1))


@given(BUSY, HOURS, BOUNDS)
def test_a_flood_is_more_than_each_bound_and_more_of_it_stays_one(hour: Hour, hours: list[int], bounds: Bounds):
    flood = is_flood(hour, usual(hours), bounds)
    enough = hour.hits >= bounds.hits and hour.hits >= bounds.factor * usual(hours) and hour.callers >= bounds.callers
    assert flood == enough
    assert bound(usual(hours), bounds) >= bounds.hits
    if flood:
        assert is_flood(Hour(hour.hits + 1, hour.callers + 1), usual(hours), bounds)
        assert not is_flood(hour, usual(hours), bounds._replace(hits=0)), "a list may say never"


@given(st.lists(st.integers(1, 50), min_size=200, max_size=400), st.integers(0, 2), HITS)
def test_floods_of_the_past_do_not_become_usual(hours: list[int], floods: int, size: int):
    assert usual([*hours, *[10**6 + size] * floods]) <= 50
