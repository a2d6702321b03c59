"""The pure decisions: shares do not give single cases away, outcomes travel only where nothing else was said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vaern.node.reports.rules import forwards
from vaern.node.reports.rules.outcomes import RULES, Outcome
from vaern.node.reports.rules.states import OPEN, State, Status


@given(st.integers(0, 200).flatmap(lambda sent: st.tuples(st.just(sent), st.integers(0, sent))))
def test_no_small_count_can_be_read_or_computed(numbers):
    sent, home = numbers
    found = forwards.share(sent, home)
    shown = [n for n in (found.sent, found.home) if n is not None]
    if found.sent is not None and found.home is not None:
        shown.append(found.sent - found.home)
        assert (found.per_cent is None) == (sent == 0)
    else:
        assert found.per_cent is None
    assert all(n == 0 or n >= forwards.SMALL for n in shown)


@given(st.sampled_from(State), st.sampled_from([None, True, False]), st.booleans(), st.booleans())
def test_a_sender_cannot_tell_a_dispute_or_a_legal_review_from_work(state, actionable, claimed, forwarded):
    status = forwards.status_of(state, actionable, claimed=claimed, forwarded=forwarded)
    if state in OPEN - {State.ARRIVED}:
        same = forwards.status_of(State.IN_ACTION, actionable, claimed=claimed, forwarded=forwarded)
        assert status is same
    assert (status in {Status.CLOSED_ACTED, Status.CLOSED_NOTHING}) == (state is State.CLOSED)


@given(st.sampled_from(State), st.booleans(), st.booleans())
def test_only_an_urgent_open_report_raises_and_only_once(state, urgent, given_time):
    raises = forwards.has_to_raise(state, urgent=urgent, given_time=given_time)
    assert raises == (urgent and state in OPEN and not given_time)


def test_a_sender_has_an_answer_once_anything_but_in_progress_was_said():
    assert not forwards.answered("", safeguarded=False)
    for code, rule in RULES.items():
        assert forwards.answered(code, safeguarded=False) == rule.answers == (code is not Outcome.IN_PROGRESS)
        assert forwards.answered(code, safeguarded=True)
