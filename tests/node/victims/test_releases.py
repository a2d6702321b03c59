"""From a new series to a safeguarded child in another country, and who is told of it on the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_member, sign_in, terms
from tests.node.victims.factories import FINDING, make_desk, make_series, make_specialist

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.models import Release
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases.terms import Handling
from vaern.node.crosscheck.models import Meeting
from vaern.node.crosscheck.rules.registry import JUSTIFYING
from vaern.node.victims.clues import actions as clues
from vaern.node.victims.models import Dissemination, Hypothesis, Milestone, Series, Tiding
from vaern.node.victims.rules.clues import ClueKind
from vaern.node.victims.rules.series import State
from vaern.node.victims.rules.sharing import Answer, Milestones, stops
from vaern.node.victims.sharing import actions, outcomes, queries
from vaern.node.victims.sharing.items import waiting_items

pytestmark = pytest.mark.django_db


class World:
    """Two countries with a desk each, a series of the first, and a third desk with a series of the same child."""

    def __init__(self) -> None:
        self.here, self.there, self.elsewhere = make_desk("XA"), make_desk("XT"), make_desk("XL")
        self.ada, self.tem, self.lin = (make_specialist(one) for one in (self.here, self.there, self.elsewhere))
        self.series = make_series(self.here, (1, 2, 3))
        self.same = make_series(self.elsewhere, (3, 9))
        self.other = make_series(self.elsewhere, (7,))

    def now(self) -> Series:
        """Return the series as it is."""
        return Series.everywhere.get(pk=self.series.pk)

    def disseminate(self) -> Dissemination:
        """Take the series to the desk of the other country."""
        with viewing(self.here.pk):
            outcomes.analyse(self.ada, FINDING, self.series)
            clues.add(self.ada, FINDING, self.series, ClueKind.SOCKET, "a round socket with a pin", countries=["XT"])
            clues.propose(self.ada, FINDING, self.series, "XT")
            until = timezone.now() + timedelta(days=90)
            return actions.disseminate(self.ada, FINDING, self.series, [self.there.pk], terms(Handling.RED, until))[0]


@pytest.fixture
def world() -> World:
    return World()


def test_to_another_country_and_home_again(world: World) -> None:
    sent = world.disseminate()
    assert world.now().state == State.DISSEMINATED
    assert Hypothesis.everywhere.get(series=world.series).standing == "sent"
    with viewing(world.there.pk):
        actions.accept(world.tem, FINDING, sent)
        assert world.now().accepted_by == world.there
        outcomes.identify(world.tem, FINDING, world.series, timezone.localdate(), "TH-2031-77")
        with pytest.raises(Refusal):
            outcomes.close(world.tem, FINDING, world.series)
        outcomes.safeguard(world.tem, FINDING, world.series, timezone.localdate())
    with viewing(world.here.pk):
        outcomes.close(world.ada, FINDING, world.series)
        outcomes.late_outcome(world.ada, FINDING, world.series, Milestones.CONVICTED, timezone.localdate())
    assert world.now().state == State.CLOSED
    with viewing(world.here.pk):
        told = {tiding.code for tiding in queries.updates({}).rows}
        assert told == {"accepted", "identified", "safeguarded"}
        words = {one.milestone.code: one.words for one in queries.milestones_of(world.ada, world.now())}
        assert words["identified"] == "", "the reference stays with those who identified the child"
    assert {one.words for one in queries.milestones_of(world.tem, world.now())} >= {"TH-2031-77"}


def test_whoever_shares_a_file_stops_and_learns_no_more_than_that(world: World) -> None:
    with viewing(world.here.pk):
        outcomes.identify(world.ada, FINDING, world.series, timezone.localdate(), "NH-1")
    world.same.refresh_from_db()
    world.other.refresh_from_db()
    assert world.same.state == State.STOPPED
    assert world.other.state == State.NEW, "another child"
    (tiding,) = Tiding.everywhere.filter(organisation=world.elsewhere)
    assert (tiding.series_id, tiding.by, tiding.code) == (world.same.pk, None, "identified")
    with viewing(world.elsewhere.pk):
        assert [one.pk for one in queries.updates({}).rows] == [tiding.pk]
        assert not Series.objects.filter(pk=world.series.pk).exists()
        with pytest.raises(Refusal):
            outcomes.other_child(world.lin, FINDING, world.same, "")
        outcomes.other_child(world.lin, FINDING, world.same, "the file is a shared background, not the child")
    world.same.refresh_from_db()
    assert world.same.state == State.ANALYSED


@pytest.mark.parametrize("kind", ["camera_serial", "pdq"])
def test_whoever_shares_less_than_a_file_is_told_to_compare_and_goes_on(world: World, kind: str) -> None:
    before = world.same.state
    Meeting.everywhere.update(kinds=[kind])
    with viewing(world.here.pk):
        outcomes.identify(world.ada, FINDING, world.series, timezone.localdate(), "NH-1")
    world.same.refresh_from_db()
    assert world.same.state == before
    (tiding,) = Tiding.everywhere.filter(organisation=world.elsewhere)
    assert (tiding.series_id, tiding.by, tiding.code) == (world.same.pk, None, "perhaps_known")
    with viewing(world.elsewhere.pk):
        said = [str(item.what) for item in waiting_items(world.lin)]
        assert any("Compare them: nothing was stopped" in what for what in said)
        assert not any("Nobody needs to search any further" in what for what in said)
    with viewing(world.here.pk):
        outcomes.retract(world.ada, FINDING, world.series, "two files were mixed up")
    assert {one.code for one in Tiding.everywhere.filter(organisation=world.elsewhere)} == {
        "perhaps_known",
        "retracted",
    }


@given(st.sets(st.sampled_from(sorted(JUSTIFYING)), min_size=1))
def test_a_file_in_common_stops_and_one_weaker_kind_alone_does_not(kinds: set[str]) -> None:
    weaker = kinds - {"md5", "sha1", "sha256"}
    assert stops(kinds) == (weaker != kinds or len(weaker) >= 2)


def test_a_recipient_of_the_series_learns_who_identified(world: World) -> None:
    world.disseminate()
    with viewing(world.here.pk):
        outcomes.identify(world.ada, FINDING, world.series, timezone.localdate(), "NH-1")
    assert Tiding.everywhere.get(organisation=world.there).by == world.here


def test_taking_an_identification_back_is_told_too(world: World) -> None:
    with viewing(world.here.pk):
        outcomes.identify(world.ada, FINDING, world.series, timezone.localdate(), "NH-1")
        outcomes.retract(world.ada, FINDING, world.series, "two files were mixed up")
    assert world.now().identified_on is None
    assert {one.code for one in Tiding.everywhere.filter(organisation=world.elsewhere)} == {"identified", "retracted"}


def test_a_wrong_identification_can_be_taken_back_after_a_child_was_made_safe(world: World) -> None:
    today = timezone.localdate()
    with viewing(world.here.pk):
        outcomes.identify(world.ada, FINDING, world.series, today, "NH-1")
        outcomes.safeguard(world.ada, FINDING, world.series, today)
        with pytest.raises(Refusal):
            outcomes.retract(world.ada, FINDING, world.series, "")
        outcomes.retract(world.ada, FINDING, world.series, "it was another child")
    now = world.now()
    assert (now.state, now.identified_on, now.safeguarded_on) == (State.ANALYSED, None, None), "looked for again"
    assert "retracted" in {one.code for one in Tiding.everywhere.filter(organisation=world.elsewhere)}
    with viewing(world.here.pk):
        outcomes.identify(world.ada, FINDING, world.series, today, "NH-2")
        assert world.now().safeguarded_on is None
        outcomes.safeguard(world.ada, FINDING, world.series, today)
        outcomes.close(world.ada, FINDING, world.series)
    assert world.now().state == State.CLOSED


def test_declining_ends_the_sight_and_leads_back(world: World) -> None:
    sent = world.disseminate()
    with viewing(world.there.pk):
        with pytest.raises(Refusal):
            actions.decline(world.tem, FINDING, sent, "  ")
        actions.decline(world.tem, FINDING, sent, "no such socket here")
        assert not Series.objects.filter(pk=world.series.pk).exists()
    now = world.now()
    assert (now.state, now.country) == (State.ANALYSED, None)
    assert not Release.valid().filter(record=world.series.pk).exists()
    assert Hypothesis.everywhere.get(series=world.series).standing == "declined"


def test_only_one_desk_accepts(world: World) -> None:
    second = make_desk("XT")
    sent = world.disseminate()
    with viewing(world.here.pk):
        until = timezone.now() + timedelta(days=9)
        (further,) = actions.disseminate(world.ada, FINDING, world.series, [second.pk], terms(Handling.RED, until))
    with viewing(world.there.pk):
        actions.accept(world.tem, FINDING, sent)
    with viewing(second.pk), pytest.raises(Refusal):
        actions.accept(make_specialist(second), FINDING, further)


def test_a_recall_takes_it_from_who_accepted_it(world: World) -> None:
    sent = world.disseminate()
    with viewing(world.there.pk):
        actions.accept(world.tem, FINDING, sent)
    with viewing(world.here.pk):
        actions.recall(world.ada, FINDING, sent)
    assert (world.now().state, world.now().accepted_by) == (State.ANALYSED, None)
    assert Dissemination.everywhere.get(pk=sent.pk).answer == Answer.RECALLED
    with viewing(world.there.pk), pytest.raises(Refusal):
        outcomes.identify(world.tem, FINDING, world.series, timezone.localdate(), "TH-1")


def test_it_goes_to_the_country_that_was_proposed_and_to_nobody_else(world: World) -> None:
    with viewing(world.here.pk):
        outcomes.analyse(world.ada, FINDING, world.series)
        clues.propose(world.ada, FINDING, world.series, "XT")
        until = timezone.now() + timedelta(days=9)
        with pytest.raises(Refusal):
            actions.disseminate(world.ada, FINDING, world.series, [world.elsewhere.pk], terms(Handling.RED, until))


@pytest.mark.parametrize(("country", "why"), [("XV", "No organisation there works"), ("XT", "Every desk there has it")])
def test_where_nobody_can_receive_it_the_page_says_why(world: World, client: Any, country: str, why: str) -> None:
    make_member(country)
    with viewing(world.here.pk):
        outcomes.analyse(world.ada, FINDING, world.series)
        clues.propose(world.ada, FINDING, world.series, country)
        if country == "XT":
            until = timezone.now() + timedelta(days=9)
            releases.release(world.ada, world.now(), [world.there.pk], FINDING, terms(Handling.RED, until))
    sign_in(client, world.ada.person)
    shown = client.get(reverse("victims:disseminate", args=[world.series.pk])).content.decode()
    assert why in shown
    assert "Show the recipients" not in shown


def test_who_only_received_it_says_nothing_of_the_child(world: World) -> None:
    world.disseminate()
    with viewing(world.there.pk), pytest.raises(Refusal):
        outcomes.identify(world.tem, FINDING, world.series, timezone.localdate(), "TH-1")


@pytest.mark.parametrize("reference", ["her name is Someone", "x" * 61, " "])
def test_a_reference_names_nobody(world: World, reference: str) -> None:
    with viewing(world.here.pk), pytest.raises(Refusal):
        outcomes.identify(world.ada, FINDING, world.series, timezone.localdate(), reference)


def test_a_late_outcome_keeps_its_own_day_and_reopening_goes_on_where_it_was(world: World) -> None:
    then = timezone.localdate() - timedelta(days=400)
    with viewing(world.here.pk):
        outcomes.identify(world.ada, FINDING, world.series, then, "NH-1")
        with pytest.raises(Refusal):
            outcomes.close(world.ada, FINDING, world.series)
        outcomes.close(world.ada, FINDING, world.series, "grown up and out of reach for years")
        before = then - timedelta(days=1)
        with pytest.raises(Refusal, match="check the two days"):
            outcomes.late_outcome(world.ada, FINDING, world.series, Milestones.SAFEGUARDED, before)
        outcomes.late_outcome(world.ada, FINDING, world.series, Milestones.SAFEGUARDED, timezone.localdate())
        outcomes.reopen(world.ada, FINDING, world.series, "a further file came")
    assert world.now().state == State.SAFEGUARDED
    days = dict(Milestone.everywhere.filter(series=world.series).values_list("code", "on"))
    assert days["identified"] == then
    assert days["safeguarded"] == timezone.localdate()


@pytest.mark.once
def test_what_we_were_told_is_counted_and_shown_whole_however_much_it_is(world: World, client: Any) -> None:
    with viewing(world.here.pk):
        outcomes.identify(world.ada, FINDING, world.series, timezone.localdate(), "NH-1")
    (stop,) = Tiding.everywhere.filter(organisation=world.elsewhere)
    later = [timezone.now() + timedelta(seconds=n) for n in range(1, 121)]
    Tiding.everywhere.bulk_create(
        Tiding(organisation=world.elsewhere, series=world.same, code="accepted", told_at=moment) for moment in later
    )
    sign_in(client, world.lin.person)
    home = client.get("/").content.decode()
    assert "Nobody needs to search any further." in home
    page, shown = "", []
    while True:
        answer = client.get(f"{reverse('victims:received')}{page}")
        shown += [one["id"] for one in answer.context["told"]]
        pages = answer.context["told_pages"]
        if not pages.next:
            break
        page = f"?told-after={pages.next}"
        assert page in answer.content.decode()
    assert shown[-1] == stop.pk
    assert sorted(shown) == sorted(Tiding.everywhere.filter(organisation=world.elsewhere).values_list("pk", flat=True))
    with viewing(world.elsewhere.pk):
        waiting = queries.waiting(world.lin, timezone.now() - timedelta(days=1))
        assert (waiting.stop.count, waiting.told.count) == (1, 120)
