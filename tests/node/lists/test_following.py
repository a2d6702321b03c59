"""Whatever changes how it is with an entry, its matches follow: at once by a job, and within the minute without it.

What an act did is not asked: only in which state its entry is after it.
"""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.node.factories import make_organisation
from tests.node.lists.factories import QUALITY, add, curator, digest, entry_of, make_list, send
from tests.node.lists.matched import add_finding, give_matches
from tests.node.lists.test_survivors import World
from tests.node.reports.factories import make_report
from tests.node.scans.worlds import make_world

import vaern.node.lists
from vaern.node.base.scope import viewing
from vaern.node.lists.base import standing
from vaern.node.lists.curation import actions
from vaern.node.lists.curation.retention import end_entries
from vaern.node.lists.models import ListEntry
from vaern.node.lists.quarantine import watching
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.entries import EntryEvent
from vaern.node.lists.votes.actions import Ballot, vote
from vaern.node.lists.votes.actions_graded import vote_all
from vaern.node.reports.models import Item, ItemMatch
from vaern.node.scans.models import Finding, FindingMatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.scans.models import Scan

pytestmark = pytest.mark.django_db(transaction=True)
YES, NO = Ballot("positive", "independent"), Ballot("negative", "independent")
NUMBERS = count(1)


class House:
    """A list with two entries, and whatever else may come to change how it is with the first."""

    def __init__(self) -> None:
        self.owner = curator()
        self.other = curator()
        self.list = make_list(self.owner, f"known-{next(NUMBERS)}")
        self.ident = "a"
        self.bring("a", "b")

    def bring(self, *idents: str) -> None:
        rows = [f"{ident},{digest(f'{self.list.name} {ident}').value.hex()}" for ident in idents]
        send(self.owner, self.list, ("\n".join(["id,sha256", *rows]) + "\n").encode(), whole=True)

    @property
    def row(self) -> ListEntry:
        return ListEntry.everywhere.select_related("list__organisation").get(list=self.list, ident=self.ident)

    def decide(self, act: Callable[..., Any], *more: Any) -> None:
        with viewing(self.owner.organisation.id):
            act(self.owner, QUALITY, self.row, *more)

    def votes(self, ballot: Ballot, *, together: bool = False, by: Viewer | None = None) -> None:
        voter = by or self.owner
        with viewing(voter.organisation.id):
            if together:
                vote_all(voter, QUALITY, self.row.list, {self.ident: ballot})
            else:
                vote(voter, QUALITY, self.row, ballot)


def spoken_against(house: House) -> None:
    never = make_list(house.owner, f"never-{next(NUMBERS)}", purpose="negative")
    add(house.owner, never, entry_of("n", digest(f"{house.list.name} a")))
    assert watching.watch() == 1


def ends(house: House) -> None:
    ListEntry.everywhere.filter(pk=house.row.pk).update(ends=timezone.localdate())
    assert end_entries() == 1


ACTS: dict[str, tuple[EntryEvent | None, str, list[Callable[[House], None]]]] = {
    "a vote against": (EntryEvent.VOTE, "disputed", [lambda one: one.votes(NO)]),
    "votes against": (None, "disputed", [lambda one: one.votes(NO, together=True)]),
    "a vote for it": (EntryEvent.VOTE, "live", [lambda one: one.votes(YES)]),
    "a no settled": (EntryEvent.SETTLE, "live", [lambda one: one.votes(NO), lambda one: one.decide(actions.settle)]),
    "quarantine": (EntryEvent.QUARANTINE, "quarantined", [lambda one: one.decide(actions.quarantine)]),
    "quarantine by the node": (EntryEvent.QUARANTINE, "quarantined", [spoken_against]),
    "let go": (
        EntryEvent.LET_GO,
        "live",
        [lambda one: one.decide(actions.quarantine), lambda one: one.decide(actions.let_go)],
    ),
    "recall": (EntryEvent.RECALL, "recalled", [lambda one: one.decide(actions.recall, RecallReason.NOT_CSAM)]),
    "reinstated": (
        EntryEvent.REINSTATE,
        "live",
        [lambda one: one.decide(actions.recall, RecallReason.NOT_CSAM), lambda one: one.decide(actions.reinstate)],
    ),
    "recalled and ended": (
        EntryEvent.END,
        "recalled",
        [lambda one: one.decide(actions.recall, RecallReason.NOT_CSAM), ends],
    ),
    "ended": (EntryEvent.END, "live", [ends]),
    "withdrawn by a file": (None, "recalled", [lambda one: one.bring("b")]),
    "back by a file": (None, "live", [lambda one: one.bring("b"), lambda one: one.bring("a", "b")]),
    "back by a file, and spoken against here": (
        EntryEvent.DISPUTE,
        "disputed",
        [lambda one: one.votes(NO), lambda one: one.bring("b"), lambda one: one.bring("a", "b")],
    ),
}
"""What may become of an entry, in which state it is then as its matches see it, and by which acts."""

WRITERS = {
    "base/changes.py": "recall",
    "curation/retention.py": "ended",
    "intake/taking.py": "withdrawn by a file",
    "votes/actions_graded.py": "votes against",
}
"""The modules that write the state of entries, each with one of the acts above that shows it."""


def matched(house: House, scan: Scan, item: Item) -> None:
    """Let a file of a scan and one of a report have met the entry, as if it were live."""
    add_finding(scan, Finding.everywhere.filter(scan=scan).count() + 1, [(house.list.name, house.ident)])
    give_matches(item, [(house.list.name, house.ident)])


def codes(state: str) -> str:
    return "" if state == "live" else state


def said(house: House) -> list[str]:
    rows: list[str] = []
    for table in (ItemMatch, FindingMatch):
        rows += table.everywhere.filter(list=house.list.name).values_list("fallen", flat=True)
    of_files = [
        *Item.everywhere.filter(known_list=house.list.name).values_list("known_fallen", flat=True),
        *Finding.everywhere.filter(list=house.list.name).values_list("fallen", flat=True),
    ]
    assert rows == of_files
    return rows


def waits(house: House) -> int:
    """Run the jobs that wait for the list; return how many there were."""
    jobs = ProcrastinateJob.objects.filter(task_name="lists.standing", status="todo", args__list=str(house.list.pk))
    found = list(jobs)
    for job in found:
        standing.follow(house.list.pk)
        ProcrastinateJob.objects.filter(pk=job.pk).update(status="succeeded")
    return len(found)


@pytest.mark.once
def test_whatever_becomes_of_an_entry_its_matches_follow_by_one_job() -> None:
    scan, desk = make_world().scan("r", []), make_organisation("hotline")
    for name, (_event, now, acts) in ACTS.items():
        house = House()
        matched(house, scan, Item.everywhere.get(report=make_report(desk)))
        waits(house)
        for act in acts:
            act(house)
            assert waits(house) == 1, name
        assert said(house) == [codes(now)] * 2, name


@pytest.mark.once
def test_the_minute_makes_good_what_no_job_came_to() -> None:
    scan, desk = make_world().scan("r", []), make_organisation("hotline")
    houses = {}
    for name, (_event, _now, acts) in ACTS.items():
        house = houses[name] = House()
        matched(house, scan, Item.everywhere.get(report=make_report(desk)))
        for act in acts:
            act(house)
    standing.follow_behind()
    assert {name: said(one) for name, one in houses.items()} == {
        name: [codes(now)] * 2 for name, (_event, now, _acts) in ACTS.items()
    }
    assert standing.follow_behind() == 0
    assert standing.follow_all() == 0, "the night finds nothing that the minute left"


@pytest.mark.once
def test_what_a_wish_does_to_its_entry_its_matches_follow() -> None:
    world, scan = World(), make_world().scan("r", [])
    sent = digest("w")
    wish = world.wish(sent)
    report = world.report(sent)
    house = House()
    house.list, house.ident = world.list, str(wish.pk)
    item = Item.everywhere.get(report=make_report(make_organisation("hotline")))
    matched(house, scan, item)
    for act, state, code in (
        (world.look, "live", ""),
        (world.take_back, "recalled", "recalled"),
        (world.look, "live", ""),
    ):
        waits(house)
        report.refresh_from_db()
        act(report)
        assert world.jobs()
        assert house.row.state == state
        assert waits(house) == 1
        assert said(house) == [code] * 2


@pytest.mark.parametrize("files", [4, 40])
def test_how_many_statements_it_takes_does_not_rest_on_how_many_files_fell(files: int) -> None:
    """Of one record: each has its own lock, score and registration."""
    scan, house = make_world().scan("r", []), House()
    for number in range(files):
        add_finding(scan, number + 1, [(house.list.name, "a"), (house.list.name, "b")])
    house.decide(actions.quarantine)
    with CaptureQueriesContext(connection) as asked:
        assert standing.follow(house.list.pk) == files
    assert len(asked) == 9
    assert Finding.everywhere.filter(scan=scan, entry="b", fallen="").count() == files


def test_every_event_and_every_module_that_changes_entries_has_its_act() -> None:
    assert {event for event, _now, _acts in ACTS.values() if event} == set(EntryEvent)
    assert set(WRITERS.values()) <= set(ACTS)
    room = Path(next(iter(vaern.node.lists.__path__)))
    writes = re.compile(r"\b(row|entry)\.state\b[^=!<>\n]*=(?!=)|UPDATE lists_listentry")
    found = {str(path.relative_to(room)) for path in room.rglob("*.py") if writes.search(path.read_text())}
    assert found == set(WRITERS)
