"""The life of a meeting: to approved minutes one stage at a time, and agendas keep their order."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.alliance.meetings import labels
from vaern.node.alliance.rules import meetings
from vaern.node.alliance.rules.meetings import MOVES, TRANSITIONS, Event, Standing, State, after
from vaern.node.base.refusals import Refusal

STAGES = [State.PLANNED, State.CONVENED, State.HELD, State.MINUTES_DRAFTED, State.APPROVED]
ENOUGH = Standing(items=1, attended=1, first_day=date(2026, 6, 18), today=date(2026, 6, 18))


@given(st.lists(st.sampled_from(Event), max_size=40))
def test_a_meeting_goes_on_by_one_stage_at_a_time(events: list[Event]) -> None:
    state, cancelled = State.PLANNED, False
    for event in events:
        try:
            then = after(state, event)
        except Refusal:
            assert (state, event) not in TRANSITIONS
            continue
        assert not cancelled, "a meeting that was cancelled does not go on"
        assert (then is state) == (event not in MOVES)
        if event is Event.CORRECT:
            assert (state, then) == (State.APPROVED, State.MINUTES_DRAFTED)
        elif event is Event.CANCEL:
            assert state in STAGES[:2]
            cancelled = True
        elif event in MOVES:
            assert STAGES.index(then) == STAGES.index(state) + 1
        state = then


def test_what_was_approved_changes_by_a_correction_alone() -> None:
    assert meetings.allowed(State.APPROVED) == [Event.CORRECT]
    assert meetings.allowed(State.CANCELLED) == []


@pytest.mark.parametrize(
    ("event", "standing", "problem"),
    [
        (Event.CONVENE, Standing(0, 1, date(2026, 6, 18), date(2026, 6, 1)), meetings.NO_AGENDA),
        (Event.HOLD, Standing(1, 0, date(2026, 6, 18), date(2026, 6, 17)), meetings.TOO_EARLY),
        (Event.HOLD, Standing(1, 0, date(2026, 6, 18), date(2026, 6, 18)), ""),
        (Event.DRAFT_MINUTES, Standing(1, 0, date(2026, 6, 18), date(2026, 6, 18)), meetings.NOBODY_CAME),
    ],
)
def test_a_move_asks_for_what_it_rests_on(event: Event, standing: Standing, problem: str) -> None:
    assert meetings.problem_with_move(event, standing, "words") == problem


@pytest.mark.parametrize("event", MOVES)
def test_a_correction_and_a_cancellation_are_explained_in_words(event: Event) -> None:
    missing = meetings.problem_with_move(event, ENOUGH, "  ") == meetings.WORDS_MISSING
    assert missing == (event in {Event.CORRECT, Event.CANCEL})


@given(st.lists(st.integers(), unique=True, min_size=1, max_size=12), st.data(), st.integers(-3, 20))
def test_an_item_is_placed_where_it_was_asked_for_and_the_others_keep_their_order(
    order: list[int], data: st.DataObject, position: int
) -> None:
    one = data.draw(st.sampled_from(order))
    found = meetings.placed(order, one, position)
    assert sorted(found) == sorted(order)
    assert found.index(one) == min(max(position, 1), len(order)) - 1
    assert [other for other in found if other != one] == [other for other in order if other != one]


def test_every_code_has_its_words() -> None:
    assert set(labels.PROBLEMS) == set(meetings.PROBLEMS)
    assert set(labels.STATES) == set(State)
    assert set(labels.MOVES) == set(MOVES)
    assert all(set(text) == {"en", "da"} for text in meetings.TOPICS.values())
