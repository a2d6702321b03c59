"""The pages of private comparisons: what they say before, what they show after, and to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from tests.node.crosscheck.intersection.sides import WHY, Side, on_for_both, value
from tests.node.factories import make_person, sign_in

from vaern.node.crosscheck.intersection import actions
from vaern.node.crosscheck.models import ComparisonPair, ComparisonRun
from vaern.node.organisations.rules import OrganisationKind, Role

if TYPE_CHECKING:
    from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.once]


class Window:
    """A browser of one person, without a browser."""

    def __init__(self, client: Client, person: Any) -> None:
        self.client = client
        sign_in(client, person)

    def reads(self, name: str, *arguments: Any, status: int = 200) -> str:
        answer = self.client.get(reverse(f"crosscheck:{name}", args=arguments), follow=True)
        assert answer.status_code == status, name
        return answer.content.decode()

    def sends(self, name: str, *arguments: Any, status: int = 200, **given: str) -> str:
        address = reverse(f"crosscheck:{name}", args=arguments)
        answer = self.client.post(address, {"why": "investigation", **given}, follow=True)
        assert answer.status_code == status, answer.content.decode()
        return answer.content.decode()


@pytest.fixture
def window() -> Any:
    from django.test import Client

    return lambda person: Window(Client(), person)


def test_the_story_on_the_pages(window: Any) -> None:
    one, other = Side(), Side(OrganisationKind.HOTLINE)
    mine, theirs = one.holds(*range(150)), other.holds(*range(110, 310))
    for side, partner in ((one, other), (other, one)):
        keeper = window(side.keeper.person)
        assert partner.organisation.name in keeper.reads("private-partners")
        assert "An experiment" in keeper.reads("private-switch", partner.id)
        assert "Saved" in keeper.sends("private-switch", partner.id, on="on", why="administration")
    (pair,) = ComparisonPair.everywhere.all()
    asks, answers = window(one.person), window(make_person(Role.ANALYST, other.organisation))
    assert "by night" in asks.reads("private-pair", pair.pk)
    assert "by night" in asks.sends("private-ask", pair.pk, status=409)
    actions.nightly()
    assert "Count what both hold" in asks.reads("private-pair", pair.pk)
    preview = asks.reads("private-ask", pair.pk)
    assert all(words in preview for words in ("You learn", "The other side learns", "What leaks", "150 values"))
    assert "Counted" in asks.sends("private-ask", pair.pk)
    (run,) = ComparisonRun.everywhere.all()
    for side in (asks, answers):
        shown = side.reads("private-run", run.pk)
        assert ">40<" in shown
        assert "An experiment" in shown
        assert "Your records that are in common" not in shown
        assert side.reads("private-pair", pair.pk).count(">40<") == 1
        assert value(120) not in shown
    assert "Proposed" in asks.sends("private-propose", run.pk)
    assert "Withdraw" in asks.reads("private-run", run.pk)
    assert "Answer" in answers.client.get("/").content.decode()
    assert "Agreed" in answers.sends("private-agree", run.pk)
    for side, organisation in ((asks, one), (answers, other)):
        shown = side.reads("private-run", run.pk)
        assert "Your records that are in common" in shown
        assert str((theirs if organisation is one else mine).pk) not in shown
    assert "Saved" in window(other.keeper.person).sends("private-switch", one.id, why="administration")
    assert "Your records that are in common" not in asks.reads("private-run", run.pk)


def test_a_refusal_and_a_withdrawal_on_the_pages(window: Any) -> None:
    one, other = Side(), Side()
    one.holds(*range(100))
    other.holds(*range(100))
    pair = on_for_both(one, other)
    actions.nightly()
    run = actions.ask(one.viewer, WHY, pair)
    asks, answers = window(one.person), window(other.person)
    answers.sends("private-propose", run.pk)
    assert "Withdrawn" in answers.sends("private-withdraw", run.pk)
    asks.sends("private-propose", run.pk)
    assert "Refused" in answers.sends("private-refuse", run.pk, refusal="sensitive")
    assert "The work is too sensitive" in asks.reads("private-run", run.pk)


def test_others_find_nothing_and_who_may_not_is_told_so(window: Any) -> None:
    one, other, stranger = Side(), Side(), Side()
    one.holds(*range(100))
    other.holds(*range(100))
    pair = on_for_both(one, other)
    actions.nightly()
    run = actions.ask(one.viewer, WHY, pair)
    outside = window(stranger.person)
    for name, found in (("private-pair", pair.pk), ("private-ask", pair.pk), ("private-run", run.pk)):
        outside.reads(name, found, status=404)
    for name in ("propose", "agree", "refuse", "withdraw"):
        outside.reads(f"private-{name}", run.pk, status=404)
    assert other.organisation.name not in outside.reads("private")
    keeper = window(stranger.keeper.person)
    keeper.reads("private-switch", stranger.id, status=404)
    keeper.reads("private", status=403)
    outside.reads("private-partners", status=403)
