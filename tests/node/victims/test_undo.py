"""What is undone at once is as it was before; where others were notified, no undo is offered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_member, make_person, sign_in
from tests.node.undoing import does, undone
from tests.node.victims.factories import make_desk, make_series

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


Doing = tuple[str, list[object], dict[str, Any]]
"""The page of an act, and what is sent to it."""


def _work(world: World) -> Doing:
    return "work-on-series", [world.series.pk], {}


def _leave(world: World) -> Doing:
    world.given(working=world.person)
    return "leave-series", [world.series.pk], {}


def _confirm(world: World) -> Doing:
    return "confirm-series", [world.series.pk], {"version": world.series.version}


def _unconfirm(world: World) -> Doing:
    world.given(confirmed=True, confirmed_by=world.person, confirmed_at=timezone.now())
    return "unconfirm-series", [world.series.pk], {}


def _merge(world: World) -> Doing:
    Separation.everywhere.create(
        one=world.series, other=world.other, organisation=world.series.organisation, separated_by=world.person
    )
    return "merge-series", [world.series.pk], {"code": world.other.code}


def _keep_apart(world: World) -> Doing:
    return "keep-apart", [world.series.pk], {"code": world.other.code}


def _lift(world: World) -> Doing:
    apart = Separation.everywhere.create(
        one=world.series, other=world.other, organisation=world.series.organisation, separated_by=world.person
    )
    return "lift-separation", [apart.pk], {}


def _refuse(world: World) -> Doing:
    first = Member.everywhere.filter(series=world.series).earliest("pk")
    proposal = MergeProposal.everywhere.create(
        one=world.series, other=world.other, organisation=world.series.organisation, member=first, rule="camera"
    )
    return "refuse-merge", [proposal.pk], {}


def _split(world: World) -> Doing:
    first = Member.everywhere.filter(series=world.series).earliest("pk")
    return "split-series", [world.series.pk], {"version": world.series.version, "numbers": first.pk}


def _clue(world: World) -> Doing:
    given = {"kind": "object", "nature": "fact", "confidence": "low", "circle": "own", "countries": ["DK"]}
    return "add-clue", [world.series.pk], {"observed": "a mug with a lighthouse (synthetic)", **given}


def _propose(world: World) -> Doing:
    world.given(state="analysed")
    return "propose-country", [world.series.pk], {"country": "DK"}


def _propose_another(world: World) -> Doing:
    world.given(state="country_proposed", country=make_member("SE"))
    return "propose-country", [world.series.pk], {"country": "DK"}


def _drop(world: World) -> Doing:
    world.given(state="country_proposed", country=make_member("SE"))
    return "drop-country", [world.series.pk], {}


def _read(world: World) -> Doing:
    told = Tiding.everywhere.create(organisation=world.series.organisation, series=world.series, code="identified")
    return "read-tidings", [], {"tiding": told.pk}


ACTS: list[Callable[[World], Doing]] = [
    *(_work, _leave, _confirm, _unconfirm, _merge, _keep_apart, _lift, _refuse, _split, _clue),
    *(_propose, _propose_another, _drop, _read),
]


@pytest.mark.once
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_what_is_undone_at_once_is_as_before_and_stands_in_the_ledger(act: Callable[[World], Doing]) -> None:
    world = World.make()
    name, args, given = act(world)
    undone(world.person, f"victims:{name}", args, given, world.stands)


def test_once_others_were_notified_of_a_known_child_no_undo_of_a_merge_is_offered() -> None:
    world = World.make()
    world.given(state="identified", identified_on="2026-01-01", identified_by=world.series.organisation)
    _client, _sentence, beside = does(
        world.person, "victims:merge-series", [world.series.pk], {"code": world.other.code}
    )
    assert "undo" not in beside


def test_a_clue_that_others_may_read_is_not_undone() -> None:
    world = World.make()
    given = {
        "kind": "object",
        "nature": "fact",
        "confidence": "low",
        "circle": "public",
        "observed": "a mug (synthetic)",
    }
    _client, _sentence, beside = does(world.person, "victims:add-clue", [world.series.pk], given)
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
    does(world.person, "victims:read-tidings", [], {"tiding": told.pk})
    client = Client()
    sign_in(client, colleague)
    client.post(reverse("victims:unread-tidings"), {"tiding": told.pk})
    told.refresh_from_db()
    assert told.read_by_id == world.person.pk
