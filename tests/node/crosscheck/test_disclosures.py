"""Reveals: nobody learns anything of the other side before both agreed, under any order of what can happen."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.node.crosscheck.factories import make_record, some_key
from tests.node.crosscheck.test_registry import failures
from tests.node.factories import make_organisation, make_person, viewer_for

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.crosscheck.base import disclosures as queries
from vaern.node.crosscheck.disclosures import actions
from vaern.node.crosscheck.models import Enrolment, Reveal
from vaern.node.crosscheck.registry.actions import register_keys, withdraw
from vaern.node.crosscheck.registry.queries import find as find_meeting
from vaern.node.crosscheck.rules import disclosures as rules
from vaern.node.crosscheck.rules.disclosures import TRANSITIONS, Level, RefusalGround, RevealEvent, RevealState, Who
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import OrganisationKind, Role

WHY = Reason(Why.INVESTIGATION, "a word that only our own account holds")
POLICE = OrganisationKind.POLICE

pytestmark = pytest.mark.django_db


_number = count(10_000)


class Two:
    """Two organisations whose records met."""

    def __init__(self):
        self.people = [make_person(Role.INVESTIGATOR, make_organisation(POLICE)) for _ in range(2)]
        self.viewers = [viewer_for(person) for person in self.people]
        self.records = [make_record(person.organisation) for person in self.people]
        key = some_key(next(_number))
        for record in self.records:
            made = register_keys(record, [key])
        (self.meeting,) = made

    def shown(self, side):
        with viewing(self.people[side].organisation_id):
            return queries.reveals_of(self.viewers[side], [self.meeting.pk])

    def find(self, side, reveal):
        with viewing(self.people[side].organisation_id):
            return queries.find(self.viewers[side], reveal.pk)


@pytest.fixture
def two():
    return Two()


def test_both_learn_the_same_and_only_after_both_agreed(two) -> None:
    reveal = actions.ask(two.viewers[0], WHY, two.meeting, Level.CONTACT, "desk@one.example")
    (asks,), (asked,) = two.shown(0), two.shown(1)
    assert (asked.mine, asked.partner, asked.contact, asked.why) == (False, None, "", "investigation")
    assert (asks.partner, asks.contact, asks.said) == (None, "", "desk@one.example")
    assert "desk@one.example" not in repr(asked)
    actions.agree(two.viewers[1], WHY, reveal, "desk@other.example")
    (asks,), (asked,) = two.shown(0), two.shown(1)
    assert (asks.partner, asks.contact) == (two.people[1].organisation, "desk@other.example")
    assert (asked.partner, asked.contact) == (two.people[0].organisation, "desk@one.example")
    told = Entry.objects.filter(act="crosscheck.reveal.agreed")
    assert {(entry.owner, entry.recipient) for entry in told} == {
        (two.people[0].organisation_id, two.people[1].organisation_id),
        (two.people[1].organisation_id, two.people[0].organisation_id),
    }


def test_no_account_names_the_other_side_before_both_agreed(two) -> None:
    reveal = actions.ask(two.viewers[0], WHY, two.meeting, Level.ORGANISATION)
    actions.refuse(two.viewers[1], WHY, reveal, RefusalGround.SENSITIVE)
    ids = [{person.organisation_id, person.pk} for person in two.people]
    for own, other in (ids, ids[::-1]):
        organisation = next(iter(own & {person.organisation_id for person in two.people}))
        for entry in Entry.objects.filter(owner=organisation, act__startswith="crosscheck."):
            assert not {entry.person, entry.organisation, entry.recipient} & other
    (refused,) = two.shown(0)
    assert (refused.state, refused.refusal, refused.partner) == (RevealState.REFUSED, RefusalGround.SENSITIVE, None)


def test_whoever_was_refused_waits_and_whoever_refused_need_not(two) -> None:
    reveal = actions.ask(two.viewers[0], WHY, two.meeting, Level.ORGANISATION)
    with pytest.raises(Refusal, match="asked already"):
        actions.ask(two.viewers[1], WHY, two.meeting, Level.ORGANISATION)
    actions.refuse(two.viewers[1], WHY, reveal, RefusalGround.NOT_NOW)
    with pytest.raises(Refusal, match="not long ago"):
        actions.ask(two.viewers[0], WHY, two.meeting, Level.ORGANISATION)
    again = actions.ask(two.viewers[1], WHY, two.meeting, Level.ORGANISATION)
    actions.agree(two.viewers[0], WHY, again)
    with pytest.raises(Refusal, match="agreed"):
        actions.ask(two.viewers[0], WHY, two.meeting, Level.ORGANISATION)
    actions.ask(two.viewers[1], WHY, two.meeting, Level.CONTACT, "desk@other.example")


def test_the_day_after_which_one_may_ask_again_is_the_nodes(two) -> None:
    reveal = actions.ask(two.viewers[0], WHY, two.meeting, Level.ORGANISATION)
    actions.refuse(two.viewers[1], WHY, reveal, RefusalGround.NOT_NOW)
    again = datetime(2099, 12, 31, 23, 30, tzinfo=UTC)
    Reveal.everywhere.update(answered_at=again - rules.ASKED_AGAIN_AFTER)
    with pytest.raises(Refusal, match="ask again after 2100-01-01"):
        actions.ask(two.viewers[0], WHY, two.meeting, Level.ORGANISATION)


def test_nobody_else_has_a_part_in_it(two) -> None:
    third = viewer_for(make_person(Role.INVESTIGATOR))
    reveal = actions.ask(two.viewers[0], WHY, two.meeting, Level.ORGANISATION)
    for do in (
        lambda: actions.ask(third, WHY, two.meeting, Level.ORGANISATION),
        lambda: actions.agree(third, WHY, reveal),
        lambda: actions.refuse(third, WHY, reveal, RefusalGround.NO_NEED),
    ):
        with pytest.raises(Refusal):
            do()
    with viewing(third.organisation.id):
        assert queries.find(third, reveal.pk) is None
        assert find_meeting(third, two.meeting.pk) is None


def test_two_records_of_one_organisation_need_no_reveal() -> None:
    person = make_person(Role.INVESTIGATOR)
    register_keys(make_record(person.organisation), [some_key(1)])
    (meeting,) = register_keys(make_record(person.organisation), [some_key(1)])
    with pytest.raises(Refusal, match="own"):
        actions.ask(viewer_for(person), WHY, meeting, Level.ORGANISATION)


def test_the_table_lets_a_side_be_shown_only_by_the_other_sides_agreement() -> None:
    leading = {
        (state, event, who)
        for (state, event), step in TRANSITIONS.items()
        for who in step.who or ()
        if step.after in rules.SHOWN and event is not RevealEvent.ERASE
    }
    assert leading == {(RevealState.ASKED, RevealEvent.AGREE, Who.ASKED)}


class Walk(RuleBasedStateMachine):
    """Anything in any order; a model keeps what each side has agreed to, and the pages may show no more."""

    @initialize()
    def begin(self):
        Enrolment.everywhere.all().delete()
        self.two = Two()
        self.agreed = {}  # reveal → the level to which both said yes, while nothing has ended it
        self.open = None  # (reveal, side that asked)
        self.closed, self.erased = set(), False

    def attempt(self, do):
        try:
            with transaction.atomic():
                return do()
        except Refusal:
            return None

    @rule(side=st.integers(0, 1), level=st.sampled_from(Level))
    def ask(self, side, level):
        made = self.attempt(
            lambda: actions.ask(self.two.viewers[side], WHY, self.two.meeting, level, f"desk{side}@x.example")
        )
        if made:
            assert self.open is None
            assert not self.closed
            assert not self.erased
            self.open = (made, side)

    @precondition(lambda self: self.open)
    @rule(side=st.integers(0, 1))
    def agree(self, side):
        reveal, asker = self.open
        done = self.attempt(lambda: actions.agree(self.two.viewers[side], WHY, reveal, f"desk{side}@x.example"))
        if done:
            assert side != asker
            assert not self.closed
            assert not self.erased
            self.agreed[reveal.pk] = reveal
            self.open = None

    @precondition(lambda self: self.open)
    @rule(side=st.integers(0, 1))
    def refuse(self, side):
        reveal, asker = self.open
        if self.attempt(lambda: actions.refuse(self.two.viewers[side], WHY, reveal, RefusalGround.NOT_NOW)):
            assert side != asker
            self.open = None

    @precondition(lambda self: self.open)
    @rule(side=st.integers(0, 1))
    def withdraw(self, side):
        reveal, asker = self.open
        if self.attempt(lambda: actions.withdraw(self.two.viewers[side], WHY, reveal)):
            assert side == asker
            self.open = None

    @precondition(lambda self: self.agreed)
    @rule(side=st.integers(0, 1))
    def recall(self, side):
        pk, reveal = next(iter(self.agreed.items()))
        if self.attempt(lambda: actions.recall(self.two.viewers[side], WHY, reveal)):
            del self.agreed[pk]

    @rule(stored=st.booleans())
    def time_passes(self, stored):
        past = timezone.now() - timedelta(seconds=1)
        Reveal.everywhere.update(asked_at=past - rules.LASTS - rules.ASKED_AGAIN_AFTER, expires_at=past)
        Reveal.everywhere.exclude(answered_at=None).update(answered_at=past - rules.ASKED_AGAIN_AFTER)
        if stored:
            actions.expire()
        self.open = None

    @rule(side=st.integers(0, 1))
    def close_or_open_an_organisation(self, side):
        self.closed ^= {side}
        Organisation.objects.filter(pk=self.two.people[side].organisation_id).update(active=side not in self.closed)
        for viewer in self.two.viewers:
            viewer.organisation.refresh_from_db()

    @rule(side=st.integers(0, 1), really=st.integers(0, 7))
    def erase(self, side, really):
        if really == 0 and withdraw(self.two.records[side]):
            self.erased, self.open, self.agreed = True, None, {}

    @invariant()
    def nobody_is_shown_what_both_did_not_agree_to(self):
        for side, viewer in enumerate(self.two.viewers):
            other = self.two.people[1 - side].organisation
            shown = {one.id: one for one in self.two.shown(side)}
            assert not (self.erased and shown)
            for id_, one in shown.items():
                both = id_ in self.agreed and not self.closed
                assert one.partner == (other if both else None)
                contact = f"desk{1 - side}@x.example"
                assert (one.contact == contact) is (both and one.level is Level.CONTACT)
                assert both or contact not in repr(one)
                assert viewer.organisation != one.partner


@pytest.mark.once
@pytest.mark.parametrize("examples", [4, pytest.param(40, marks=pytest.mark.slow)])
def test_nobody_learns_anything_before_both_agreed_in_any_order(examples: int) -> None:
    run_state_machine_as_test(Walk, settings=settings(max_examples=examples, stateful_step_count=25))


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_agreeing_and_withdrawing_at_one_moment_have_one_winner() -> None:
    for _round in range(4):
        with transaction.atomic():
            two = Two()
            reveal = actions.ask(two.viewers[0], WHY, two.meeting, Level.ORGANISATION)

        def tries(do):
            def run():
                with suppress(Refusal):
                    do()

            return run

        failed = failures(
            tries(lambda t=two, r=reveal: actions.agree(t.viewers[1], WHY, r)),
            tries(lambda t=two, r=reveal: actions.withdraw(t.viewers[0], WHY, r)),
        )
        assert not failed
        state = Reveal.everywhere.get(pk=reveal.pk).state
        agreed = Entry.objects.filter(act="crosscheck.reveal.agreed", subject=two.records[0].pk).count()
        assert agreed == (state == "agreed")
        assert state in {"agreed", "withdrawn"}
