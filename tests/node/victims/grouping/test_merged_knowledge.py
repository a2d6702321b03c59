"""What a merge does to what stands outside of the files: desks that have a half, the public, and who else searches."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from tests.node.factories import terms
from tests.node.victims.factories import FINDING, digest, make_desk, make_series, make_specialist

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.releases.terms import Handling
from vaern.node.crosscheck.registry.actions import of_record
from vaern.node.victims.clues import actions as clues
from vaern.node.victims.clues.queries import clues_of
from vaern.node.victims.grouping import actions as grouping
from vaern.node.victims.grouping import takes
from vaern.node.victims.models import Appeal, Dissemination, Hypothesis, Merge, Milestone, Series, Tiding
from vaern.node.victims.rules.clues import ClueKind
from vaern.node.victims.rules.series import State
from vaern.node.victims.sharing import actions, outcomes
from vaern.records import Signal

pytestmark = pytest.mark.django_db


class World:
    """A desk with two series, a desk of another country that may get one, and a third with a series of its own."""

    def __init__(self) -> None:
        self.here, self.there, self.elsewhere = make_desk("XA"), make_desk("XT"), make_desk("XL")
        self.ada, self.tem, self.lin = (make_specialist(one) for one in (self.here, self.there, self.elsewhere))
        self.older, self.younger = make_series(self.here, (1, 2)), make_series(self.here, (3, 4))

    def disseminate(self, series: Series) -> Dissemination:
        with viewing(self.here.pk):
            outcomes.analyse(self.ada, FINDING, series)
            clues.add(self.ada, FINDING, series, ClueKind.SOCKET, "a round socket with a pin", countries=["XT"])
            clues.propose(self.ada, FINDING, series, "XT")
            until = timezone.now() + timedelta(days=90)
            return actions.disseminate(self.ada, FINDING, series, [self.there.pk], terms(Handling.RED, until))[0]

    def identify(self, series: Series) -> None:
        with viewing(self.here.pk):
            outcomes.identify(self.ada, FINDING, series, timezone.localdate(), "NH-1")

    def merge(self) -> Merge:
        with viewing(self.here.pk):
            return grouping.merge(self.ada, FINDING, self.older, self.younger)


@pytest.fixture
def world() -> World:
    return World()


def test_a_half_that_another_desk_has_takes_the_other_over_and_the_desk_goes_on(world: World) -> None:
    sent = world.disseminate(world.younger)
    merge = world.merge()
    assert (merge.kept, merge.absorbed) == (world.younger, world.older)
    with viewing(world.there.pk):
        actions.accept(world.tem, FINDING, sent)
        outcomes.identify(world.tem, FINDING, world.younger, timezone.localdate(), "TH-1")
        outcomes.safeguard(world.tem, FINDING, world.younger, timezone.localdate())
    with viewing(world.here.pk):
        actions.recall(world.ada, FINDING, sent)
    assert Series.everywhere.get(pk=world.younger.pk).state == State.SAFEGUARDED


def test_two_halves_that_other_desks_have_are_not_merged(world: World) -> None:
    for one in (world.older, world.younger):
        world.disseminate(one)
    with pytest.raises(Refusal, match="recall"):
        world.merge()


@pytest.mark.once
@pytest.mark.parametrize("which", ["older", "younger"])
def test_a_merge_with_a_child_that_is_known_stops_everybody_as_identifying_does(world: World, which: str) -> None:
    known, other = (world.older, world.younger) if which == "older" else (world.younger, world.older)
    same, unlike = make_series(world.elsewhere, (1, 3)), make_series(world.elsewhere, (77,))
    apart = make_series(world.elsewhere, (2 if other is world.older else 4,))
    world.identify(known)
    world.disseminate(other)
    with viewing(world.elsewhere.pk):
        outcomes.other_child(world.lin, FINDING, Series.everywhere.get(pk=same.pk), "Another room.")
    Tiding.everywhere.all().delete()
    kept = world.merge().kept
    assert kept == other, "the desk that has it goes on"
    states = [Series.everywhere.get(pk=one.pk).state for one in (same, unlike, apart)]
    assert states == [State.ANALYSED, State.NEW, State.STOPPED], "only what shares a file since then, and once"
    assert of_record(kept).get().state == "identified"
    told = Tiding.everywhere.values_list("organisation", "series", "code")
    assert set(told) == {
        (world.there.pk, kept.pk, "identified"),
        (world.elsewhere.pk, apart.pk, "identified"),
    }


def test_undone_the_whole_goes_on_and_the_half_stays_known(world: World) -> None:
    world.identify(world.younger)
    merge = world.merge()
    with viewing(world.here.pk):
        grouping.undo(world.ada, FINDING, merge)
    assert of_record(world.older).get().state == "open"
    assert of_record(world.younger).get().state == "identified"


def test_a_series_that_comes_after_the_child_was_identified_is_stopped_too(world: World) -> None:
    world.identify(world.older)
    with viewing(world.elsewhere.pk):
        member = takes.add_by_hash(world.lin, FINDING, [Signal("sha256", digest(1))], synthetic=True)
        late = Series.everywhere.get(pk=member.series_id)
        assert late.state == State.STOPPED
        assert set(Milestone.everywhere.filter(series=late).values_list("code", flat=True)) == {"stopped"}
        (tiding,) = Tiding.everywhere.filter(series=late)
        assert (tiding.organisation, tiding.code, tiding.by) == (world.elsewhere, "identified", None)
        outcomes.other_child(world.lin, FINDING, late, "Another room.")
        takes.add_by_hash(world.lin, FINDING, [Signal("sha256", digest(2))], late, synthetic=True)
    assert Series.everywhere.get(pk=late.pk).state == State.ANALYSED, "a person has said that it is another child"


def test_clues_follow_the_files_and_are_weighed_where_they_are(world: World) -> None:
    with viewing(world.here.pk):
        clues.add(world.ada, FINDING, world.older, ClueKind.SOCKET, "a round socket with a pin", countries=["XT"])
        clues.add(world.ada, FINDING, world.younger, ClueKind.UNIFORM, "a uniform with a stripe", countries=["XL"])

    def points(series: Series) -> dict[str, bool]:
        return {one.country.code: one.points > 0 for one in Hypothesis.everywhere.filter(series=series)}

    Series.everywhere.filter(pk=world.younger.pk).update(review_date=timezone.localdate() + timedelta(days=3000))
    merge = world.merge()
    assert points(world.older) == {"XT": True, "XL": True}
    assert Series.everywhere.get(pk=world.older.pk).review_date == timezone.localdate() + timedelta(days=3000)
    with viewing(world.here.pk):
        assert len(clues_of(world.ada, world.older)) == 2
        restored = grouping.undo(world.ada, FINDING, merge)
        assert [one.words for one in clues_of(world.ada, restored)] == ["a uniform with a stripe"]
    assert (points(world.older), points(restored)) == ({"XT": True, "XL": False}, {"XL": True})


def test_appeals_follow_the_files_and_end_when_the_child_is_known(world: World) -> None:
    appeal = Appeal.everywhere.create(
        id=uuid4(),
        series=world.younger,
        organisation=world.here,
        code="WAAAAAAA",
        sealed_da=b"",
        sealed_en=b"",
        author=world.ada.person,
        ends_on=timezone.localdate() + timedelta(days=9),
    )
    merge = world.merge()
    appeal.refresh_from_db()
    assert appeal.series == world.older
    with viewing(world.here.pk):
        grouping.undo(world.ada, FINDING, merge)
    appeal.refresh_from_db()
    assert (appeal.series, appeal.state) == (world.younger, "draft")
    world.merge()
    world.identify(world.older)
    appeal.refresh_from_db()
    assert appeal.state == "withdrawn"
