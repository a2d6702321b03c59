"""The life of a series, walked at random: a child that was identified is safeguarded, or somebody said why not."""

from __future__ import annotations

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from vaern.node.base.refusals import Refusal
from vaern.node.victims.rules.series import (
    FUNNEL,
    TRANSITIONS,
    UNIDENTIFIED,
    Event,
    Life,
    State,
    Who,
    after,
    merged,
    possible,
)

_STEP = st.tuples(st.sampled_from(Event), st.sampled_from(Who), st.sampled_from(["", "a reason"]))
STEPS = st.lists(_STEP, max_size=60)
KNOWN = frozenset({State.IDENTIFIED, State.SAFEGUARDED})


def walk(steps: list[tuple[Event, Who, str]], life: Life | None = None) -> list[Life]:
    """Return every life on the way; what is refused changes nothing."""
    lives = [life or Life()]
    for event, who, why in steps:
        try:
            lives.append(lives[-1].lives(event, who, why))
        except Refusal:
            continue
    return lives


def biased(steps: list[tuple[Event, Who, str]]) -> list[tuple[Event, Who, str]]:
    """Let each step be one that is possible, so that walks go far: the drawn ones choose among them."""
    state, found = Life(), []
    for event, who, why in steps:
        open_ones = possible(state.state, who)
        chosen = open_ones[list(Event).index(event) % len(open_ones)] if open_ones else event
        found.append((chosen, who, why))
        try:
            state = state.lives(chosen, who, why)
        except Refusal:
            continue
    return found


def lawful(life: Life) -> bool:
    """Whether a closed series that was identified is safeguarded, or says why not."""
    return life.state is not State.CLOSED or not life.identified or life.safeguarded or bool(life.excused)


@given(STEPS)
def test_nothing_identified_is_closed_unsafeguarded_without_a_reason(steps: list[tuple[Event, Who, str]]) -> None:
    for life in walk(biased(steps)):
        assert lawful(life)
        assert life.safeguarded or life.state is not State.SAFEGUARDED
        assert life.identified or life.state not in KNOWN
        assert not life.identified or life.state not in UNIDENTIFIED, "nobody looks for a child who is known"


@given(STEPS, STEPS)
def test_a_merge_keeps_the_law(one: list[tuple[Event, Who, str]], other: list[tuple[Event, Who, str]]) -> None:
    left, right = walk(biased(one))[-1], walk(biased(other))[-1]
    found = merged(left, right)
    assert found == merged(right, left) or left.excused != right.excused
    assert lawful(found)
    assert found.identified == (left.identified or right.identified)
    assert not found.identified or found.state not in UNIDENTIFIED
    for life in walk(biased(one), found):
        assert lawful(life)


@given(st.sampled_from(State), st.sampled_from(Event), st.sampled_from(Who), st.sampled_from(["", " ", "why"]))
def test_after_is_the_table(state: State, event: Event, who: Who, why: str) -> None:
    step = TRANSITIONS.get((state, event))
    allowed = step is not None and step.is_for(who) and (bool(why.strip()) or not step.says_why)
    try:
        assert after(state, event, who, why) is step.after  # type: ignore[union-attr]
        assert allowed
    except Refusal:
        assert not allowed


def test_every_state_is_reached_and_left() -> None:
    reached = {step.after for (before, _event), step in TRANSITIONS.items() if step.after is not before}
    left = {before for (before, _event), step in TRANSITIONS.items() if step.after is not before}
    assert reached == set(State) - {State.NEW}
    assert left == set(State)
    assert set(FUNNEL) == set(State) - {State.STOPPED}


def test_the_straight_way_leads_through_safeguarded() -> None:
    way = (Event.ANALYSE, Event.PROPOSE_COUNTRY, Event.DISSEMINATE, Event.ACCEPT, Event.IDENTIFY, Event.SAFEGUARD)
    by = {Event.DISSEMINATE: Who.RELEASER, Event.ACCEPT: Who.RECIPIENT}
    end = reduce(lambda life, event: life.lives(event, by.get(event, Who.WORKER)), (*way, Event.CLOSE), Life())
    assert end == Life(State.CLOSED, identified=True, safeguarded=True)
