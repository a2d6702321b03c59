"""Subsets: on disk they are what their selection says of the list, whatever happens, and name nothing else."""

from __future__ import annotations

import shutil
from datetime import timedelta
from itertools import count
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from tests.node.factories import make_key, sign_in, terms
from tests.node.lists.factories import QUALITY, add, curator, digest, entry_of, make_list, send
from tests.node.lists.subsets import OPEN, give, live, make_subset, platform, said

from vaern.lookup.callers import read
from vaern.matching import List
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.models import Release
from vaern.node.casework.releases.terms import Handling
from vaern.node.casework.retention.actions import erase
from vaern.node.lists.base import disk
from vaern.node.lists.base.disk import folder_of, follow_all
from vaern.node.lists.base.subsets import subset_folder
from vaern.node.lists.curation import actions as curation
from vaern.node.lists.curation.actions import ListTerms
from vaern.node.lists.curation.retention import end_entries
from vaern.node.lists.lookups import callers
from vaern.node.lists.models import HashList, ListEntry, ListSubset
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.entries import MATCHED, EntryState
from vaern.node.lists.rules.subsets import Selection
from vaern.node.lists.subsets import actions, queries
from vaern.node.lists.votes.actions import Ballot, vote
from vaern.node.organisations.rules import Permission
from vaern.records import Entry

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client


pytestmark = pytest.mark.django_db(transaction=True)
NUMBERS = count(1)


# What is on disk ------------------------------------------------------------------------------------------------------

TERMS = st.tuples(
    st.sampled_from(["", "open", "shut"]), st.sampled_from(["", "law"]), st.sampled_from(["", "DK", "SE"])
)
SELECTIONS = st.builds(
    Selection,
    st.frozensets(st.sampled_from(["", "open", "shut"]), max_size=2),
    st.frozensets(st.sampled_from(["", "law"]), max_size=1),
    st.frozensets(st.sampled_from(["", "DK", "SE"]), max_size=2),
).filter(lambda one: one.asked)
IDENTS = st.sampled_from([f"e{number}" for number in range(6)])


class Worlds(RuleBasedStateMachine):
    """A list with subsets under all that happens to lists; what is on disk is compared with the list on disk."""

    def __init__(self) -> None:
        super().__init__()
        self.viewer = curator()
        self.list = make_list(self.viewer, f"list-{next(NUMBERS)}")
        self.known: dict[str, dict[str, set[Any]]] = {}  # by subset and entry, all signals that recipients were given

    @rule(ident=IDENTS, how=TERMS, turn=st.integers(0, 1))
    def comes_by_hand(self, ident: str, how: tuple[str, str, str], turn: int) -> None:
        if not ListEntry.everywhere.filter(list=self.list, ident=ident).exists():
            add(self.viewer, self.list, _entry(ident, how, turn))

    @rule(
        given=st.dictionaries(IDENTS, st.tuples(TERMS, st.integers(0, 1)), min_size=1, max_size=4), whole=st.booleans()
    )
    def comes_in_a_file(self, given: dict[str, tuple[tuple[str, str, str], int]], whole: bool) -> None:
        rows = ["id,sha256,licence,legal_basis,jurisdiction"]
        for ident, (how, turn) in given.items():
            rows.append(f"{ident},{_signal(ident, turn).value.hex()},{','.join(how)}")
        self.list.refresh_from_db()
        assert send(self.viewer, self.list, "\n".join([*rows, ""]).encode(), whole=whole).state == "taken"

    def _row(self, data: st.DataObject, *states: EntryState) -> ListEntry | None:
        rows = ListEntry.everywhere.select_related("list__organisation").filter(list=self.list, state__in=states)
        found = list(rows.order_by("ident"))
        return data.draw(st.sampled_from(found)) if found else None

    @rule(data=st.data())
    def is_recalled_or_comes_back(self, data: st.DataObject) -> None:
        row = self._row(data, *MATCHED, EntryState.QUARANTINED, EntryState.RECALLED)
        with viewing(self.viewer.organisation.id):
            if row and row.state == EntryState.RECALLED.value:
                curation.reinstate(self.viewer, QUALITY, row)
            elif row:
                curation.recall(self.viewer, QUALITY, row, RecallReason.WRONG_HASH)

    @rule(data=st.data())
    def is_set_aside_or_let_go(self, data: st.DataObject) -> None:
        row = self._row(data, *MATCHED, EntryState.QUARANTINED)
        with viewing(self.viewer.organisation.id):
            if row and row.state == EntryState.QUARANTINED.value:
                curation.let_go(self.viewer, QUALITY, row)
            elif row:
                curation.quarantine(self.viewer, QUALITY, row)

    @rule(data=st.data(), opinion=st.sampled_from(["positive", "negative"]))
    def is_voted_on(self, data: st.DataObject, opinion: str) -> None:
        row = self._row(data, *MATCHED)
        if row:
            with viewing(self.viewer.organisation.id):
                vote(self.viewer, QUALITY, row, Ballot(opinion, "independent"))

    @rule(data=st.data())
    def ends(self, data: st.DataObject) -> None:
        row = self._row(data, *MATCHED, EntryState.RECALLED)
        if row:
            ListEntry.everywhere.filter(pk=row.pk).update(ends=timezone.localdate())
        end_entries()

    @rule(how=TERMS)
    def its_terms_change(self, how: tuple[str, str, str]) -> None:
        given = ListTerms("list", licence=how[0], basis=how[1], jurisdiction=how[2])
        with viewing(self.viewer.organisation.id):
            curation.change_terms(self.viewer, QUALITY, self.list, given)

    @rule(selection=SELECTIONS)
    def a_subset_is_made_or_ends(self, selection: Selection) -> None:
        name = f"{self.list.name}-{len(self.known)}"
        if len(self.known) < 2:
            make_subset(self.viewer, self.list, name, selection)
            self.known[name] = {}

    @precondition(lambda self: self.known)
    @rule(data=st.data(), selection=SELECTIONS)
    def a_subset_changes(self, data: st.DataObject, selection: Selection) -> None:
        found = ListSubset.everywhere.select_related("list").get(name=data.draw(st.sampled_from(sorted(self.known))))
        with viewing(self.viewer.organisation.id):
            actions.change(self.viewer, QUALITY, found, "other", selection)

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def a_disk_is_lost(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.known)))
        shutil.rmtree(subset_folder(name))
        self.known[name] = {}
        follow_all()

    @invariant()
    def each_subset_is_what_its_selection_says_of_the_list_and_names_nothing_else(self) -> None:
        hash_list = HashList.everywhere.get(pk=self.list.pk)
        whole = live(folder_of(hash_list.name))
        for subset in ListSubset.everywhere.filter(list=hash_list).select_related("list"):
            asked = (subset.licences, subset.bases, subset.jurisdictions)
            own = (hash_list.licence, hash_list.basis, hash_list.jurisdiction)
            expected = {ident: entry for ident, entry in whole.items() if _is_in(entry, asked, own)}
            assert live(subset_folder(subset.name)) == expected
            opened = List.open(subset_folder(subset.name))
            assert (opened.release, opened.entries) == (str(hash_list.change), len(expected))
            known = self.known[subset.name]
            for ident, entry in expected.items():
                known.setdefault(ident, set()).update(entry.signals)
            for ident, entry in said(subset_folder(subset.name)).items():
                assert set(entry.signals) <= known.get(ident, set()), "nothing is named that was never given"
                assert ident in known
            assert {one.ident for one in queries.entries(subset)} == expected.keys()
            assert queries.weighed(subset).goes == len(expected)

    def teardown(self) -> None:
        states = [state.value for state in (EntryState.ENDED,)]
        gone = ListEntry.everywhere.filter(list=self.list, state__in=states)
        for subset in ListSubset.everywhere.filter(list=self.list):
            for ident in gone.values_list("ident", flat=True):
                entry = said(subset_folder(subset.name)).get(ident)
                assert entry is None or not entry.signals, "of what ended nothing is kept"


def _signal(ident: str, turn: int) -> Any:
    return digest(f"{ident} {turn}")


def _entry(ident: str, how: tuple[str, str, str], turn: int) -> Entry:
    return entry_of(ident, _signal(ident, turn), licence=how[0], basis=how[1], jurisdiction=how[2])


def _is_in(entry: Entry, asked: Any, own: tuple[str, str, str]) -> bool:
    stands = (entry.licence, entry.basis, entry.jurisdiction)
    each = zip(asked, stands, own, strict=True)
    return all(not values or (value or of_list) in values for values, value, of_list in each)


@pytest.mark.once
def test_subsets_follow_their_list(django_db_blocker: Any) -> None:
    run_state_machine_as_test(
        Worlds,
        settings=hypothesis_settings(
            max_examples=10, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_an_entry_that_leaves_is_withdrawn_with_the_hashes_that_its_recipients_know() -> None:
    owner = curator()
    hash_list = make_list(owner)
    subset = make_subset(owner, hash_list)
    old, new = digest("old"), digest("new")
    add(owner, hash_list, entry_of("a", old, licence="open"), entry_of("b", licence="shut"))
    hash_list.refresh_from_db()
    send(owner, hash_list, f"id,sha256,licence\na,{new.value.hex()},shut\n".encode())
    assert said(subset_folder(subset.name)) == {"a": Entry("a", (old,), recalled=True)}


def test_a_subset_that_cannot_be_written_keeps_neither_its_list_nor_another_from_being(tmp_path: Path) -> None:
    owner = curator()
    hash_list = make_list(owner)
    make_subset(owner, hash_list, "first")
    make_subset(owner, hash_list, "second")
    shutil.rmtree(subset_folder("first"))
    subset_folder("first").write_text("in the way")
    add(owner, hash_list, entry_of("a", licence="open"))
    assert live(folder_of("known")).keys() == live(subset_folder("second")).keys() == {"a"}
    subset_folder("first").unlink()
    follow_all()
    assert live(subset_folder("first")).keys() == {"a"}


def test_a_recall_is_published_while_a_subset_is_written_and_reaches_the_subset_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A large subset takes minutes to be written: whoever writes it looks again for what came meanwhile."""
    owner = curator()
    hash_list = make_list(owner)
    (row, _other) = add(owner, hash_list, entry_of("a", licence="open"), entry_of("b", licence="open"))
    subset = make_subset(owner, hash_list)
    ListSubset.everywhere.filter(pk=subset.pk).update(written="")  # as if its selection was another
    meanwhile, write = [], disk.subsets.bring

    def recall() -> None:
        try:
            with viewing(owner.organisation.id):
                curation.recall(owner, QUALITY, row, RecallReason.WRONG_HASH)
            meanwhile.append((live(folder_of("known")).keys(), live(subset_folder("part")).keys()))
        finally:
            connections.close_all()

    def bring(*given: Any) -> None:
        if not meanwhile:
            other = Thread(target=recall)
            other.start()
            other.join()
        write(*given)

    monkeypatch.setattr(disk.subsets, "bring", bring)
    follow_all()
    assert meanwhile == [({"b"}, {"a", "b"})]
    assert live(subset_folder("part")).keys() == {"b"}


def test_of_a_large_list_a_subset_is_written_by_the_next_minutes_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "SMALL", 0)
    owner = curator()
    hash_list = make_list(owner)
    add(owner, hash_list, entry_of("a", licence="open"))
    make_subset(owner, hash_list)
    assert not subset_folder("part").exists()
    follow_all()
    assert live(subset_folder("part")).keys() == {"a"}


# Who makes one, and who receives it -----------------------------------------------------------------------------------


def test_names_of_lists_and_subsets_are_one() -> None:
    owner, other = curator(), curator()
    hash_list = make_list(owner, "known")
    make_subset(owner, hash_list, "part")
    for name in ("known", "part"):
        with pytest.raises(Refusal) as refused:
            make_list(other, name)
        assert refused.value.field == "name"
        with pytest.raises(Refusal) as refused:
            make_subset(owner, hash_list, name)
        assert refused.value.field == "name"
    with pytest.raises(Refusal, match="figures"):
        make_subset(owner, hash_list, "../part")


def test_a_subset_of_all_of_a_list_is_none() -> None:
    owner = curator()
    hash_list = make_list(owner)
    with pytest.raises(Refusal, match="All of the list"):
        make_subset(owner, hash_list, selection=Selection())
    subset = make_subset(owner, hash_list)
    with viewing(owner.organisation.id), pytest.raises(Refusal, match="All of the list"):
        actions.change(owner, QUALITY, subset, "x", Selection())


def test_nobody_makes_or_changes_a_subset_of_another_organisations_list() -> None:
    owner, stranger = curator(), curator()
    hash_list = make_list(owner)
    with viewing(stranger.organisation.id), pytest.raises(Refusal):
        actions.make(stranger, QUALITY, hash_list, "theirs", "theirs", OPEN)
    subset = make_subset(owner, hash_list)
    with viewing(stranger.organisation.id):
        with pytest.raises(Refusal):
            actions.change(stranger, QUALITY, subset, "theirs", OPEN)
        assert not ListSubset.objects.exists()


def test_who_receives_all_of_a_list_receives_no_part_of_it_and_a_licence_covers_kinds() -> None:
    owner, asker = curator(), platform()
    hash_list = make_list(owner)
    subset = make_subset(owner, hash_list)
    with viewing(owner.organisation.id):
        ends = timezone.now() + timedelta(days=30)
        curation.release(owner, QUALITY, hash_list, [asker.organisation.pk], terms(Handling.AMBER, ends))
    with pytest.raises(Conflict, match="recall that first"):
        give(owner, subset, asker)
    bound = make_list(owner, "bound", licence_kinds=("police",))
    with pytest.raises(Refusal, match="licence"):
        give(owner, make_subset(owner, bound, "bound-part"), asker)


def test_a_recipient_sees_its_subset_and_nothing_else_of_the_list(client: Client) -> None:
    owner, asker = curator(), platform()
    hash_list = make_list(owner)
    shown, hidden = add(owner, hash_list, entry_of("inside-7f", licence="open"), entry_of("outside-7f", licence="shut"))
    subset = make_subset(owner, hash_list)
    give(owner, subset, asker)
    with viewing(asker.organisation.id):
        assert list(ListSubset.objects.all()) == [subset]
        assert not HashList.objects.exists()
        assert not ListEntry.objects.exists()
    sign_in(client, asker.person)
    assert client.get(reverse("lists:list", args=[hash_list.pk])).status_code == 404
    for row in (shown, hidden):
        assert client.get(reverse("lists:entry", args=[hash_list.pk, row.pk])).status_code == 404
    session = client.session
    session["reasons"] = {f"list_subset:{subset.pk}": ["list_quality", ""]}
    session.save()
    page = client.get(reverse("lists:subset", args=[subset.pk])).content.decode()
    assert ("inside-7f" in page, "outside-7f" in page) == (True, False)


def test_its_programs_hold_the_subset_and_are_asked_about_no_entry_twice() -> None:
    owner, asker = curator(), platform()
    make_list(owner, "known")
    hosted = make_list(owner, "hosted", hosted=True)
    for hash_list, name in ((HashList.everywhere.get(name="known"), "part"), (hosted, "hosted-part")):
        give(owner, make_subset(owner, hash_list, name), asker)
    make_key(asker.person, Permission.LOOKUP_ASK)
    callers.write()
    (found,) = read(callers.path()).callers
    both = ("hosted", "hosted-part", "part")  # of what is in its part it hears all, of the rest what follows
    assert (found.lists, found.holds, found.hears) == (both, ("hosted-part", "part"), {"hosted": "verdict"})
    HashList.everywhere.filter(name="hosted").update(tells="all")
    callers.write()
    (found,) = read(callers.path()).callers
    assert (found.lists, found.holds, found.hears) == (("hosted", "part"), ("hosted-part", "part"), {})
    with viewing(owner.organisation.id):
        actions.end_release(owner, QUALITY, ListSubset.everywhere.get(name="part"), asker.organisation.pk)
    (found,) = read(callers.path()).callers
    assert (found.lists, found.holds) == (("hosted",), ("hosted-part",))


def test_a_subset_that_ends_is_gone_everywhere_and_its_list_is_not() -> None:
    owner, asker = curator(), platform()
    hash_list = make_list(owner)
    add(owner, hash_list, entry_of("a", licence="open"))
    subset = make_subset(owner, hash_list)
    give(owner, subset, asker)
    with viewing(owner.organisation.id):
        erase(owner, QUALITY, subset)
    assert not subset_folder("part").exists()
    assert live(folder_of("known")).keys() == {"a"}
    assert Release.everywhere.get(kind=ListSubset.KIND).recalled_at is not None


def test_subsets_end_with_their_list_and_recipients_have_to_acknowledge() -> None:
    owner, asker = curator(), platform()
    hash_list = make_list(owner)
    give(owner, make_subset(owner, hash_list), asker)
    with viewing(owner.organisation.id):
        erase(owner, QUALITY, hash_list)
    assert not subset_folder("part").exists()
    assert not ListSubset.everywhere.exists()
    found = Release.everywhere.get(kind=ListSubset.KIND)
    assert (found.recalled_at is not None, found.acknowledged_at) == (True, None)


def test_on_its_pages_terms_are_ticked_with_their_counts_and_nothing_typed_is_lost(client: Client) -> None:
    owner = curator()
    hash_list = make_list(owner, licence="house")
    entries = (entry_of("a", licence="open"), entry_of("b", licence="open"), entry_of("c"), entry_of("d", basis="law"))
    add(owner, hash_list, *entries)
    sign_in(client, owner.person)
    new = reverse("lists:new-subset", args=[hash_list.pk])
    shown = client.get(new).content.decode()
    for words in ("open: 2 entries", "house: 2 entries", "law: 1 entry", "Nobody says: 3 entries"):
        assert words in shown
    typed = {"name": "part", "title": "A part", "why": "list_quality", "words": "in a test"}
    refused = client.post(new, typed)
    assert (refused.status_code, "All of the list is released" in refused.content.decode()) == (422, True)
    assert 'value="A part"' in refused.content.decode()
    assert client.post(new, {**typed, "licences": ["=none of them"]}).status_code == 422
    assert client.post(new, {**typed, "licences": ["=house"], "bases": ["="]}).status_code == 302
    subset = ListSubset.everywhere.get()
    assert (subset.licences, subset.bases, live(subset_folder("part")).keys()) == (["house"], [""], {"c"})
    change = reverse("lists:change-subset", args=[subset.pk])
    ticked = client.get(change).context["form"]
    assert [ticked[name].initial for name in ("licences", "bases", "jurisdictions")] == [["=house"], ["="], []]
    assert client.post(change, {**typed, "title": "Other", "licences": ["=open"]}).status_code == 302
    subset.refresh_from_db()
    assert (subset.title, subset.licences, subset.bases) == ("Other", ["open"], [])
    assert live(subset_folder("part")).keys() == {"a", "b"}
    session = client.session
    session["reasons"] = {f"list_subset:{subset.pk}": ["list_quality", ""]}
    session.save()
    page = client.get(reverse("lists:subset", args=[subset.pk])).content.decode()
    assert "2 entries are in it. Not in it: 2 under another licence." in page
