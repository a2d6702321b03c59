"""What is undone at once is as it was before; where others were notified, no undo is offered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_member, make_person, sign_in
from tests.node.undoing import done, undone
from tests.node.victims.factories import make_desk, make_series

from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import Role
from vaern.node.victims.models import Clue, Member, MergeProposal, Separation, Series, Tiding

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.node.organisations.models import Person

pytestmark = pytest.mark.django_db


@dataclass
class World:
    """A desk with two series of its own, and somebody who works there."""

    person: Person
    series: Series
    other: Series

    @classmethod
    def make(cls) -> World:
        """Make it; countries of the alliance are there to be proposed."""
        desk = make_desk()
        make_member("DK"), make_member("SE")
        return cls(make_person(Role.IDENTIFIER, desk), make_series(desk, (1, 2)), make_series(desk, (3,)))

    def given(self, **fields: object) -> None:
        """Let the series be in another state from the beginning."""
        Series.everywhere.filter(pk=self.series.pk).update(**fields)
        self.series.refresh_from_db()

    def stands(self) -> dict[str, Any]:
        """Return what an undo has to bring back."""
        both = Series.everywhere.filter(organisation=self.series.organisation, absorbed_into=None, members_total__gt=0)
        return {
            "series": sorted(both.values_list("code", "state", "country__code", "working", "confirmed")),
            "files": sorted(Member.everywhere.values_list("pk", "series__code")),
            "clues": Clue.everywhere.filter(withdrawn_at=None).count(),
            "apart": Separation.everywhere.filter(lifted_at=None).count(),
            "unread": Tiding.everywhere.filter(read_at=None).count(),
        }

    def does(self, name: str, argument: object = None, **given: object) -> Any:
        """Do something as a person at the page of that name; return the client, the sentence, what stands beside it."""
        client = Client()
        sign_in(client, self.person)
        url = reverse(f"victims:{name}", args=[] if argument is None else [argument])
        return client, *done(client, url, given)


def _work(world: World) -> Any:
    return world.does("work-on-series", world.series.pk)


def _leave(world: World) -> Any:
    world.given(working=world.person)
    return world.does("leave-series", world.series.pk)


def _confirm(world: World) -> Any:
    return world.does("confirm-series", world.series.pk, version=world.series.version)


def _unconfirm(world: World) -> Any:
    world.given(confirmed=True, confirmed_by=world.person, confirmed_at=timezone.now())
    return world.does("unconfirm-series", world.series.pk)


def _merge(world: World) -> Any:
    Separation.everywhere.create(
        one=world.series, other=world.other, organisation=world.series.organisation, separated_by=world.person
    )
    return world.does("merge-series", world.series.pk, code=world.other.code)


def _keep_apart(world: World) -> Any:
    return world.does("keep-apart", world.series.pk, code=world.other.code)


def _lift(world: World) -> Any:
    apart = Separation.everywhere.create(
        one=world.series, other=world.other, organisation=world.series.organisation, separated_by=world.person
    )
    return world.does("lift-separation", apart.pk)


def _refuse(world: World) -> Any:
    first = Member.everywhere.filter(series=world.series).earliest("pk")
    proposal = MergeProposal.everywhere.create(
        one=world.series, other=world.other, organisation=world.series.organisation, member=first, rule="camera"
    )
    return world.does("refuse-merge", proposal.pk)


def _split(world: World) -> Any:
    first = Member.everywhere.filter(series=world.series).earliest("pk")
    return world.does("split-series", world.series.pk, version=world.series.version, numbers=first.pk)


def _clue(world: World) -> Any:
    given = {"kind": "object", "nature": "fact", "confidence": "low", "circle": "own", "countries": ["DK"]}
    return world.does("add-clue", world.series.pk, observed="a mug with a lighthouse (synthetic)", **given)


def _propose(world: World) -> Any:
    world.given(state="analysed")
    return world.does("propose-country", world.series.pk, country="DK")


def _propose_another(world: World) -> Any:
    world.given(state="country_proposed", country=make_member("SE"))
    return world.does("propose-country", world.series.pk, country="DK")


def _drop(world: World) -> Any:
    world.given(state="country_proposed", country=make_member("SE"))
    return world.does("drop-country", world.series.pk)


def _read(world: World) -> Any:
    told = Tiding.everywhere.create(organisation=world.series.organisation, series=world.series, code="identified")
    return world.does("read-tidings", tiding=told.pk)


ACTS: list[Callable[[World], Any]] = [
    *(_work, _leave, _confirm, _unconfirm, _merge, _keep_apart, _lift, _refuse, _split, _clue),
    *(_propose, _propose_another, _drop, _read),
]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_what_is_undone_at_once_is_as_before_and_stands_in_the_ledger(act: Callable[[World], Any]) -> None:
    world, before = World.make(), {}

    def does(name: str, argument: object = None, **given: object) -> Any:
        before.update(world.stands())
        return World.does(world, name, argument, **given)

    world.does = does  # type: ignore[method-assign]  # what stood right before the act, whatever was arranged for it
    client, _sentence, beside = act(world)
    assert world.stands() != before, "it did something"
    entries = Entry.objects.count()
    undone(client, beside["undo"])
    assert world.stands() == before
    assert Entry.objects.count() > entries, "an entry of its own"


def test_once_others_were_notified_of_a_known_child_no_undo_of_a_merge_is_offered() -> None:
    world = World.make()
    world.given(state="identified", identified_on="2026-01-01", identified_by=world.series.organisation)
    _client, _sentence, beside = world.does("merge-series", world.series.pk, code=world.other.code)
    assert "undo" not in beside


def test_a_clue_that_others_may_read_is_not_undone() -> None:
    world = World.make()
    given = {"kind": "object", "nature": "fact", "confidence": "low", "circle": "public"}
    _client, _sentence, beside = world.does("add-clue", world.series.pk, observed="a mug (synthetic)", **given)
    assert "undo" not in beside


def test_only_who_works_on_a_series_gives_it_up() -> None:
    world = World.make()
    world.given(working=make_person(Role.IDENTIFIER, world.series.organisation))
    client = Client()
    sign_in(client, world.person)
    url = reverse("victims:leave-series", args=[world.series.pk])
    answer = client.post(url, {"why": "victim_identification"})
    assert answer.status_code == 409
    assert "You do not work on this series." in answer.content.decode()
    world.series.refresh_from_db()
    assert world.series.working_id not in {None, world.person.pk}


def test_nobody_lets_updates_wait_again_that_somebody_else_has_read() -> None:
    world = World.make()
    colleague = make_person(Role.IDENTIFIER, world.series.organisation)
    told = Tiding.everywhere.create(organisation=world.series.organisation, series=world.series, code="identified")
    world.does("read-tidings", tiding=told.pk)
    client = Client()
    sign_in(client, colleague)
    client.post(reverse("victims:unread-tidings"), {"tiding": told.pk})
    told.refresh_from_db()
    assert told.read_by_id == world.person.pk
