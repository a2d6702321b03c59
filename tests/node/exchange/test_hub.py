"""The hub says that two members work on the same; who, they say to each other, and only if both agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from tests.node.exchange import hubs
from tests.node.exchange.hubs import Trio, file_key, mail_key

from vaern.node.base.scope import viewing
from vaern.node.crosscheck.base.disclosures import Introduced, reveals_of
from vaern.node.crosscheck.disclosures import actions
from vaern.node.crosscheck.models import HeldMeeting, HeldRecord, HeldValue, Meeting, Reveal, Told
from vaern.node.crosscheck.registry import actions as registry
from vaern.node.crosscheck.registry.queries import meetings_of
from vaern.node.crosscheck.rules.disclosures import Level, RefusalGround, RevealState
from vaern.node.crosscheck.rules.registry import State, Update

if TYPE_CHECKING:
    from tests.node.exchange.conftest import Begin
    from tests.node.exchange.hubs import Side

    from vaern.node.crosscheck.base.disclosures import Shown

pytestmark = pytest.mark.once  # several whole nodes each


@pytest.fixture
def trio(begin: Begin) -> Trio:
    return hubs.trio(*begin(*hubs.names()))


def shown(side: Side) -> list[Shown]:
    """The disclosures of a side's only meeting, as its desk sees them."""
    meeting = side.meeting()
    with side.node.on(), viewing(side.viewer.organisation.id):
        return reveals_of(side.viewer, [meeting.pk])


def reveal(side: Side) -> Reveal:
    """The latest disclosure of a side."""
    with side.node.on():
        found: Reveal = Reveal.everywhere.select_related("meeting").latest("asked_at")
        return found


def test_two_members_that_hold_the_same_are_both_told(trio: Trio) -> None:
    trio.north.enrol(mail_key, file_key)
    trio.rest()
    assert trio.north.meetings() == []
    trio.south.enrol(mail_key)
    trio.rest()
    for side in (trio.north, trio.south):
        with side.node.on(), viewing(side.viewer.organisation.id):
            (met,) = meetings_of(side.viewer, side.records[0])
        assert (met.kinds, met.elsewhere, met.new, met.other) == (["email"], True, True, None)
        assert met.state is State.OPEN


def test_what_only_one_holds_and_what_one_node_holds_twice_meets_nobody(trio: Trio) -> None:
    trio.north.enrol(mail_key)
    trio.north.enrol(mail_key)
    trio.south.enrol(file_key)
    trio.rest()
    assert trio.north.meetings() == trio.south.meetings() == []
    with trio.north.node.on():
        assert Meeting.everywhere.filter(other__isnull=False).count() == 1
    with trio.hub.on():
        assert HeldMeeting.objects.count() == 0


def test_how_the_work_stands_is_told_to_whoever_met_it(trio: Trio) -> None:
    trio.meet()
    with trio.north.node.on(), transaction.atomic():
        registry.send_update(trio.north.records[0], Update.SAFEGUARDED)
    trio.rest()
    with trio.south.node.on():
        assert list(Told.everywhere.values_list("code", flat=True)) == ["safeguarded"]
    assert trio.south.meeting().elsewhere.state == State.IDENTIFIED.value
    with trio.north.node.on(), transaction.atomic():
        registry.change(trio.north.records[0], State.CLOSED)
    trio.rest()
    assert trio.south.meeting().elsewhere.state == State.CLOSED.value


def test_a_record_that_goes_takes_its_meetings_with_it_everywhere(trio: Trio) -> None:
    trio.meet()
    with trio.north.node.on(), transaction.atomic():
        registry.withdraw(trio.north.records[0])
    trio.rest()
    assert trio.north.meetings() == trio.south.meetings() == []
    with trio.hub.on():
        assert (HeldRecord.objects.count(), HeldValue.objects.count(), HeldMeeting.objects.count()) == (1, 1, 0)


def test_a_value_that_goes_takes_the_meetings_that_rested_on_it_alone(trio: Trio) -> None:
    trio.north.enrol(mail_key, file_key)
    trio.south.enrol(mail_key, file_key)
    trio.rest()
    for make_key, left in ((mail_key, 1), (file_key, 0)):
        with trio.south.node.on(), transaction.atomic():
            registry.drop(trio.south.records[0], [make_key()])
        trio.rest()
        assert len(trio.north.meetings()) == len(trio.south.meetings()) == left


def test_both_say_who_they_are_once_both_agreed_and_both_learn_the_same(trio: Trio) -> None:
    trio.meet()
    trio.north.do(actions.ask, trio.north.meeting(), Level.CONTACT, "desk@north.example")
    trio.rest()
    (waiting,) = shown(trio.south)
    assert (waiting.mine, waiting.partner, waiting.level, waiting.state) == (
        False,
        None,
        Level.CONTACT,
        RevealState.ASKED,
    )
    trio.south.do(actions.agree, reveal(trio.south), "desk@south.example")
    trio.rest()
    for side, other, contact in (
        (trio.north, trio.south, "desk@south.example"),
        (trio.south, trio.north, "desk@north.example"),
    ):
        (one,) = shown(side)
        assert one.state is RevealState.AGREED
        assert isinstance(one.partner, Introduced)
        assert (one.partner.name, one.partner.node) == (other.viewer.organisation.name, other.node.name)
        assert (one.contact, one.partner.checked) == (contact, True)
    trio.south.do(actions.recall, reveal(trio.south))
    trio.rest()
    for side in (trio.north, trio.south):
        (one,) = shown(side)
        assert (one.state, one.partner, one.contact) == (RevealState.RECALLED, None, "")


def test_who_is_refused_learns_the_word_and_waits(trio: Trio) -> None:
    trio.meet()
    trio.north.do(actions.ask, trio.north.meeting(), Level.ORGANISATION)
    trio.rest()
    trio.south.do(actions.refuse, reveal(trio.south), RefusalGround.SENSITIVE)
    trio.rest()
    (one,) = shown(trio.north)
    assert (one.state, one.refusal, one.partner) == (RevealState.REFUSED, RefusalGround.SENSITIVE, None)


def test_a_question_that_is_taken_back_waits_for_nobody(trio: Trio) -> None:
    trio.meet()
    trio.north.do(actions.ask, trio.north.meeting(), Level.ORGANISATION)
    trio.rest()
    trio.north.do(actions.withdraw, reveal(trio.north))
    trio.rest()
    (one,) = shown(trio.south)
    assert one.state is RevealState.WITHDRAWN


def test_of_two_questions_at_once_one_stays_and_it_is_the_same_on_both(trio: Trio) -> None:
    trio.meet()
    for side in (trio.north, trio.south):
        side.do(actions.ask, side.meeting(), Level.ORGANISATION)
    trio.rest()
    waiting = {one.id for side in (trio.north, trio.south) for one in shown(side) if one.state is RevealState.ASKED}
    assert len(waiting) == 1
    assert all(any(one.id in waiting for one in shown(side)) for side in (trio.north, trio.south))
