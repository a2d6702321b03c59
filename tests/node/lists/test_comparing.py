"""How two releases of a list differ: as comparing whole copies of both would say, whatever happened in between."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from tests.node.lists.factories import QUALITY, add, curator, digest, entry_of, make_list, send, vics

from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.lists.base import disk
from vaern.node.lists.comparing import presenters, queries, statements
from vaern.node.lists.comparing.queries import Asked, span_of
from vaern.node.lists.comparing.statements import Span
from vaern.node.lists.curation import actions
from vaern.node.lists.curation.classes import correct_class
from vaern.node.lists.curation.retention import end_entries
from vaern.node.lists.models import HashList, ListEntry, ReleaseDay
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.entries import MATCHED, EntryEvent, EntryState, mark_of
from vaern.node.lists.rules.releases import Difference, Pair, differences
from vaern.node.lists.votes.actions import Ballot, vote

pytestmark = pytest.mark.django_db(transaction=True)
NUMBERS = count(1)
STATES = ["", *(state.value for state in EntryState)]
IDENTS = [f"{number}" for number in range(6)]


PAIRS = st.builds(Pair, st.sampled_from(STATES), st.sampled_from(STATES), st.booleans(), st.booleans())


@given(PAIRS)
def test_what_is_matched_in_one_release_alone_has_a_difference_that_says_so(pair: Pair):
    matched = [one in {state.value for state in MATCHED} for one in (pair.before, pair.now)]
    found = differences(pair)
    if matched == [False, True]:
        assert found & {Difference.ADDED, Difference.RETURNED}
    if matched == [True, False]:
        assert found & {Difference.RECALLED, Difference.QUARANTINED, Difference.ENDED}
    assert not differences(Pair(pair.now, pair.now, other_class=False, other_signals=False))


@given(st.lists(st.sampled_from("abcd"), max_size=5), st.randoms(use_true_random=False))
def test_the_mark_of_signals_knows_no_order(names: list[str], draw: Any):
    signals = [digest(name, kind) for name in names for kind in ("md5", "sha256")]
    turned = draw.sample(signals, len(signals))
    assert mark_of(signals) == mark_of(turned)
    assert mark_of(signals) != mark_of([*turned, digest("another")])
    assert -(2**63) <= mark_of(signals) < 2**63


EVENTS = {
    EntryEvent.QUARANTINE: actions.quarantine,
    EntryEvent.LET_GO: actions.let_go,
    EntryEvent.RECALL: lambda viewer, reason, row: actions.recall(viewer, reason, row, RecallReason.WRONG_HASH),
    EntryEvent.REINSTATE: actions.reinstate,
    EntryEvent.VOTE: lambda viewer, reason, row: vote(viewer, reason, row, Ballot("positive", "independent")),
}
Copy = dict[int, tuple[str, str, str, int | None]]


class Releases(RuleBasedStateMachine):
    """A list under files and decisions; a copy of it is kept of each release, and any two copies are compared."""

    def __init__(self) -> None:
        super().__init__()
        self.viewer = curator()
        self.list = make_list(self.viewer, f"compared-{next(NUMBERS)}")
        self.copies: dict[int, Copy] = {}

    @rule(chosen=st.dictionaries(st.sampled_from(IDENTS), st.tuples(st.sampled_from("01"), st.sampled_from("ab"))))
    def take(self, chosen: dict[str, tuple[str, str]]) -> None:
        whole = "0" in chosen
        rows = [
            {"MediaID": int(ident), "Category": int(category), "MD5": digest(value + ident, "md5").value.hex()}
            for ident, (category, value) in chosen.items()
        ]
        self.list.refresh_from_db()
        send(self.viewer, self.list, vics(rows or [{"MediaID": 9, "Category": 1, "MD5": "0f" * 16}]), whole=whole)

    @precondition(lambda self: ListEntry.everywhere.filter(list=self.list).exists())
    @rule(data=st.data(), event=st.sampled_from(list(EVENTS)))
    def decide(self, data: st.DataObject, event: EntryEvent) -> None:
        from vaern.node.base.refusals import Refusal

        rows = ListEntry.everywhere.filter(list=self.list).select_related("list").order_by("pk")
        row = data.draw(st.sampled_from(list(rows)))
        with viewing(self.viewer.organisation.id):
            try:
                EVENTS[event](self.viewer, QUALITY, row)
            except Refusal:
                return

    @precondition(lambda self: ListEntry.everywhere.filter(list=self.list).exists())
    @rule(data=st.data(), classification=st.sampled_from("xyz"))
    def correct(self, data: st.DataObject, classification: str) -> None:
        from vaern.node.base.refusals import Refusal

        rows = ListEntry.everywhere.filter(list=self.list).select_related("list").order_by("pk")
        row = data.draw(st.sampled_from(list(rows)))
        with viewing(self.viewer.organisation.id):
            try:
                correct_class(self.viewer, QUALITY, row, classification)
            except Refusal:
                return

    @precondition(lambda self: ListEntry.everywhere.filter(list=self.list).exists())
    @rule(data=st.data())
    def end(self, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from(list(ListEntry.everywhere.filter(list=self.list).order_by("pk"))))
        ListEntry.everywhere.filter(pk=row.pk).update(ends=timezone.localdate())
        end_entries()
        disk.follow(self.list.pk)
        for copy in self.copies.values():  # what an entry was is forgotten when it ends, and that it was there is not
            if row.pk in copy:
                copy[row.pk] = (copy[row.pk][0], "", "", None)

    @invariant()
    def any_two_releases_differ_as_their_copies_do(self) -> None:
        now = HashList.everywhere.get(pk=self.list.pk)
        assert now.published == now.change
        self.copies[now.published] = {
            row.pk: (row.state, row.scheme, row.classification, mark_of(row.record.signals))
            for row in ListEntry.everywhere.filter(list=now).exclude(state=EntryState.ENDED.value)
        }
        numbers = sorted(self.copies)
        for old in [numbers[0], *numbers[-4:-1]]:
            new = numbers[-1] if old != numbers[-1] else numbers[0]
            self._compare(min(old, new), max(old, new))
        self._compare(numbers[0], numbers[len(numbers) // 2])

    def _compare(self, old: int, new: int) -> None:
        before, after = self.copies[old], self.copies[new]
        expected: dict[int, frozenset[Difference]] = {}
        for entry in before.keys() | after.keys():
            was, now = before.get(entry), after.get(entry)
            both = was is not None and now is not None and None not in {was[3], now[3]}
            pair = Pair(
                was[0] if was else "",
                now[0] if now else "",
                bool(both and was[1:3] != now[1:3]),
                bool(both and was[3] != now[3]),
            )
            if found := differences(pair):
                expected[entry] = found
        span = Span(self.list.pk, old, new)
        pairs = statements.counts(span)
        rows = list(statements.every(span, pairs, at_once=2))
        assert {one.entry: one.differences for one in rows} == expected
        assert len(rows) == sum(pairs.values())
        counted = queries.counted(pairs)
        assert counted == {one: sum(one in found for found in expected.values()) for one in Difference}


@pytest.mark.once
def test_releases_of_a_list(django_db_blocker: Any):
    run_state_machine_as_test(
        Releases,
        settings=hypothesis_settings(
            max_examples=10, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def history(viewer: Any) -> HashList:
    """Return a list whose releases are of three days: two entries, one more of another class, one recalled."""
    hash_list = make_list(viewer)
    first, _second = add(viewer, hash_list, entry_of("a", classification="1"), entry_of("b", classification="1"))
    today = timezone.localdate()
    ReleaseDay.everywhere.filter(list=hash_list).update(day=today - timedelta(days=9))
    add(viewer, hash_list, entry_of("c", classification="2"))
    ReleaseDay.everywhere.filter(list=hash_list, day=today).update(day=today - timedelta(days=5))
    with viewing(viewer.organisation.id):
        actions.recall(viewer, QUALITY, first, RecallReason.NOT_CSAM)
    hash_list.refresh_from_db()
    return hash_list


def test_releases_are_chosen_by_their_day_or_by_their_number():
    viewer, today = curator(), timezone.localdate()
    hash_list = history(viewer)
    days = {9: 2, 5: 3, 0: 4}
    assert span_of(hash_list, Asked())[1:] == (3, 4)
    for ago in range(12):
        expected = next((number for since, number in sorted(days.items()) if since >= ago), 0)
        day = (today - timedelta(days=ago)).isoformat()
        assert span_of(hash_list, Asked(old=day, new="4"))[1:] == (expected, 4)
    assert span_of(hash_list, Asked(old="4", new="1"))[1:] == (1, 4)
    assert span_of(hash_list, Asked(old="1", new="99999999999999999999999"))[1:] == (1, 4)
    assert span_of(hash_list, Asked(old="no day", new=date.max.isoformat()))[1:] == (3, 4)


def test_a_comparison_shows_and_sends_what_differs_and_is_recorded():
    viewer = curator()
    hash_list = history(viewer)
    with viewing(viewer.organisation.id):
        found = queries.compare(viewer, hash_list, QUALITY, Asked(old="2"), {})
        sent = b"".join(presenters.as_csv(queries.take_out(viewer, hash_list, QUALITY, Asked(old="2"))))
        only = queries.compare(viewer, hash_list, QUALITY, Asked(old="2", difference="added"), {})
    assert (found.total, found.counts[Difference.ADDED], found.counts[Difference.RECALLED]) == (2, 1, 1)
    assert [one.ident for one in found.page.rows] == ["a", "c"]
    assert [one.ident for one in only.page.rows] == ["c"]
    rows = list(csv.reader(io.StringIO(sent.decode("utf-8-sig"))))
    assert rows == [
        list(presenters.COLUMNS),
        ["a", "recalled", "live", "recalled", "1", "1"],
        ["c", "added", "", "live", "", "2"],
    ]
    acts = LedgerEntry.objects.filter(act__startswith="lists.releases.").order_by("id").values_list("act", "count")
    assert list(acts) == [
        ("lists.releases.compared", 2),
        ("lists.releases.taken_out", 2),
        ("lists.releases.compared", 1),
    ]


def test_the_pages_of_a_comparison_are_the_whole_of_it_forwards_and_back():
    viewer = curator()
    hash_list = make_list(viewer)
    send(viewer, hash_list, "\n".join(["md5", *(f"{number:032x}" for number in range(1, 131))]).encode())
    hash_list.refresh_from_db()
    given: dict[str, str] = {}
    seen: list[list[int]] = []
    with viewing(viewer.organisation.id):
        while True:
            page = queries.compare(viewer, hash_list, QUALITY, Asked(old="0"), given).page
            seen.append([one.entry for one in page.rows])
            if not page.next:
                break
            given = {"after": page.next}
        back = queries.compare(viewer, hash_list, QUALITY, Asked(old="0"), {"before": page.previous}).page
    assert [len(one) for one in seen] == [50, 50, 30]
    assert [entry for page in seen for entry in page] == sorted(ListEntry.everywhere.values_list("pk", flat=True))
    assert [one.entry for one in back.rows] == seen[1]
