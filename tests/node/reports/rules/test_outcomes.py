"""The vocabulary of outcomes: what is said is never taken back, and nothing is said before its time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vaern.node.reports.rules import outcomes
from vaern.node.reports.rules.outcomes import ANSWERS, FINAL, PROGRESS, RULES, Outcome

CODES = st.sampled_from(Outcome)


@st.composite
def histories(draw: st.DrawFn) -> list[Outcome]:
    """Return codes of which each might follow those before it."""
    found: list[Outcome] = []
    for _ in range(draw(st.integers(0, 12))):
        found.append(draw(st.sampled_from(outcomes.sayable(found))))
    return found


def test_every_code_has_a_row_and_safeguarding_stands_first():
    assert list(RULES) == list(Outcome)
    assert next(iter(Outcome)) is Outcome.VICTIM_SAFEGUARDED
    assert FINAL <= ANSWERS


@given(histories())
def test_safeguarding_may_be_said_at_any_time_once_and_stands_beside_everything(history):
    said = Outcome.VICTIM_SAFEGUARDED in history
    assert (Outcome.VICTIM_SAFEGUARDED in outcomes.sayable(history)) == (not said)
    beside = [*history, Outcome.VICTIM_SAFEGUARDED]
    if not said and history:
        assert outcomes.latest(beside) is outcomes.latest(history)
        assert set(outcomes.sayable(beside)) == set(outcomes.sayable(history)) - {Outcome.VICTIM_SAFEGUARDED}


@given(histories())
def test_how_far_the_work_came_is_never_taken_back(history):
    levels = [outcomes.reached(history[:n]) for n in range(len(history) + 1)]
    assert levels == sorted(levels)
    for n, code in enumerate(history):
        assert levels[n] <= RULES[code].until


@given(histories())
def test_convicted_after_charged_after_a_case(history):
    for n, code in enumerate(history):
        if code is Outcome.CONVICTED:
            assert Outcome.CHARGED in history[:n]
        if code is Outcome.CHARGED:
            assert {Outcome.OPENED, Outcome.JOINED} & set(history[:n])


@given(histories())
def test_there_is_always_something_to_say_and_a_late_conviction_stays_possible(history):
    assert outcomes.sayable(history)
    if Outcome.CHARGED in history and Outcome.CONVICTED not in history:
        assert Outcome.CONVICTED in outcomes.sayable(history)


@given(histories(), CODES)
def test_what_may_be_said_with_the_whole_history_may_be_said_with_a_part_of_it_known(history, code):
    if not outcomes.problem(history, code):
        assert not outcomes.problem(history, code, whole=False)


@given(st.lists(CODES, max_size=3), histories(), CODES, st.booleans())
def test_only_what_contradicts_nobody_is_carried(own, history, came, passes_on):
    if outcomes.carried(own, history, came, passes_on=passes_on):
        assert came is not Outcome.PASSED_ON
        assert not outcomes.problem(history, came, whole=False)
        assert came in PROGRESS or (passes_on and set(own) <= outcomes.OF_ONE_ON_THE_WAY)
