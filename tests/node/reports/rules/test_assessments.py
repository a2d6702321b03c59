"""The rules of views: samples that nobody chooses, comparisons item by item, and when a second view is asked for."""

from __future__ import annotations

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from vaern.node.reports.rules import assessments
from vaern.node.reports.rules.assessments import Place, SecondView, View
from vaern.node.reports.rules.states import TRANSITIONS, Event, State

NUMBERS = st.lists(st.integers(1, 6), min_size=1, max_size=5, unique=True)
VIEWS = st.lists(
    st.builds(
        View, st.none() | st.booleans(), st.booleans(), st.sampled_from(["", "n1", "n2"]), st.none() | st.integers(1, 6)
    ),
    max_size=6,
)


@given(st.uuids(), st.integers(0, 100), st.integers(0, 100))
def test_a_sample_is_the_same_each_time_and_grows_with_its_share(report: UUID, share: int, more: int) -> None:
    assert assessments.sampled(report, share) == assessments.sampled(report, share)
    assert not assessments.sampled(report, 0)
    assert assessments.sampled(report, 100)
    if assessments.sampled(report, min(share, more)):
        assert assessments.sampled(report, max(share, more))


def test_a_sample_is_of_about_its_share() -> None:
    found = sum(assessments.sampled(uuid5(UUID(int=0), str(n)), 10) for n in range(5_000))
    assert 400 <= found <= 600


@given(st.uuids(), st.sampled_from(SecondView), st.integers(0, 100), st.booleans(), st.booleans())
def test_a_person_who_asks_gets_a_second_view_and_doubt_counts_unless_never(
    report: UUID, policy: SecondView, share: int, doubtful: bool, asked: bool
) -> None:
    found = assessments.asks_second(policy, share, report, doubtful=doubtful, asked=asked)
    expected = {
        SecondView.NEVER: False,
        SecondView.DOUBTFUL: doubtful,
        SecondView.SAMPLED: doubtful or assessments.sampled(report, share),
        SecondView.ALWAYS: True,
    }[policy]
    assert found == (expected or asked)


@given(NUMBERS, VIEWS, VIEWS)
def test_views_differ_exactly_where_an_item_is_judged_otherwise(
    items: list[int], first: list[View], second: list[View]
) -> None:
    def last(views: list[View], number: int) -> tuple[object, ...] | None:
        found = [view for view in views if view.item in {None, number}]
        return (found[-1].baseline, found[-1].actionable, found[-1].value) if found else None

    first = [view for view in first if view.item in {None, *items}]
    second = [view for view in second if view.item in {None, *items}]
    assert assessments.complete(first, items) == all(last(first, number) is not None for number in items)
    assert assessments.differ(first, second, items) == any(last(first, n) != last(second, n) for n in items)
    assert assessments.actionable(first, items) == any((last(first, n) or (0, False))[1] for n in items)


@given(st.sampled_from(Place), st.booleans(), st.booleans(), st.booleans())
def test_what_follows_a_view_is_in_the_table_of_states(place: Place, second: bool, differs: bool, acts: bool) -> None:
    event = assessments.follows(place, second=second, differs=differs, acts=acts)
    state = next(state for state, found in assessments.PLACES.items() if found is place)
    assert (state, event) in TRANSITIONS
    if event in {Event.CONCLUDE_ACTIONABLE, Event.CONCLUDE_NOTHING}:
        assert not (place is Place.FIRST and second)
        assert not (place is Place.SECOND and differs)
        assert (TRANSITIONS[state, event].after is State.IN_ACTION) == acts
