"""The tables of the lives: who may cause what, and nothing else leads anywhere."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.alliance.rules import commitments
from vaern.node.alliance.rules.commitments import ReplyState, RoundState, State, Who
from vaern.node.base.transitions import StateRefusal, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLES: list[tuple[Mapping[Any, Step[Any, Any]], Any, Any]] = [
    (commitments.COMMITMENT, State, commitments.Event),
    (commitments.ROUND, RoundState, commitments.RoundEvent),
    (commitments.REPLY, ReplyState, commitments.ReplyEvent),
]


@pytest.mark.parametrize(("table", "states", "events"), TABLES)
def test_what_is_not_in_the_table_is_refused_to_everybody(table: Any, states: Any, events: Any) -> None:
    for state, event, who in product(states, events, Who):
        step = table.get((state, event))
        if step is not None and who in (step.who or ()):
            assert commitments.after(table, state, event, who) is step.after
        else:
            with pytest.raises(StateRefusal):
                commitments.after(table, state, event, who)


@pytest.mark.parametrize(("table", "states", "events"), TABLES)
def test_every_state_is_reached_from_the_first_and_every_event_happens(table: Any, states: Any, events: Any) -> None:
    reached = {next(iter(states))}
    for _ in states:
        reached |= {step.after for (before, _event), step in table.items() if before in reached}
    assert reached == set(states)
    assert {event for _state, event in table} == set(events)


@pytest.mark.parametrize("table", [commitments.COMMITMENT, commitments.REPLY])
def test_nothing_is_published_but_by_the_secretariat_after_it_was_handed_in(table: Any) -> None:
    for (before, event), step in table.items():
        if step.after.value == "published" and before.value != "published":
            assert step.who == {Who.SECRETARIAT}
            assert before.value == "submitted" or event is commitments.Event.ADOPT  # handed in, alone or in a reply


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(-3, 3))
def test_the_last_day_is_within_the_time(closes: date, days: int) -> None:
    assert commitments.is_late(closes, closes + timedelta(days)) == (days > 0)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(-5, 120), st.lists(st.integers(-3, 100), max_size=3))
def test_reminders_lie_between_opening_and_close(opens: date, lasts: int, reminders: list[int]) -> None:
    closes = opens + timedelta(lasts)
    problem = commitments.problem_with_round(opens, closes, tuple(reminders))
    inside = all(opens <= closes - timedelta(days) < closes and days <= 90 for days in reminders)
    assert (problem == "") == (closes >= opens and inside)
