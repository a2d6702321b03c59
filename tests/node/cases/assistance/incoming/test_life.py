"""The life of a request of another country: a walk of both tables of states, and what the database itself refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.node.cases.assistance.incoming.worlds import delivered, do, make_asked, passed, sent_one, taken
from tests.node.cases.assistance.worlds import DAY, REASON, scope

from vaern.node.base.refusals import Refusal
from vaern.node.cases.assistance import actions as outgoing
from vaern.node.cases.assistance.incoming import actions
from vaern.node.cases.assistance.incoming.effects import Said
from vaern.node.cases.assistance.incoming.state import dues_of
from vaern.node.cases.models import AssistanceNote, HeldData, IncomingRequest
from vaern.node.cases.models.incoming import NEVER
from vaern.node.cases.rules import assistance as ours
from vaern.node.cases.rules import incoming, terms
from vaern.node.cases.rules.incoming import CLOSED, TRANSITIONS, Event, State, Who
from vaern.node.cases.rules.terms import Duty
from vaern.node.casework.models import Release
from vaern.node.casework.releases.terms import Handling, Terms
from vaern.node.ledger.models import Entry

pytestmark = pytest.mark.django_db
FORWARD = {
    ours.State.SENT: 0,
    ours.State.ACKNOWLEDGED: 1,
    ours.State.CLARIFICATION: 1,
    ours.State.EXECUTED: 2,
    ours.State.REFUSED: 3,
    ours.State.WITHDRAWN: 3,
}


def terms_of_release() -> Terms:
    return Terms(Handling.AMBER_STRICT, timezone.now() + 9 * DAY)


class Life(RuleBasedStateMachine):
    """One request between two countries of the node: both sides do what they can, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint: Any = transaction.atomic()
        self.savepoint.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.asked = make_asked()
        self.request = delivered(self.asked)
        self.ever_closed = False

    @property
    def now(self) -> IncomingRequest:
        found: IncomingRequest = IncomingRequest.everywhere.get(pk=self.request.pk)
        return found

    @rule(
        event=st.sampled_from(sorted(set(Event) - {Event.WRITE, Event.ERASE, Event.PASS})),
        who=st.sampled_from(["lena", "lars", "dora"]),
    )
    def somebody_does_something(self, event: Event, who: str) -> None:
        by = {"lena": self.asked.legal, "lars": self.asked.second, "dora": self.asked.police}[who]
        before, told = self.now, sent_one(self.request).state
        side = Who.DESK if who == "dora" else Who.AUTHORITY
        step = TRANSITIONS.get((State(before.state), event))
        ground = "other" if event is Event.REFUSE else "other-postpone"
        try:
            with transaction.atomic():
                do(by, before, event, said=Said(ground=ground, duty=Duty.DECIDE))
        except Refusal:
            assert self.now.state == before.state
            assert sent_one(self.request).state == told
        else:
            assert step is not None
            assert step.who is not None
            assert side in step.who
            assert self.now.state == step.after
            if event in {Event.ANSWER, Event.ANSWER_PART}:
                assert before.executed_by_id != by.person.pk  # type: ignore[union-attr]

    @rule(who=st.sampled_from(["lena", "dora"]))
    def somebody_passes_it(self, who: str) -> None:
        by = self.asked.legal if who == "lena" else self.asked.police
        before = self.now
        try:
            with transaction.atomic(), scope(by):
                actions.pass_on(
                    by, REASON, before, self.asked.desk.pk, Terms(Handling.AMBER_STRICT, timezone.now() + 9 * DAY)
                )
        except Refusal:
            assert self.now.state == before.state
        else:
            assert who == "lena"
            assert (before.state, self.now.state) == (State.RECOGNISED, State.WITH_DESK)

    @rule(event=st.sampled_from([ours.Event.CLARIFY, ours.Event.WITHDRAW]))
    def the_sender_says_something(self, event: ours.Event) -> None:
        viewer, before = self.asked.world.legal, State(self.now.state)
        try:
            with transaction.atomic(), scope(viewer):
                outgoing.happen(viewer, REASON, sent_one(self.request), event, "synthetic")
        except Refusal:
            assert self.now.state == before
            return
        theirs = Event.COMPLETE if event is ours.Event.CLARIFY else Event.WITHDRAW
        step = TRANSITIONS.get((before, theirs))
        assert self.now.state == (step.after if step else before)

    @invariant()
    def what_is_due_is_what_the_rules_say_now(self) -> None:
        now = self.now
        found = None if State(now.state) in CLOSED else terms.next_due(dues_of(now))
        assert (now.due, now.due_at) == ((found.duty, found.at) if found else ("", NEVER))

    @invariant()
    def the_days_are_there_exactly_where_the_state_says_so(self) -> None:
        now = self.now
        assert (now.answered_at is not None) == (now.state == State.ANSWERED)
        open_ones = [one for one in now.pauses if one[1] is None]
        assert bool(open_ones) == (now.state in {State.COMPLETION, State.POSTPONED})
        if now.state in {State.RECOGNISED, State.WITH_DESK, State.EXECUTED, State.ANSWERED}:
            assert now.decided_at is not None

    @invariant()
    def the_desk_sees_it_from_the_day_it_was_passed_and_nobody_else_ever(self) -> None:
        sees = set(Release.valid().filter(record=self.request.pk).values_list("recipient_id", flat=True))
        assert sees <= {self.asked.desk.pk}
        if self.now.state == State.WITH_DESK:
            assert sees

    @invariant()
    def the_other_side_is_never_ahead_of_it(self) -> None:
        theirs, now = ours.State(sent_one(self.request).state), self.now
        assert theirs in FORWARD
        if theirs is ours.State.REFUSED:
            assert now.state == State.REFUSED
        if now.state == State.ANSWERED:
            assert theirs is ours.State.EXECUTED


@pytest.mark.slow
def test_whatever_both_sides_do_the_tables_hold() -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.once
def test_one_life() -> None:
    """The same machine by hand, so that the quick suite has one walk of it."""
    machine = Life()
    machine.begin()
    walk: list[tuple[Event | None, str]] = [
        (Event.ACKNOWLEDGE, "lena"),
        (Event.ASK, "lena"),
        (Event.COMPLETE, "lars"),
        (Event.RECOGNISE, "dora"),
        (Event.RECOGNISE, "lena"),
        (Event.POSTPONE, "lena"),
        (Event.RESUME, "lena"),
        (Event.RECOGNISE, "lena"),
        (None, "lena"),
        (Event.EXECUTE, "lena"),
        (Event.EXECUTE, "dora"),
        (Event.NOT_YET, "lena"),
        (Event.EXECUTE, "lena"),
        (Event.ANSWER, "lena"),
        (Event.ANSWER, "lars"),
        (Event.REOPEN, "lena"),
    ]
    for event, who in walk:
        if event is None:
            machine.somebody_passes_it(who)
        else:
            machine.somebody_does_something(event, who)
        machine.what_is_due_is_what_the_rules_say_now()
        machine.the_days_are_there_exactly_where_the_state_says_so()
        machine.the_desk_sees_it_from_the_day_it_was_passed_and_nobody_else_ever()
        machine.the_other_side_is_never_ahead_of_it()
    assert machine.now.state == State.ANSWERED
    machine.teardown()


def test_every_state_is_reached_and_every_state_can_be_left_but_by_its_end() -> None:
    reached, frontier = {State.RECEIVED}, {State.RECEIVED}
    while frontier:
        frontier = {step.after for (before, _event), step in TRANSITIONS.items() if before in frontier} - reached
        reached |= frontier
    assert reached == set(State)
    for state in incoming.OPEN:
        assert (state, Event.WITHDRAW) in TRANSITIONS
    for (before, event), step in TRANSITIONS.items():
        assert step.who, f"{before} {event} is for nobody in particular"


def test_a_desk_does_nothing_but_execute_and_give_back() -> None:
    assert {event for (_state, event), step in TRANSITIONS.items() if step.who and Who.DESK in step.who} == {
        Event.EXECUTE,
        Event.GIVE_BACK,
    }


@pytest.mark.once
@pytest.mark.parametrize(
    "wrong",
    [
        {"requested": "XA"},
        {"state": "refused"},
        {"state": "with_desk"},
        {"state": "executed"},
        {"state": "answered"},
        {"state": "draft"},
        {"answered_at": "now"},
        {"sender": "itself"},
        {"state": "withdrawn"},
    ],
)
def test_the_database_refuses_what_can_never_be(wrong: dict[str, Any]) -> None:
    asked = make_asked()
    request = taken(asked)
    now = {"now": timezone.now(), "itself": asked.authority}
    with pytest.raises(IntegrityError), transaction.atomic():
        IncomingRequest.everywhere.filter(pk=request.pk).update(**{k: now.get(v, v) for k, v in wrong.items()})


@pytest.mark.once
def test_a_line_of_correspondence_and_kept_data_are_of_one_direction() -> None:
    asked = make_asked()
    request = delivered(asked)
    sent = sent_one(request)
    for sides in ({}, {"request": sent, "incoming": request}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AssistanceNote.everywhere.create(organisation=asked.authority, event="note", **sides)
        case = {"case": sent.case, "incoming": request} if sides else {}
        with pytest.raises(IntegrityError), transaction.atomic():
            HeldData.everywhere.create(organisation=asked.authority, label="x", holder="XV", data="content", **case)


@pytest.mark.once
def test_an_outgoing_reaches_one_authority_once() -> None:
    asked = make_asked()
    request = delivered(asked)
    copy = IncomingRequest.everywhere.get(pk=request.pk)
    copy.pk, copy.code = None, "ANOTHER-1"
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)


def test_whoever_executed_does_not_answer() -> None:
    asked = make_asked()
    request = taken(asked)
    for event in (Event.RECOGNISE, Event.EXECUTE):
        do(asked.legal, request, event)
    with pytest.raises(Refusal):
        do(asked.legal, request, Event.ANSWER)
    assert do(asked.second, request, Event.ANSWER).state == State.ANSWERED


def test_a_refusal_names_a_ground_of_its_instrument_and_says_it_in_words() -> None:
    asked = make_asked()
    request = taken(asked)
    for ground, words in (("", "x"), ("coe-2a", "x"), ("eio-15a", "x"), ("eio-11d", " ")):
        with pytest.raises(Refusal):
            do(asked.legal, request, Event.REFUSE, words, Said(ground=ground))
    found = do(asked.legal, request, Event.REFUSE, "Judged here in 2029.", Said(ground="eio-11d"))
    assert (found.state, found.ground, found.due) == (State.REFUSED, "eio-11d", "")


def test_notice_of_a_delay_is_given_once_and_where_the_law_gives_time() -> None:
    asked = make_asked()
    request = taken(asked)
    due = {one.duty: one.at for one in dues_of(request)}
    with pytest.raises(Refusal):
        do(asked.legal, request, Event.EXTEND, said=Said(duty=Duty.ACKNOWLEDGE))
    later = do(asked.legal, request, Event.EXTEND, said=Said(duty=Duty.DECIDE))
    moved = {one.duty: one.at for one in dues_of(later)}
    assert moved[Duty.DECIDE] > due[Duty.DECIDE] + 27 * DAY  # type: ignore[operator]
    assert moved[Duty.ACKNOWLEDGE] == due[Duty.ACKNOWLEDGE]
    with pytest.raises(Refusal):
        do(asked.legal, request, Event.EXTEND, said=Said(duty=Duty.DECIDE))


def test_what_was_closed_by_mistake_is_opened_again_and_is_due_again() -> None:
    asked = make_asked()
    request = taken(asked)
    do(asked.legal, request, Event.WITHDRAW)
    found = do(asked.legal, request, Event.REOPEN)
    assert (found.state, found.due) == (State.ACKNOWLEDGED, Duty.ACKNOWLEDGE)


def test_every_act_leaves_one_entry_of_its_own() -> None:
    asked = make_asked()
    request = taken(asked)
    passed(asked, request)
    do(asked.police, request, Event.EXECUTE)
    do(asked.legal, request, Event.ANSWER)
    found = list(
        Entry.objects.filter(kind=IncomingRequest.KIND, subject=request.pk).order_by("id").values_list("act", flat=True)
    )
    assert found == [
        "cases.incoming.received",
        "cases.incoming.decided",
        "organisations.release.made",
        "cases.incoming.passed",
        "cases.incoming.executed",
        "cases.incoming.answered",
    ]


def test_the_numbers_of_the_alliance_are_of_what_we_send_alone() -> None:
    """Populations count acts by their codes: none of an incoming request may be among those that they count."""
    from vaern.node.alliance.rules.populations import POPULATIONS

    counted = {act for one in POPULATIONS.values() for column in one.columns for act in column.acts}
    assert counted & {"cases.assistance.sent", "cases.clock.lapsed"}
    assert not {act for act in counted if act.startswith("cases.incoming.")}


def test_it_is_late_from_the_moment_its_period_ends() -> None:
    asked = make_asked()
    request = taken(asked, received_at=timezone.now() - timedelta(days=20))
    assert request.due == Duty.ACKNOWLEDGE
    assert request.due_at < timezone.now()
    found = do(asked.legal, request, Event.ACKNOWLEDGE)
    assert found.due == Duty.DECIDE
    assert found.due_at > timezone.now()
