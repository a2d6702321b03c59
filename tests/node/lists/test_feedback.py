"""Feedback: whoever has a list contests an entry, its curator answers by what they do, and the answer is read."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from tests.node.factories import make_organisation, make_person, sign_in, terms, viewer_for
from tests.node.lists.factories import QUALITY, add, curator, digest, entry_of, make_list

from vaern.matching import List
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.reasons import IN_SESSION
from vaern.node.casework.releases.terms import Handling
from vaern.node.casework.retention import actions as retention
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.lists.base.disk import folder_of
from vaern.node.lists.curation import actions as curation
from vaern.node.lists.curation.classes import correct_class
from vaern.node.lists.feedback import actions, items, queries
from vaern.node.lists.feedback.actions import Answer
from vaern.node.lists.feedback.queries import FeedbackSearch
from vaern.node.lists.models import EntryFeedback, EntryRecall, HashList, ListEntry
from vaern.node.lists.recalls import tracing
from vaern.node.lists.recalls.jobs import trace_all
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.entries import EntryState
from vaern.node.lists.rules.feedback import CONTESTED, Claim, Outcome, answers
from vaern.node.organisations.rules import OrganisationKind, Role

pytestmark = pytest.mark.django_db(transaction=True)
NUMBERS = count(1)
WHY = RecallReason.WRONG_HASH
GIVEN = {
    Outcome.KEPT: Answer(Outcome.KEPT),
    Outcome.HIT_WRONG: Answer(Outcome.HIT_WRONG),
    Outcome.CORRECTED: Answer(Outcome.CORRECTED, classification="B"),
    Outcome.QUARANTINED: Answer(Outcome.QUARANTINED),
    Outcome.RECALLED: Answer(Outcome.RECALLED, WHY),
}


class World:
    """A list with two entries of a class, and two platforms that have it."""

    def __init__(self) -> None:
        self.owner = curator()
        self.name = f"list-{next(NUMBERS)}"
        self.list = make_list(self.owner, self.name, scheme="SCHEME")
        add(self.owner, self.list, *(entry_of(ident, classification="A", scheme="SCHEME") for ident in "ab"))
        self.platforms = [
            viewer_for(make_person(Role.MODERATOR, make_organisation(OrganisationKind.PLATFORM))) for _ in range(2)
        ]
        with viewing(self.owner.organisation.id):
            until = timezone.now() + timedelta(days=30)
            ids = [one.organisation.id for one in self.platforms]
            curation.release(self.owner, QUALITY, self.list, ids, terms(Handling.AMBER, until))

    def row(self, ident: str = "a") -> ListEntry:
        return ListEntry.everywhere.select_related("list__organisation").get(list=self.list, ident=ident)

    def contest(self, by: int = 0, ident: str = "a", claim: Claim = Claim.WRONG_HIT, **more: Any) -> EntryFeedback:
        viewer = self.platforms[by]
        with viewing(viewer.organisation.id):
            return actions.contest(viewer, QUALITY, self.row(ident), claim, **more)

    def answer(self, feedback: EntryFeedback, outcome: Outcome = Outcome.KEPT) -> EntryFeedback:
        with viewing(self.owner.organisation.id):
            return actions.answer(self.owner, Reason(Why.LIST_QUALITY, "looked again"), feedback, GIVEN[outcome])

    def recall(self, ident: str = "a") -> EntryRecall:
        with viewing(self.owner.organisation.id):
            made = curation.recall(self.owner, Reason(Why.LIST_QUALITY, "a beach"), self.row(ident), WHY)
        tracing.trace(made.pk)
        return made

    def waits(self) -> list[EntryFeedback]:
        """What the curator finds to answer."""
        with viewing(self.owner.organisation.id):
            return list(queries.waiting(self.owner).to_answer.first)

    def answered(self, by: int = 0) -> list[EntryFeedback]:
        """The answers that a platform has yet to read."""
        viewer = self.platforms[by]
        with viewing(viewer.organisation.id):
            return list(queries.waiting(viewer).answered.first)

    def read(self, by: int = 0) -> list[EntryFeedback]:
        """Let a platform read what came of what it contested; return the rows."""
        viewer = self.platforms[by]
        with viewing(viewer.organisation.id):
            rows = queries.contests(viewer, {}).page.rows
            actions.read(rows)
        return list(rows)


class Contests(RuleBasedStateMachine):
    """Contests, answers and recalls in any order; what waits for whom is kept beside them in two sets."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.open: dict[tuple[int, str], EntryFeedback] = {}
        self.unread: set[tuple[int, int]] = set()

    def close(self, *pairs: tuple[int, str]) -> None:
        for pair in pairs:
            self.unread.add((pair[0], self.open.pop(pair).pk))

    @rule(by=st.integers(0, 1), ident=st.sampled_from("ab"), claim=st.sampled_from(Claim))
    def contest(self, by: int, ident: str, claim: Claim) -> None:
        if (by, ident) in self.open or EntryState(self.world.row(ident).state) not in CONTESTED:
            with pytest.raises(Conflict):
                self.world.contest(by, ident, claim)
        else:
            self.open[by, ident] = self.world.contest(by, ident, claim)

    @precondition(lambda self: self.open)
    @rule(data=st.data(), outcome=st.sampled_from(Outcome))
    def answer(self, data: st.DataObject, outcome: Outcome) -> None:
        by, ident = data.draw(st.sampled_from(sorted(self.open)))
        row = self.world.row(ident)
        same = outcome is Outcome.CORRECTED and row.classification == "B"
        if outcome not in answers(EntryState(row.state)) or same:
            with pytest.raises(Refusal):
                self.world.answer(self.open[by, ident], outcome)
            return
        self.world.answer(self.open[by, ident], outcome)
        self.close((by, ident))
        if outcome is Outcome.RECALLED:
            tracing.trace(EntryRecall.everywhere.get(list=self.world.list, ident=ident, ended_at=None).pk)
            self.close(*[pair for pair in self.open if pair[1] == ident])

    @rule(ident=st.sampled_from("ab"))
    def recall_or_back(self, ident: str) -> None:
        if self.world.row(ident).state != EntryState.RECALLED.value:
            self.world.recall(ident)
            self.close(*[pair for pair in self.open if pair[1] == ident])
        else:
            with viewing(self.world.owner.organisation.id):
                curation.reinstate(self.world.owner, QUALITY, self.world.row(ident))

    @rule(by=st.integers(0, 1))
    def read(self, by: int) -> None:
        self.world.read(by)
        self.unread = {one for one in self.unread if one[0] != by}

    @invariant()
    def what_waits_is_what_is_open_and_what_nobody_read(self) -> None:
        assert {one.pk for one in self.world.waits()} == {one.pk for one in self.open.values()}
        everything = EntryFeedback.everywhere.filter(list=self.world.name)
        assert everything.filter(outcome="").count() == len(self.open)
        assert not everything.exclude(outcome="").filter(answer="").exists(), "each answer has words"
        for by in (0, 1):
            unread = {pk for one, pk in self.unread if one == by}
            found = everything.filter(organisation=self.world.platforms[by].organisation, read_at=None)
            assert set(found.exclude(outcome="").values_list("pk", flat=True)) == unread
            assert {one.pk for one in self.world.answered(by)} <= unread
            assert bool(self.world.answered(by)) == bool(unread)


@pytest.mark.once
def test_whatever_is_contested_waits_until_it_is_answered_and_the_answer_until_it_is_read():
    run_state_machine_as_test(
        Contests,
        settings=hypothesis_settings(
            max_examples=8, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_an_answer_does_with_the_entry_what_it_says():
    found = {}
    for outcome in Outcome:
        world = World()
        made = world.answer(world.contest(), outcome)
        row = world.row()
        assert (made.outcome, made.answer, made.answered_by) == (outcome.value, "looked again", world.owner.person)
        found[outcome] = (row.state, row.classification)
        assert world.row("b").state == EntryState.LIVE.value
    assert found == {
        Outcome.KEPT: ("live", "A"),
        Outcome.HIT_WRONG: ("live", "A"),
        Outcome.CORRECTED: ("live", "B"),
        Outcome.QUARANTINED: ("quarantined", "A"),
        Outcome.RECALLED: ("recalled", "A"),
    }


def test_what_cannot_be_done_with_the_entry_answers_nothing():
    world = World()
    made = world.contest()
    with viewing(world.owner.organisation.id):
        for given_ in (
            Answer(Outcome.CORRECTED),
            Answer(Outcome.CORRECTED, classification="A"),
            Answer(Outcome.RECALLED),
        ):
            with pytest.raises(Refusal) as refused:
                actions.answer(world.owner, QUALITY, made, given_)
            assert refused.value.field in {"classification", "because"}
        with pytest.raises(Refusal, match="in words"):
            actions.answer(world.owner, Reason(Why.LIST_QUALITY), made, GIVEN[Outcome.KEPT])
    assert [one.pk for one in world.waits()] == [made.pk]
    assert world.row().state == "live"


def test_a_recall_by_any_way_closes_what_was_said_before_and_nothing_that_comes_after():
    world = World()
    first, second = world.contest(0), world.contest(1)
    other = world.contest(0, "b")
    made = world.recall()
    for one in (first, second):
        one.refresh_from_db()
        assert (one.outcome, one.answer) == (Outcome.RECALLED.value, "a beach")
    assert [one.pk for one in world.waits()] == [other.pk]
    with pytest.raises(Conflict, match="not on the list"):
        world.contest(0)
    with viewing(world.owner.organisation.id):
        curation.reinstate(world.owner, QUALITY, world.row())
    again = world.contest(0)
    tracing.trace(made.pk)
    again.refresh_from_db()
    assert again.outcome == "", "it was said of the entry as it is now"


def test_recalls_of_a_source_that_are_followed_together_close_what_was_said_too():
    world = World()
    first, other = world.contest(0), world.contest(1, "b")
    EntryRecall.everywhere.create(list=world.list, ident="a", why="withdrawn_by_source", by_source=True)
    trace_all()
    for one in (first, other):
        one.refresh_from_db()
    assert (first.outcome, other.outcome) == (Outcome.RECALLED.value, "")


def test_a_class_is_corrected_on_disk_and_its_history_says_by_whom():
    world = World()
    world.answer(world.contest(0, claim=Claim.WRONG_CLASS, classification="B"), Outcome.CORRECTED)
    found = List.open(folder_of(world.name)).by_id("a")
    assert found is not None
    assert (found[1].classification, found[1].scheme, found[1].signals) == ("B", "SCHEME", (digest("a"),))
    acts = LedgerEntry.objects.filter(subject=world.row().subject.id).values_list("act", flat=True)
    assert {"lists.entry.contested", "lists.entry.class_corrected", "lists.feedback.answered"} <= set(acts)


def test_the_class_of_an_entry_that_is_gone_is_not_corrected():
    world = World()
    world.recall()
    with viewing(world.owner.organisation.id), pytest.raises(Conflict):
        correct_class(world.owner, QUALITY, world.row(), "B")


def test_to_contest_takes_a_person_and_words():
    world = World()
    viewer = world.platforms[0]
    with viewing(viewer.organisation.id), pytest.raises(Refusal) as refused:
        actions.contest(viewer, Reason(Why.LIST_QUALITY), world.row(), Claim.WRONG_HIT)
    assert refused.value.field == "words"
    assert not EntryFeedback.everywhere.exists()


def test_two_of_one_organisation_contest_an_entry_once():
    """The database holds it where both were at it in one moment."""
    world = World()
    made = world.contest()
    with pytest.raises(IntegrityError), transaction.atomic():
        EntryFeedback.everywhere.create(
            organisation=made.organisation, list=made.list, entry=made.entry, claim="wrong_hit", ends=made.ends
        )


def test_nobody_reads_or_answers_what_is_said_of_the_list_of_another():
    world, stranger = World(), curator()
    made = world.contest()
    with viewing(stranger.organisation.id):
        assert queries.feedback(stranger, FeedbackSearch(), {}).page.rows == []
        assert queries.find(made.pk) is None
        assert queries.waiting(stranger).to_answer.count == 0
        with pytest.raises(Conflict):
            actions.answer(stranger, QUALITY, made, GIVEN[Outcome.RECALLED])
    other = world.platforms[1]
    with viewing(other.organisation.id):
        assert queries.contests(other, {}).page.rows == []
    assert world.row().state == "live"


def test_what_a_program_says_waits_unless_it_agrees():
    world = World()
    ends = timezone.localdate() + timedelta(days=9)
    for opinion in ("positive", "negative", "unsure", ""):
        EntryFeedback.everywhere.create(
            organisation=world.platforms[0].organisation, list=world.name, entry="a", opinion=opinion, ends=ends
        )
    assert [one.opinion for one in world.waits()] == ["negative", "unsure", ""]
    for one in world.waits():
        world.answer(one)
    assert world.answered() == [], "a program reads no front page"


@pytest.mark.parametrize("by", ["list", "state", "organisation"])
def test_filters_show_what_they_say(by: str):
    world = World()
    other = make_list(world.owner, f"{world.name}-2")
    add(world.owner, other, entry_of("c"))
    first, second = world.contest(0), world.contest(1)
    world.answer(second)
    EntryFeedback.everywhere.create(
        organisation=first.organisation, list=other.name, entry="c", opinion="negative", ends=first.ends
    )
    searches = {
        "list": (FeedbackSearch(list=world.name), {first.pk, second.pk}),
        "state": (FeedbackSearch(state="answered"), {second.pk}),
        "organisation": (FeedbackSearch(organisation=str(second.organisation_id)), {second.pk}),
    }
    search, expected = searches[by]
    with viewing(world.owner.organisation.id):
        assert {one.pk for one in queries.feedback(world.owner, search, {}).page.rows} == expected


def test_it_goes_with_its_list_so_that_no_later_list_of_the_name_answers():
    world = World()
    world.contest()
    with viewing(world.owner.organisation.id):
        retention.erase(world.owner, QUALITY, HashList.own.get(pk=world.list.pk))
    assert not EntryFeedback.everywhere.filter(list=world.name).exists()


def opened(client: Any, world: World) -> Any:
    session = client.session
    session[IN_SESSION] = {f"list:{world.list.pk}": ["list_quality", ""]}
    session.save()
    return client


def test_from_the_page_of_an_entry_to_the_answer_on_the_front_page(client: Any):
    world = World()
    entry = [world.list.pk, world.row().pk]
    moderator = world.platforms[0]
    sign_in(client, moderator.person)
    page = opened(client, world).get(reverse("lists:entry", args=entry)).content.decode()
    contest = reverse("lists:contest", args=entry)
    assert contest in page
    said = {"claim": "wrong_hit", "why": "list_quality", "words": "A cartoon for children (invented)"}
    assert client.post(contest, {**said, "words": ""}).status_code == 422
    assert client.post(contest, said).status_code == 302
    page = client.get(reverse("lists:entry", args=entry)).content.decode()
    assert contest not in page, "once, until it is answered"
    assert "A cartoon for children (invented)" in page
    again = client.get(contest, follow=True).content.decode()
    assert "contests this entry already" in again

    sign_in(client, world.owner.person)
    made = EntryFeedback.everywhere.get()
    with viewing(world.owner.organisation.id):
        (item,) = [one for one in items.waiting_items(world.owner) if one.about == f"feedback/{made.pk}"]
    assert item.button.url == reverse("lists:answer-feedback", args=[made.pk])
    table = client.get(reverse("lists:feedback"), {"state": "open", "organisation": "no id"}).content.decode()
    assert "A cartoon for children (invented)" in table
    answer = {"outcome": "recalled", "because": "not_csam", "why": "list_quality", "words": "You are right."}
    assert client.post(item.button.url, {**answer, "because": ""}).status_code == 422
    assert client.post(item.button.url, answer).status_code == 302
    assert world.row().state == "recalled"

    with viewing(moderator.organisation.id):
        (item,) = items.waiting_items(moderator)
    assert "Recalled" in str(item.what)
    sign_in(client, moderator.person)
    shown = client.get(reverse("lists:contested")).content.decode()
    assert "You are right." in shown
    with viewing(moderator.organisation.id):
        assert items.waiting_items(moderator) == []
