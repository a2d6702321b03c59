"""To which country a record points is asked of the hub, which never sees the record; a person there passes it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.node.exchange import hubs
from tests.node.exchange.hubs import NORTHLAND, REASON_OF_WORK, SOUTHLAND, Trio
from tests.node.factories import make_organisation, make_person, viewer_for

from vaern.node.base.scope import viewing
from vaern.node.crosscheck.desk import actions, queries
from vaern.node.crosscheck.models import CountryQuestion, HeldQuestion, HeldRecord
from vaern.node.exchange.peers.directories import send_changed_directories
from vaern.node.organisations.rules import OrganisationKind, Role

if TYPE_CHECKING:
    from tests.node.exchange.conftest import Begin

pytestmark = pytest.mark.once  # several whole nodes each


@pytest.fixture
def trio(begin: Begin) -> Trio:
    found = hubs.trio(*begin(*hubs.names()))
    found.north.do(actions.name_country, allowed=True)
    found.meet()
    return found


def ask(trio: Trio) -> CountryQuestion:
    """Let the desk in the south ask, and return its question."""
    enrolment = trio.south.enrolment()
    found: CountryQuestion = trio.south.do(actions.ask_country, enrolment, SOUTHLAND, "")
    trio.rest()
    return found


def answer(trio: Trio, *, declined: bool = False) -> None:
    """Let a person at the hub answer the only question."""
    with trio.hub.on():
        person = make_person(Role.CROSS_CHECKER, make_organisation(OrganisationKind.HUB))
        checker = viewer_for(person)
        with viewing(checker.organisation.id):
            ((held, keys),) = queries.questions(checker)
            assert keys == 1
            actions.answer_country(checker, REASON_OF_WORK, held.pk, declined=declined)
    trio.rest()


def asked(trio: Trio, question: CountryQuestion) -> CountryQuestion:
    with trio.south.node.on():
        found: CountryQuestion = CountryQuestion.everywhere.get(pk=question.pk)
        return found


def test_the_answer_has_what_both_know_and_the_desks_that_take_reports(trio: Trio) -> None:
    with trio.north.node.on():
        send_changed_directories()
    trio.rest()
    question = ask(trio)
    assert (asked(trio, question).answered_at, question.proposals) == (None, [])
    answer(trio)
    found = asked(trio, question)
    lines = {one["country"]: [line["code"] for line in one["lines"]] for one in found.proposals}
    assert lines == {NORTHLAND: ["held"], SOUTHLAND: ["host"]}
    desks = {(one["name"], one["node"]) for one in found.desks}
    assert (trio.north.viewer.organisation.name, trio.north.node.name) in desks


def test_a_desk_of_the_members_own_node_does_not_answer_for_the_hub(trio: Trio) -> None:
    ask(trio)
    with trio.south.node.on():
        checker = viewer_for(make_person(Role.CROSS_CHECKER, make_organisation(OrganisationKind.HUB)))
        with viewing(checker.organisation.id):
            assert queries.questions(checker) == []


def test_that_it_cannot_be_said_is_an_answer(trio: Trio) -> None:
    question = ask(trio)
    answer(trio, declined=True)
    found = asked(trio, question)
    assert (found.declined, found.proposals, found.desks) == (True, [], [])
    assert found.answered_at is not None


def test_a_country_counts_only_while_its_administrator_allows_it(trio: Trio) -> None:
    trio.clock()
    with trio.hub.on():
        assert set(HeldRecord.objects.values_list("country", flat=True)) == {NORTHLAND, ""}
    trio.north.do(actions.name_country, allowed=False)
    trio.clock()
    with trio.hub.on():
        assert set(HeldRecord.objects.values_list("country", flat=True)) == {""}
    ask(trio)
    with trio.hub.on():
        (held,) = HeldQuestion.objects.all()
        assert [one["country"] for one in held.proposals] == [SOUTHLAND]


def test_a_record_that_goes_takes_its_question_with_it(trio: Trio) -> None:
    from django.db import transaction

    from vaern.node.crosscheck.registry.actions import withdraw

    ask(trio)
    with trio.south.node.on(), transaction.atomic():
        withdraw(trio.south.records[0])
    trio.rest()
    with trio.hub.on():
        assert HeldQuestion.objects.count() == 0
