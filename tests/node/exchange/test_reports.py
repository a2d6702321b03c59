"""A report goes to a desk on another node, its outcome comes home, and what is recalled is acknowledged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.node.exchange import nodes
from tests.node.exchange.nodes import Line, Node, sent_to, taken_of
from tests.node.factories import make_member, make_organisation, make_person, sign_in, viewer_for
from tests.node.reports.forwarding.worlds import WHY, arrive, send

from vaern.arrivals import Arrival
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.base.sealing import unseal_bytes
from vaern.node.casework.models import Release
from vaern.node.casework.recalls.actions import acknowledge
from vaern.node.casework.releases.queries import recipients_preview
from vaern.node.exchange.base.kinds import kinds
from vaern.node.exchange.models import Outgoing
from vaern.node.exchange.models.outbox import PURPOSE
from vaern.node.exchange.outbox.actions import send as send_message
from vaern.node.exchange.outbox.actions import send_owed
from vaern.node.exchange.peers import actions as peers
from vaern.node.exchange.releases.actions import Nothing
from vaern.node.exchange.releases.arrivals import terms_of
from vaern.node.exchange.rules.entitlement import NOT_AGREED, SENDER_NOT_ENTITLED
from vaern.node.exchange.rules.releases import NEVER_RELEASED
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.organisations.models import Person
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.base.claims import first_look
from vaern.node.reports.forwarding import across, actions
from vaern.node.reports.models import Forward, Report, Told
from vaern.node.reports.rules.forwards import NEVER_FORWARDED
from vaern.node.reports.rules.outcomes import Outcome

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

TERMS = ("handling", "europol", "transfer", "legal_ground", "from_country", "to_country", "expires_at", "why")
PASSES = ["report.forwarded", "report.outcome"]
NORTHLAND, SOUTHLAND = "QM", "QN"


@dataclass
class World:
    """A hotline and a platform in the north, a police desk in the south, and a report of the platform's."""

    north: Node
    south: Node
    line: Line
    hotline: Viewer
    platform: Viewer
    police: Viewer
    report: Report

    def rest(self) -> None:
        """Let everything pass."""
        self.line.settle((self.north, self.south))

    def forward(self) -> Forward:
        """Forward the report to the police desk in the south."""
        with self.north.on():
            there = viewer_of(self.north.organisation(self.police.organisation))
            (made,) = send(self.hotline, self.report, there)
        return made

    def forwarded(self) -> Forward:
        """The forward as the north has it now."""
        with self.north.on():
            found: Forward = Forward.everywhere.select_related("release").get(report=self.report)
        return found

    def copy(self) -> Report | None:
        """The report that arrived in the south."""
        with self.south.on():
            found: Report | None = Report.everywhere.filter(organisation=self.police.organisation).first()
        return found


def viewer_of(organisation: Organisation) -> Viewer:
    """Somebody for whom only the organisation counts."""
    from vaern.node.organisations.viewers import Viewer

    return Viewer(organisation, frozenset())


@pytest.fixture
def world(strangers: tuple[Node, Node], line: Line) -> World:
    north, south = strangers
    with north.on():
        hotline = viewer_for(make_person(Role.ANALYST, make_organisation("hotline", member=make_member(NORTHLAND))))
        platform = viewer_for(make_person(Role.MODERATOR, make_organisation("platform")))
        make_member(SOUTHLAND)
        report = arrive(hotline, platform)
    with south.on():
        make_member(NORTHLAND)
        desk = make_organisation(OrganisationKind.POLICE, member=make_member(SOUTHLAND))
        police = viewer_for(make_person(Role.INVESTIGATOR, desk))
    nodes.introduce(north, south, PASSES, {north.name: [NORTHLAND], south.name: [SOUTHLAND]})
    found = World(north, south, line, hotline, platform, police, report)
    found.rest()
    return found


def test_a_report_arrives_at_the_desk_there_under_the_senders_terms(world: World) -> None:
    sent = world.forward()
    assert (sent.arrived, sent.release.owner) == (None, world.hotline.organisation)
    world.rest()
    copy = world.copy()
    assert copy is not None
    with world.south.on():
        forward = Forward.everywhere.select_related("release", "organisation").get(arrived=copy)
        assert forward.organisation_id == copy.sender_id == world.hotline.organisation.id
        assert forward.organisation.node == world.north.name
        assert (forward.report, forward.sent_by, forward.release.released_by) == (None, None, None)
        assert forward.release.pk == sent.release.pk
        for name in (
            "handling",
            "europol",
            "transfer",
            "legal_ground",
            "from_country",
            "to_country",
            "expires_at",
            "why",
        ):
            assert getattr(forward.release, name) == getattr(sent.release, name), name
        assert copy.review_date <= timezone.localtime(forward.release.expires_at).date()
        assert Entry.objects.filter(act="exchange.release.arrived", owner=forward.organisation_id).count() == 1


def test_a_reason_in_words_stays_in_the_account_of_whoever_gave_it(world: World) -> None:
    with world.north.on():
        there = viewer_of(world.north.organisation(world.police.organisation))
        send(world.hotline, world.report, there, why=Reason(Why.OTHER, "the uploader lives in the south"))
        sent = Outgoing.objects.get(kind="report.forwarded")
        assert b"lives in the south" not in unseal_bytes(bytes(sent.sealed), PURPOSE)
    world.rest()
    assert world.copy() is not None
    with world.south.on():
        assert Release.everywhere.get(recipient=world.police.organisation).why == Why.OTHER.value


def test_the_senders_page_says_how_far_it_has_come(world: World) -> None:
    world.forward()

    def shown() -> str:
        with world.north.on():
            client = Client()
            sign_in(client, Person.everybody.get(pk=world.hotline.person.pk))  # type: ignore[union-attr]
            return client.get(reverse("reports:forwarded"), HTTP_HOST="localhost").content.decode()

    assert "Waits to leave" in shown()
    world.line.carry(world.north, world.south)
    assert "Delivered" in shown()
    world.rest()
    assert "Arrived at the desk there" in shown()
    with world.south.on(), viewing(world.police.organisation.id):
        copy = Report.own.get()
        first_look(world.police, copy)
    world.line.carry(world.north, world.south)
    assert "Opened there by a person" in shown()


def test_the_outcome_comes_home_to_the_platform(world: World) -> None:
    world.forward()
    world.rest()
    with world.south.on(), viewing(world.police.organisation.id):
        actions.return_outcome(world.police, WHY, Report.own.get(), Outcome.VICTIM_SAFEGUARDED)
    world.rest()
    assert world.forwarded().outcome == Outcome.VICTIM_SAFEGUARDED.value
    with world.north.on():
        home = Told.everywhere.filter(report=world.report).values_list("outcome", flat=True)
        assert list(home) == [Outcome.VICTIM_SAFEGUARDED.value]
    assert all(row.result == "taken_in" for row in sent_to(world.south, world.north))


def test_a_recall_erases_what_nobody_worked_on_and_is_acknowledged(world: World) -> None:
    forward = world.forward()
    world.rest()
    with world.north.on():
        actions.recall(world.hotline, WHY, world.forwarded())
    world.rest()
    assert world.copy() is None
    with world.south.on(), viewing(world.police.organisation.id):
        acknowledge(world.police, WHY, forward.release_id, Report.KIND)
    world.rest()
    assert world.forwarded().release.acknowledged_at is not None


def test_many_recalls_are_acknowledged_at_once_and_what_was_never_released_is_refused(world: World) -> None:
    forwards = [world.forward()]
    with world.north.on():
        there = viewer_of(world.north.organisation(world.police.organisation))
        for number in range(4):
            report = arrive(world.hotline, world.platform, url=f"https://host.example/synthetic/{number}")
            forwards += send(world.hotline, report, there)
    world.rest()
    with world.north.on():
        for one in forwards[:4]:
            actions.recall(world.hotline, WHY, one)
    world.rest()
    with world.south.on():
        hotline = world.south.organisation(world.hotline.organisation)
    abouts = [*(one.release_id for one in forwards), uuid4(), forwards[0].release_id]
    with world.south.on(), transaction.atomic():
        for about in abouts:
            ours, by = world.police.organisation, world.police.actor
            send_owed("release.acknowledged", Nothing(), sender=ours, recipient=hotline, about=about, by=by, reason=WHY)
    world.rest()
    with world.north.on():
        known = Release.everywhere.in_bulk([one.release_id for one in forwards])
        assert [known[one.release_id].acknowledged_at is not None for one in forwards] == [True] * 4 + [False]
        entries = Entry.objects.filter(act="exchange.release.acknowledged").values_list("subject", flat=True)
        assert len(entries) == len(set(entries)) == 4
    said = [(row.result, row.because) for row in sent_to(world.south, world.north) if row.about in abouts][-7:]
    refused = ("refused", NEVER_RELEASED)
    assert said == [("taken_in", "")] * 4 + [refused] * 2 + [("taken_in", "")]


def test_what_was_worked_on_stays_until_a_person_there_decides(world: World) -> None:
    forward = world.forward()
    world.rest()
    with world.south.on():
        Report.everywhere.filter(pk=world.copy().pk).update(touched_at=timezone.now())  # type: ignore[union-attr]
    with world.north.on():
        actions.recall(world.hotline, WHY, world.forwarded())
    world.rest()
    assert world.copy() is not None
    assert world.forwarded().release.acknowledged_at is None
    with world.south.on(), viewing(world.police.organisation.id):
        acknowledge(world.police, WHY, forward.release_id, Report.KIND, keep=True)
    world.rest()
    assert world.copy() is not None
    assert world.forwarded().release.acknowledged_at is not None


def test_a_recall_waits_for_a_peer_that_is_suspended_and_goes_first(world: World) -> None:
    world.forward()
    world.rest()
    with world.north.on():
        peers.suspend(world.north.administrator, nodes.REASON, world.north.peer(world.south))
        actions.recall(world.hotline, WHY, world.forwarded())
        with pytest.raises(Refusal):
            world.forward()
    world.line.carry(world.north, world.south)
    assert world.copy() is not None
    with world.north.on():
        peers.resume(world.north.administrator, nodes.REASON, world.north.peer(world.south))
    world.rest()
    assert world.copy() is None


def test_a_recall_of_what_never_arrived_is_no_debt(world: World) -> None:
    world.forward()
    with world.south.on():
        peer = world.south.peer(world.north)
        peers.agree(world.south.administrator, nodes.REASON, peer, accepts=[], sends=PASSES, countries=peer.countries)
    world.rest()
    assert sent_to(world.north, world.south)[-1].because == NOT_AGREED
    with world.north.on():
        actions.recall(world.hotline, WHY, world.forwarded())
    world.rest()
    assert world.forwarded().release.acknowledged_at is not None


def test_nothing_is_offered_that_the_peer_does_not_get(world: World) -> None:
    with world.north.on(), viewing(world.hotline.organisation.id):
        offered = [one.organisation.id for one in recipients_preview(world.hotline, world.report)]
        assert world.police.organisation.id in offered
        peer = world.north.peer(world.south)
        peers.agree(world.north.administrator, nodes.REASON, peer, accepts=PASSES, sends=[], countries=peer.countries)
        offered = [one.organisation.id for one in recipients_preview(world.hotline, world.report)]
        assert world.police.organisation.id not in offered
    with pytest.raises(Refusal):
        world.forward()


def forged(world: World, kind: str, body: object, sender: Organisation, about: object) -> str:
    """Let the south send what its pages would not, and return what the north says of it."""
    with world.south.on():
        send_message(
            kind,
            body,  # type: ignore[arg-type]
            sender=sender,
            recipient=world.south.organisation(world.hotline.organisation),
            about=about,  # type: ignore[arg-type]
            by=NODE,
            reason=WHY,
        )
    world.rest()
    row = taken_of(world.north, world.south)[-1]
    return f"{row.state} {row.because}".strip()


def test_a_peer_recalls_and_answers_only_what_it_has_to_do_with(world: World) -> None:
    world.forward()
    world.rest()
    release = world.forwarded().release_id
    with world.south.on():
        other = make_organisation(OrganisationKind.POLICE)
        own = world.police.organisation
    with world.south.on():
        from vaern.node.exchange.peers.directories import send_changed_directories

        send_changed_directories()
    world.rest()
    outcome = across.Returned(outcome=Outcome.CLOSED)
    assert forged(world, "release.recalled", Nothing(), own, release) == f"refused {NEVER_RELEASED}"
    assert forged(world, "release.recalled", Nothing(), own, uuid4()) == f"refused {NEVER_RELEASED}"
    assert forged(world, "release.acknowledged", Nothing(), own, release) == f"refused {NEVER_RELEASED}"
    assert forged(world, "report.outcome", outcome, other, release) == f"refused {NEVER_FORWARDED}"
    with world.south.on():
        ministry = make_organisation(OrganisationKind.MINISTRY)
        send_changed_directories()
    world.rest()
    assert forged(world, "report.outcome", outcome, ministry, release) == f"refused {SENDER_NOT_ENTITLED}"
    assert world.forwarded().outcome == ""
    with world.north.on():
        assert Release.everywhere.get(pk=release).recalled_at is None


def test_a_peer_that_names_a_record_of_ours_gives_nobody_sight_of_it(world: World) -> None:
    """The id of a release is the sender's to choose; what gives sight of a record here is none that it chooses."""
    with world.south.on():
        other = make_organisation(OrganisationKind.HOTLINE)
        theirs = arrive(viewer_for(make_person(Role.ANALYST, other)))
    world.forward()
    with world.north.on():
        body = across.Forwarded(arrival=Arrival("api", offence="material"), urgent=False, synthetic=True)
        send_message(
            "report.forwarded",
            body,
            sender=world.hotline.organisation,
            recipient=world.north.organisation(world.police.organisation),
            about=theirs.pk,
            by=NODE,
            reason=WHY,
            terms=terms_of(world.forwarded().release),
        )
    world.rest()
    assert [row.state for row in taken_of(world.south, world.north)][-1] == "taken_in"
    with world.south.on(), viewing(world.police.organisation.pk):
        assert Report.everywhere.filter(pk=theirs.pk).exists()
        assert not Report.objects.filter(pk=theirs.pk).exists()
        assert not Release.valid().filter(kind=Report.KIND, record=theirs.pk).exists()


def test_every_kind_between_organisations_says_between_whom() -> None:
    for kind in kinds().values():
        assert bool(kind.senders) == bool(kind.recipients)
        assert kind.name.count(".") == 1
        assert sorted(kind.versions) == list(range(1, kind.newest + 1))
