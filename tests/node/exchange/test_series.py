"""A series goes to a desk on another node, the child is identified there, and whoever searched is told, on both."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.node.exchange.nodes import sent_to
from tests.node.exchange.series_worlds import SOUTHLAND, World, made
from tests.node.factories import sign_in
from tests.node.victims.factories import FINDING, add_file, digest

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.models import Release
from vaern.node.casework.reasons import IN_SESSION
from vaern.node.casework.recalls.actions import acknowledge
from vaern.node.ledger.models import Entry
from vaern.node.organisations.models import Organisation, Person
from vaern.node.victims.clues import actions as clues
from vaern.node.victims.clues.queries import clues_of
from vaern.node.victims.grouping.merges import recount
from vaern.node.victims.models import Clue, Dissemination, Member, Milestone, NearValue, Series, Tiding
from vaern.node.victims.rules.clues import Circle, ClueKind
from vaern.node.victims.rules.series import State
from vaern.node.victims.rules.sharing import Answer, Milestones
from vaern.node.victims.sharing import actions, outcomes, queries

if TYPE_CHECKING:
    from tests.node.exchange.nodes import Line, Node

    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.once  # two whole nodes each

TODAY = timezone.localdate


@pytest.fixture
def world(strangers: tuple[Node, Node], line: Line) -> World:
    return made(*strangers, line)


def told(node: Node, who: Viewer) -> set[str]:
    """What the organisation of somebody was told."""
    with node.on():
        return set(Tiding.everywhere.filter(organisation=who.organisation.pk).values_list("code", flat=True))


def test_a_series_arrives_as_a_copy_of_its_owner(world: World) -> None:
    (sent,) = world.disseminate()
    copy = world.copy()
    assert copy is not None
    assert (copy.pk != world.series.pk, copy.code, copy.state) == (True, world.series.code, State.DISSEMINATED)
    with world.south.on(), viewing(world.tem.organisation.id):
        own = world.received()
        assert own.release.pk == sent.release.pk
        assert (copy.organisation_id, copy.organisation.node) == (world.ada.organisation.id, world.north.name)
        assert (copy.members_total, copy.country.code) == (4, SOUTHLAND)
        assert {bytes(one.sha256) for one in Member.of(series=copy)} == {digest(n) for n in (1, 2, 3, 4)}
        camera = Member.of(series=copy).get(make="Acme")
        assert (camera.model, camera.number, NearValue.of(member=camera).count()) == ("One", camera.number, 1)
        assert [one.words for one in clues_of(world.tem, copy)] == ["a round socket with a pin"]
        assert [one.pk for one in queries.to_answer(world.tem, {}).rows] == [own.pk]
        assert copy.review_date <= timezone.localtime(own.release.expires_at).date()
    with world.south.on(), viewing(world.lin.organisation.id):
        assert not Series.objects.filter(pk=copy.pk).exists(), "who did not get it does not see it"


def test_from_one_country_to_another_and_home_again(world: World) -> None:
    world.disseminate()
    world.accept()
    assert (world.now().state, world.now().accepted_by_id) == (State.ACCEPTED, world.tem.organisation.id)
    assert world.copy().state == State.ACCEPTED  # type: ignore[union-attr]
    with world.south.on(), viewing(world.tem.organisation.id):
        outcomes.identify(world.tem, FINDING, world.copy(), TODAY(), "QN-2031-77", 2)  # type: ignore[arg-type]
    world.rest()
    now, copy = world.now(), world.copy()
    assert copy is not None
    assert (now.state, now.identified_by_id) == (State.IDENTIFIED, world.tem.organisation.id)
    assert copy.state == State.IDENTIFIED
    with world.south.on(), viewing(world.tem.organisation.id):
        outcomes.safeguard(world.tem, FINDING, copy, TODAY())
    world.rest()
    with world.north.on(), viewing(world.ada.organisation.id):
        outcomes.close(world.ada, FINDING, world.now())
    world.rest()
    assert world.copy().state == State.CLOSED  # type: ignore[union-attr]
    with world.south.on(), viewing(world.tem.organisation.id):
        outcomes.late_outcome(world.tem, FINDING, copy, Milestones.CONVICTED, TODAY())
    world.rest()
    assert told(world.north, world.ada) == {"accepted", "identified", "safeguarded", "convicted"}
    with world.north.on():
        words = {one.code: bytes(one.sealed) for one in Milestone.everywhere.filter(series=world.series)}
        assert {"accepted", "identified", "safeguarded", "closed", "convicted"} <= words.keys()
        reached = {one.milestone.code: one.words for one in queries.milestones_of(world.ada, world.now())}
        assert reached["identified"] == "", "the number of the file stays where it is"
        entry = Entry.objects.get(act="victims.series.identified")
        assert "children=2" in entry.tags
    assert all(row.result == "taken_in" for row in sent_to(world.south, world.north))
    assert all(row.result == "taken_in" for row in sent_to(world.north, world.south))


def test_whoever_searched_stops_on_both_nodes(world: World) -> None:
    world.disseminate()
    world.accept()
    with world.south.on(), viewing(world.tem.organisation.id):
        outcomes.identify(world.tem, FINDING, world.copy(), TODAY(), "QN-1")  # type: ignore[arg-type]
    with world.south.on():
        world.same.refresh_from_db()
        world.other.refresh_from_db()
        assert (world.same.state, world.other.state) == (State.STOPPED, State.NEW)
    assert told(world.south, world.lin) == {"identified"}


def test_what_its_owner_says_stops_too_and_can_be_taken_back(world: World) -> None:
    world.disseminate()
    with world.north.on(), viewing(world.ada.organisation.id):
        outcomes.identify(world.ada, FINDING, world.now(), TODAY(), "QM-1")
    world.rest()
    assert told(world.south, world.tem) == {"identified"}
    with world.south.on():
        world.same.refresh_from_db()
        assert world.same.state == State.STOPPED
        assert world.copy().identified_by_id == world.ada.organisation.id  # type: ignore[union-attr]
    with world.north.on(), viewing(world.ada.organisation.id):
        outcomes.retract(world.ada, FINDING, world.now(), "two files were mixed up")
    world.rest()
    assert world.copy().state == State.ANALYSED  # type: ignore[union-attr]
    assert told(world.south, world.lin) == {"identified", "retracted"}


def test_the_owner_is_told_that_a_desk_there_knows_the_child_already(world: World) -> None:
    with world.south.on(), viewing(world.lin.organisation.id):
        outcomes.identify(world.lin, FINDING, world.same, TODAY(), "QN-9")
    world.disseminate()
    assert world.now().state == State.STOPPED
    with world.north.on():
        (tiding,) = Tiding.everywhere.filter(organisation=world.ada.organisation)
        assert (tiding.code, tiding.by) == ("identified", None), "it is not told by whom"
    assert world.copy().state == State.STOPPED  # type: ignore[union-attr]


def test_what_looks_alike_is_a_reason_to_compare(world: World) -> None:
    with world.south.on():
        add_file(world.other, 70, pdq=bytes([0xF0] * 32))
    world.disseminate()
    with world.south.on(), viewing(world.lin.organisation.id):
        outcomes.identify(world.lin, FINDING, world.other, TODAY(), "QN-9")
    world.rest()
    assert world.now().state == State.DISSEMINATED
    assert told(world.north, world.ada) == {"perhaps_known"}


def test_declining_ends_the_sight_and_erases_the_copy(world: World) -> None:
    world.disseminate()
    with world.south.on(), viewing(world.tem.organisation.id):
        actions.decline(world.tem, FINDING, world.received(), "no such socket here")
    world.rest()
    assert world.copy() is None
    assert (world.now().state, world.now().country) == (State.ANALYSED, None)
    with world.north.on(), viewing(world.ada.organisation.id):
        (sent,) = queries.disseminations_of(world.ada, world.now())
        assert (sent.dissemination.answer, sent.why) == ("declined", "no such socket here")
        assert not Release.valid().filter(record=world.series.pk).exists()
    world.disseminate()
    assert world.copy() is not None, "it can be sent again"


def test_giving_back(world: World) -> None:
    world.disseminate()
    world.accept()
    with world.south.on(), viewing(world.tem.organisation.id):
        actions.give_back(world.tem, FINDING, world.copy(), "it is another country's socket")  # type: ignore[arg-type]
    world.rest()
    assert (world.now().state, world.now().accepted_by_id, world.copy()) == (State.ANALYSED, None, None)
    assert world.sent().answer == Answer.GIVEN_BACK


def test_of_two_desks_the_first_that_is_taken_in_has_it(world: World) -> None:
    world.disseminate(world.tem, world.uma)
    world.accept(world.uma, rest=False)
    world.accept(world.tem, rest=False)
    with world.south.on(), viewing(world.tem.organisation.id), pytest.raises(Refusal):
        outcomes.identify(world.tem, FINDING, world.copy(), TODAY(), "QN-1")  # type: ignore[arg-type]
    world.rest()
    assert world.now().accepted_by_id == world.uma.organisation.id
    assert (world.received(world.uma).answer, world.received(world.tem).answer) == ("accepted", "awaited")
    copy = world.copy(world.tem)
    assert copy is not None
    assert (copy.state, copy.accepted_by) == (State.ACCEPTED, None)
    assert "other_first" in told(world.south, world.tem)
    with world.south.on(), viewing(world.tem.organisation.id):
        with pytest.raises(Refusal):
            actions.accept(world.tem, FINDING, world.received(world.tem))
        actions.decline(world.tem, FINDING, world.received(world.tem), "another desk has it")
    world.rest()
    assert world.now().state == State.ACCEPTED


def test_a_desk_of_the_owners_country_may_be_first(world: World) -> None:
    """The owner says that it knows the child while the acceptance is on its way."""
    world.disseminate()
    world.accept(rest=False)
    with world.north.on(), viewing(world.ada.organisation.id):
        outcomes.identify(world.ada, FINDING, world.now(), TODAY(), "QM-1")
    world.rest()
    assert (world.now().state, world.now().accepted_by_id) == (State.IDENTIFIED, None)
    assert world.copy().state == State.IDENTIFIED  # type: ignore[union-attr]
    assert (world.sent().answer, world.received().answer) == ("awaited", "awaited")


def test_what_both_say_at_once_ends_alike_on_both_nodes(world: World) -> None:
    world.disseminate()
    world.accept()
    with world.south.on(), viewing(world.tem.organisation.id):
        outcomes.identify(world.tem, FINDING, world.copy(), TODAY(), "QN-1")  # type: ignore[arg-type]
    world.rest()
    with world.north.on(), viewing(world.ada.organisation.id):
        outcomes.close(world.ada, FINDING, world.now(), "out of reach for years")
    with world.south.on(), viewing(world.tem.organisation.id):
        outcomes.retract(world.tem, FINDING, world.copy(), "it was another child")  # type: ignore[arg-type]
        assert world.copy().state == State.ANALYSED  # type: ignore[union-attr]
    world.rest()
    assert (world.now().state, world.copy().state) == (State.CLOSED, State.CLOSED)  # type: ignore[union-attr]
    assert world.copy().identified_on == world.now().identified_on  # type: ignore[union-attr]


def test_a_recall_before_the_answer_erases_the_copy(world: World) -> None:
    (sent,) = world.disseminate()
    with world.north.on(), viewing(world.ada.organisation.id):
        actions.recall(world.ada, FINDING, world.sent())
    world.rest()
    assert world.copy() is None
    with world.south.on(), viewing(world.tem.organisation.id):
        acknowledge(world.tem, FINDING, sent.release_id, Series.KIND)
    world.rest()
    assert world.sent().release.acknowledged_at is not None


def test_a_recall_after_acceptance_ends_the_sight_and_its_acknowledgement_erases(world: World) -> None:
    (sent,) = world.disseminate()
    world.accept()
    with world.north.on(), viewing(world.ada.organisation.id):
        actions.recall(world.ada, FINDING, world.sent())
    world.rest()
    copy = world.copy()
    assert copy is not None
    assert world.now().state == State.ANALYSED
    with world.south.on(), viewing(world.tem.organisation.id):
        assert not Series.objects.filter(pk=copy.pk).exists()
        with pytest.raises(Refusal):
            outcomes.identify(world.tem, FINDING, copy, TODAY(), "QN-1")
        acknowledge(world.tem, FINDING, sent.release_id, Series.KIND)
        assert not Series.everywhere.filter(pk=copy.pk).exists()
    world.rest()
    assert world.sent().release.acknowledged_at is not None


def test_a_recall_and_an_acceptance_that_cross(world: World) -> None:
    world.disseminate()
    world.accept(rest=False)
    with world.north.on(), viewing(world.ada.organisation.id):
        actions.recall(world.ada, FINDING, world.sent())
    world.rest()
    assert (world.now().state, world.sent().answer) == (State.ANALYSED, "recalled")
    with world.south.on(), viewing(world.tem.organisation.id):
        assert not Series.objects.exclude(organisation=world.tem.organisation).exists()


def test_files_and_clues_that_come_later_follow(world: World) -> None:
    world.disseminate()
    with world.north.on(), viewing(world.ada.organisation.id):
        add_file(world.now(), 5)
        Member.everywhere.filter(series=world.series, sha256=digest(1)).delete()
        recount([world.series.pk])
        circle = Circle.RECIPIENTS
        late = clues.add(world.ada, FINDING, world.now(), ClueKind.OBJECT, "a mug with a lighthouse", circle=circle)
    world.rest()
    copy = world.copy()
    assert copy is not None
    with world.south.on(), viewing(world.tem.organisation.id):
        assert {bytes(one.sha256) for one in Member.of(series=copy)} == {digest(n) for n in (2, 3, 4, 5)}
        assert {one.words for one in clues_of(world.tem, copy)} == {
            "a round socket with a pin",
            "a mug with a lighthouse",
        }
        clues.add(
            world.tem,
            FINDING,
            copy,
            ClueKind.LANGUAGE,
            "a southern accent",
            circle=Circle.RECIPIENTS,
            countries=[SOUTHLAND],
        )
        clues.add(world.tem, FINDING, copy, ClueKind.OTHER, "for our own eyes")
    with world.north.on(), viewing(world.ada.organisation.id):
        clues.withdraw(world.ada, FINDING, late, "it was a cup")
    world.rest()
    with world.south.on(), viewing(world.tem.organisation.id):
        assert "a mug with a lighthouse" not in {one.words for one in clues_of(world.tem, copy)}
    with world.north.on(), viewing(world.ada.organisation.id):
        said = {one.words: one.clue.organisation_id for one in clues_of(world.ada, world.now())}
        assert said["a southern accent"] == world.tem.organisation.id
        assert "for our own eyes" not in said
        assert Clue.everywhere.get(organisation=world.tem.organisation.id).written_by is None


def test_a_large_series_goes_in_several_messages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from vaern.node.victims.elsewhere import sending

    monkeypatch.setattr(sending, "FILES_AT_ONCE", 2)
    with world.north.on():
        for number in range(20, 25):
            add_file(world.series, number)
        recount([world.series.pk])
    world.disseminate()
    assert world.copy().members_total == 9  # type: ignore[union-attr]
    assert [row.kind for row in sent_to(world.north, world.south)].count("series.changed") == 4
    monkeypatch.setattr(sending, "MOST_FILES", 8)
    with pytest.raises(Refusal, match="split it"):
        world.disseminate(world.uma)


def test_sight_that_lasts_longer_keeps_the_copy_and_its_end_erases_it(world: World) -> None:
    from vaern.node.casework.releases import actions as releases
    from vaern.node.casework.retention.actions import expire
    from vaern.node.victims.grouping.retention import RETENTION

    world.disseminate()
    until = timezone.now() + timedelta(days=200)
    with world.north.on(), viewing(world.ada.organisation.id):
        releases.prolong(world.ada, world.now(), world.tem.organisation.id, until, FINDING)
    world.rest()
    copy = world.copy()
    assert copy is not None
    assert copy.review_date == timezone.localtime(until).date()
    with world.south.on():
        expire(RETENTION, copy.review_date + timedelta(days=1))
        assert not Series.everywhere.filter(pk=copy.pk).exists()
        release = Release.everywhere.get(record=copy.pk)
        assert release.acknowledged_at is not None
    world.rest()
    with world.north.on():
        assert Release.everywhere.get(pk=world.sent().release_id).recalled_at is None


def shown(node: Node, who: Viewer, series: Series) -> str:
    """What somebody reads on the page of a series, who has said why they open it."""
    with node.on():
        client = Client()
        sign_in(client, Person.everybody.get(pk=who.person.pk))  # type: ignore[union-attr]
        session = client.session
        session[IN_SESSION] = {f"{Series.KIND}:{series.pk}": [FINDING.why.value, ""]}
        session.save()
        page = reverse("victims:series", args=[series.pk])
        return client.get(page, HTTP_HOST="localhost").content.decode()


def test_the_pages_say_how_far_it_has_come(world: World) -> None:
    world.disseminate()
    assert "Arrived at the desk there" in shown(world.north, world.ada, world.series)
    copy = world.copy()
    assert copy is not None
    assert "This series waits for your answer." in shown(world.south, world.tem, copy)
    world.line.carry(world.south, world.north)
    world.rest()
    assert "Opened there by a person" in shown(world.north, world.ada, world.series)
    world.accept(rest=False)
    assert "Our acceptance is on its way" in shown(world.south, world.tem, copy)
    with world.south.on(), viewing(world.tem.organisation.id), pytest.raises(Conflict, match="not confirmed yet"):
        outcomes.safeguard(world.tem, FINDING, copy, TODAY())
    world.rest()
    assert "Your desk accepted it and works on it." in shown(world.south, world.tem, copy)


@pytest.mark.parametrize("owner_says_safe", [False, True])
def test_a_child_counts_once_in_the_alliance(world: World, owner_says_safe: bool) -> None:
    from vaern.node.alliance.indicators.tracks import fold_new
    from vaern.node.alliance.models import Tally
    from vaern.node.ledger.sequencer import sequence_once

    world.disseminate()
    world.accept()
    with world.south.on(), viewing(world.tem.organisation.id):
        outcomes.identify(world.tem, FINDING, world.copy(), TODAY(), "QN-1", 3)  # type: ignore[arg-type]
        if not owner_says_safe:
            outcomes.safeguard(world.tem, FINDING, world.copy(), TODAY())  # type: ignore[arg-type]
    world.rest()
    if owner_says_safe:
        with world.north.on(), viewing(world.ada.organisation.id):
            outcomes.safeguard(world.ada, FINDING, world.now(), TODAY())
        world.rest()
    counted = []
    for node in (world.north, world.south):
        with node.on():
            sequence_once()
            fold_new()
            here = Organisation.objects.values_list("pk", flat=True)  # deeds of others are theirs to count
            found = Tally.objects.filter(code__in=["identified_flow", "safeguarded_flow"], organisation__in=list(here))
            counted.append(sorted((one.code, one.organisation, one.denominator) for one in found))
    police = world.tem.organisation.pk
    assert counted == [[], [("identified_flow", police, 3), ("safeguarded_flow", police, 3)]]


def test_nothing_is_left_over_of_a_dissemination(world: World) -> None:
    """A copy is in no cross-check, and no organisation of another node has tidings here."""
    from vaern.node.crosscheck.models import Enrolment

    world.disseminate()
    world.accept()
    copy = world.copy()
    assert copy is not None
    with world.south.on():
        assert not Enrolment.everywhere.filter(record=copy.pk).exists()
    for node in (world.north, world.south):
        with node.on():
            assert not Tiding.everywhere.exclude(organisation__node="").exists()
            assert not Dissemination.everywhere.filter(sent_by=None, organisation__node="").exists()
