"""Entries: what happens to them, and that the list on disk is what the database says."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from tests.node.lists.factories import QUALITY, add, curator, digest, entry_of, make_list

from vaern.arrivals import File
from vaern.matching import List, Matcher
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.ledger.rules import Reason, Why
from vaern.node.lists.base import disk, standing
from vaern.node.lists.base.disk import aside_of, folder_of
from vaern.node.lists.curation import actions
from vaern.node.lists.curation.retention import end_entries
from vaern.node.lists.models import EntryRecall, HashList, ListEntry
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.entries import MATCHED, TRANSITIONS, EntryEvent, EntryState
from vaern.node.lists.rules.lists import Purpose
from vaern.node.reports.intake.lists import known

pytestmark = pytest.mark.django_db(transaction=True)
NUMBERS = count(1)


def on_disk(folder: Any, idents: list[str]) -> set[str]:
    """Which of some entries a list on disk matches, by their digests."""
    found = Matcher([List.open(folder)]).match_signals([digest(ident) for ident in idents])
    return {match.entry for answer in found for match in answer.matches}


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_desk_counts_as_known_what_is_on_lists_of_known_material_alone(purpose: Purpose):
    """Intimate images of adults are another matter, and what survivors wish removed says of no child who it is."""
    viewer = curator()
    add(viewer, make_list(viewer, purpose=purpose.value), entry_of("a"))
    (met,) = known([File(signals=(digest("a"),))])
    assert bool(met.matches) == (purpose is Purpose.KNOWN)


def test_a_file_on_a_list_of_harmless_files_too_is_known_by_the_other():
    viewer = curator()
    for name, purpose in (("a-good", "known-good"), ("b-adults", "adults"), ("c-known", "known")):
        add(viewer, make_list(viewer, name, purpose=purpose), entry_of("a"))
    (met,) = known([File(signals=(digest("a"),))])
    assert [one.list for one in met.matches] == ["c-known"]


def test_an_entry_is_matched_when_its_act_is_committed():
    viewer = curator()
    hash_list = make_list(viewer)
    add(viewer, hash_list, entry_of("a"), entry_of("b"))
    assert on_disk(folder_of("known"), ["a", "b", "c"]) == {"a", "b"}
    hash_list.refresh_from_db()
    assert (hash_list.live, hash_list.change, hash_list.published) == (2, 2, 2)


def test_what_is_in_quarantine_stands_aside_and_is_found_there():
    viewer = curator()
    hash_list = make_list(viewer)
    (row,) = add(viewer, hash_list, entry_of("a"))
    with viewing(viewer.organisation.id):
        actions.quarantine(viewer, QUALITY, row)
    assert (on_disk(folder_of("known"), ["a"]), on_disk(aside_of("known"), ["a"])) == (set(), {"a"})
    with viewing(viewer.organisation.id):
        actions.let_go(viewer, QUALITY, row)
    assert (on_disk(folder_of("known"), ["a"]), on_disk(aside_of("known"), ["a"])) == ({"a"}, set())


def test_a_list_that_was_lost_on_disk_is_written_anew():
    import shutil

    from vaern.node.lists.base.disk import follow_all

    viewer = curator()
    hash_list = make_list(viewer)
    add(viewer, hash_list, entry_of("a"), entry_of("b"))
    shutil.rmtree(folder_of("known"))
    assert follow_all() == 2
    assert on_disk(folder_of("known"), ["a", "b"]) == {"a", "b"}


@pytest.mark.parametrize(
    ("event", "words"), [("let_go", True), ("settle", True), ("recall", True), ("quarantine", False)]
)
def test_a_decision_that_somebody_answers_for_has_words(event: str, words: bool):
    says_why = {step.says_why for (_state, what), step in TRANSITIONS.items() if what is EntryEvent(event)}
    assert says_why == {words}


def test_a_recall_without_words_changes_nothing():
    viewer = curator()
    hash_list = make_list(viewer)
    (row,) = add(viewer, hash_list, entry_of("a"))
    with viewing(viewer.organisation.id), pytest.raises(Refusal, match="in words"):
        actions.recall(viewer, Reason(Why.LIST_QUALITY), row, RecallReason.NOT_CSAM)
    assert on_disk(folder_of("known"), ["a"]) == {"a"}
    assert not EntryRecall.everywhere.exists()


def test_nobody_changes_the_list_of_another_organisation():
    viewer, stranger = curator(), curator()
    hash_list = make_list(viewer)
    (row,) = add(viewer, hash_list, entry_of("a"))
    with viewing(stranger.organisation.id), pytest.raises(Refusal):
        actions.quarantine(stranger, QUALITY, row)
    with viewing(stranger.organisation.id):
        assert not ListEntry.objects.exists()


def test_two_lists_of_one_name_cannot_be():
    viewer = curator()
    make_list(viewer)
    with pytest.raises(Refusal) as refused:
        make_list(curator())
    assert refused.value.field == "name"


EVENTS = {
    EntryEvent.QUARANTINE: actions.quarantine,
    EntryEvent.LET_GO: actions.let_go,
    EntryEvent.SETTLE: actions.settle,
    EntryEvent.RECALL: lambda viewer, reason, row: actions.recall(viewer, reason, row, RecallReason.WRONG_HASH),
    EntryEvent.REINSTATE: actions.reinstate,
}


class Lives(RuleBasedStateMachine):
    """Entries of one list under what curators do to them, in any order; a dict is the oracle."""

    def __init__(self) -> None:
        super().__init__()
        self.viewer = curator()
        self.list = make_list(self.viewer, f"list-{next(NUMBERS)}")
        self.states: dict[str, EntryState] = {}

    @rule(number=st.integers(0, 9))
    def add_one(self, number: int) -> None:
        ident = str(number)
        if ident in self.states:
            with pytest.raises(Refusal):
                add(self.viewer, self.list, entry_of(ident))
        else:
            add(self.viewer, self.list, entry_of(ident))
            self.states[ident] = EntryState.LIVE

    @precondition(lambda self: self.states)
    @rule(data=st.data(), event=st.sampled_from(list(EVENTS)))
    def decide(self, data: st.DataObject, event: EntryEvent) -> None:
        ident = data.draw(st.sampled_from(sorted(self.states)))
        row = ListEntry.everywhere.select_related("list").get(list=self.list, ident=ident)
        step = TRANSITIONS.get((self.states[ident], event))
        with viewing(self.viewer.organisation.id):
            if step is None:
                with pytest.raises(Refusal):
                    EVENTS[event](self.viewer, QUALITY, row)
            else:
                EVENTS[event](self.viewer, QUALITY, row)
                self.states[ident] = step.after

    @invariant()
    def the_list_on_disk_is_what_the_database_says(self) -> None:
        everyone = [str(number) for number in range(10)]
        matched = {ident for ident, state in self.states.items() if state in MATCHED}
        assert on_disk(folder_of(self.list.name), everyone) == matched
        assert on_disk(aside_of(self.list.name), everyone) == self.states.keys() - matched
        now = HashList.everywhere.get(pk=self.list.pk)
        for state in EntryState:
            assert getattr(now, state.value) == list(self.states.values()).count(state)
        changes = list(ListEntry.everywhere.filter(list=now).values_list("change", flat=True))
        assert len(changes) == len(set(changes))
        assert max(changes, default=0) <= now.change == now.published


@pytest.mark.once
def test_lives_of_entries(django_db_blocker: Any):
    run_state_machine_as_test(
        Lives,
        settings=hypothesis_settings(
            max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_an_entry_whose_day_has_come_leaves_the_disk_and_then_the_database():
    viewer = curator()
    hash_list = make_list(viewer)
    first, _second = add(viewer, hash_list, entry_of("a"), entry_of("b"))
    ListEntry.everywhere.filter(pk=first.pk).update(ends=timezone.localdate())
    assert end_entries() == 1
    bare = ListEntry.everywhere.get(pk=first.pk)
    assert (bare.state, bytes(bare.body)) == (EntryState.ENDED.value, b"")
    disk.follow(hash_list.pk)
    assert on_disk(folder_of("known"), ["a", "b"]) == {"b"}
    assert end_entries() == 0
    assert ListEntry.everywhere.filter(pk=first.pk).exists(), "the matches with it have yet to learn of its end"
    standing.follow(hash_list.pk)
    assert end_entries() == 0
    assert list(ListEntry.everywhere.values_list("ident", flat=True)) == ["b"]
    hash_list.refresh_from_db()
    assert (hash_list.live, hash_list.ended) == (1, 0)
