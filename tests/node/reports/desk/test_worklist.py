"""The work list: order, pages and filters against sorting and reading by hand; and what it records."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.node.factories import make_organisation, make_person, viewer_for
from tests.node.reports.factories import make_location, make_report

from vaern.node.base.scope import viewing
from vaern.node.casework.models import Release
from vaern.node.ledger.models import Entry
from vaern.node.reports.desk import queries
from vaern.node.reports.desk.items import waiting_items
from vaern.node.reports.desk.search import Search, read
from vaern.node.reports.models import Forward, LegalReview, Report
from vaern.node.reports.rules.states import OPEN, State
from vaern.node.web.items import FEW

if TYPE_CHECKING:
    from vaern.node.organisations.models import Person
    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db
NOW = timezone.now()

rows = st.fixed_dictionaries(
    {
        "state": st.sampled_from(sorted(state.value for state in State)),
        "urgent": st.booleans(),
        "priority": st.sampled_from([0, 10, 50, 100]),
        "age": st.integers(0, 4),
        "touched": st.sampled_from([None, 0, 9]),
        "claim": st.sampled_from(["", "mine", "anothers", "ended"]),
        "due": st.sampled_from([None, -60, 60, 60 * 24 * 3]),
        "offence": st.sampled_from(["material", "travel"]),
        "document": st.sampled_from(["api", "public"]),
        "home": st.booleans(),
        "told": st.booleans(),
        "elsewhere": st.sampled_from(["", "", "notified", "offline", "awaited", "recalled"]),
        "concluded": st.booleans(),
    }
)


def make(viewer: Viewer, other: Any, given: dict[str, Any]) -> Report:
    until = {"mine": 10, "anothers": 10, "ended": -10}.get(given["claim"])
    made = make_report(
        viewer.organisation,
        urls=("https://host.example/1",) if given["elsewhere"] in {"notified", "offline"} else (),
        state=given["state"],
        urgent=given["urgent"],
        priority=given["priority"],
        created_at=NOW - timedelta(days=given["age"] * 4),
        offence=given["offence"],
        document=given["document"],
        touched_at=None if given["touched"] is None else NOW - timedelta(days=given["touched"]),
        claimed_by={"mine": viewer.person, "anothers": other, "ended": other}.get(given["claim"]),
        claimed_until=None if until is None else NOW + timedelta(minutes=until),
        due_at=None if given["due"] is None else NOW + timedelta(minutes=given["due"]),
        concluded_at=NOW if given["state"] in {"in_action", "closed"} else None,
        closed_at=NOW if given["state"] == "closed" else None,
    )
    if given["home"]:
        came_home(made, other)
    if given["told"]:
        came_home(make_report(make_organisation(), urls=()), other, arrived=made)
    if given["concluded"]:
        ended_by_law(made, other)
    if given["elsewhere"] in {"notified", "offline"}:
        make_location(made, state=given["elsewhere"])
    elif given["elsewhere"]:
        awaited(made, other, recalled=given["elsewhere"] == "recalled")
    return made


def ended_by_law(report: Report, by: Person) -> None:
    """Let a person have ended a report by law: on the work list, it was opened again since."""
    LegalReview.everywhere.create(
        report=report,
        organisation=report.organisation,
        action="report",
        on=NOW.date(),
        before="arrived",
        stopped_at=NOW,
        cleared=False,
        decided_at=NOW,
        decided_by=by,
    )


def awaited(report: Report, by: Person, *, recalled: bool) -> None:
    """Let a report have been forwarded, without an answer; or recalled since."""
    came_home(report, by)
    sent = Forward.everywhere.filter(report=report).order_by("-id")[:1]
    Forward.everywhere.filter(pk__in=sent).update(outcome="", outcome_at=None)
    if recalled:
        Release.everywhere.filter(pk__in=sent.values("release")).update(recalled_at=NOW)


def came_home(report: Report, by: Person, arrived: Report | None = None) -> None:
    """Let a report have been forwarded, and an answer have come back; by the desk at which `arrived` did, if any."""
    desk, abroad = report.organisation, arrived.organisation if arrived else make_organisation()
    release = Release.everywhere.create(
        kind="report",
        record=report.pk,
        owner=desk,
        recipient=abroad,
        why="investigation",
        handling="red",
        released_by=by,
        released_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )
    Forward.everywhere.create(
        organisation=desk,
        recipient=abroad,
        report=report,
        arrived=arrived,
        release=release,
        sent_at=NOW,
        sent_by=by,
        due_at=NOW,
        outcome="charged",
        outcome_at=NOW,
    )


def in_order(found: list[Report]) -> list[Report]:
    return sorted(found, key=lambda r: (not r.urgent, -r.priority, r.created_at, r.pk))


def walk(viewer: Viewer, search: Search, size: int) -> tuple[list[Any], list[Any]]:
    """All rows, forwards page by page, and backwards again."""
    forwards, parameters, page = [], {}, None
    while page is None or page.next:
        page = queries.worklist(viewer, search, parameters, size).page
        forwards += [row.pk for row in page.rows]
        assert len(forwards) < 100, "a cursor that is not exact leads back to where it was"
        parameters = {"after": page.next}
    backwards = [row.pk for row in page.rows]
    while page.previous:
        page = queries.worklist(viewer, search, {"before": page.previous}, size).page
        backwards = [row.pk for row in page.rows] + backwards
    return forwards, backwards


@pytest.mark.once
@given(st.lists(rows, max_size=14), st.integers(1, 5))
@settings(max_examples=12, deadline=None)
def test_walking_page_by_page_is_sorting(given_rows: list[dict[str, Any]], size: int) -> None:
    desk = make_organisation()
    viewer, other = viewer_for(make_person("analyst", desk)), make_person("analyst", desk)
    made = [make(viewer, other, given) for given in given_rows]
    make_report(make_organisation())
    with viewing(desk.id):
        wanted = [r.pk for r in in_order([r for r in made if State(r.state) in OPEN])]
        assert walk(viewer, Search(), size) == (wanted, wanted)


@pytest.mark.once
@given(st.lists(rows, max_size=12), st.data())
@settings(max_examples=15, deadline=None)
def test_every_filter_is_what_reading_by_hand_finds(given_rows: list[dict[str, Any]], data: st.DataObject) -> None:
    desk = make_organisation()
    viewer, other = viewer_for(make_person("analyst", desk)), make_person("analyst", desk)
    made = [make(viewer, other, given) for given in given_rows]
    search = Search(
        state=data.draw(st.sampled_from(["", "arrived", "in_action", "closed", "duplicate"])),
        urgent=data.draw(st.sampled_from(["", "yes"])),
        offence=data.draw(st.sampled_from(["", "travel"])),
        document=data.draw(st.sampled_from(["", "public"])),
        whose=data.draw(st.sampled_from(["", "mine", "unclaimed", "nobody"])),
        hand=data.draw(st.sampled_from(["", "raised"])),
        due=data.draw(st.sampled_from(["", "overdue", "today"])),
        sender=data.draw(st.sampled_from(["", "public"])),
    )
    with viewing(desk.id):
        before = queries.raised_before(viewer.organisation)
        wanted = {r.pk for r in made if by_hand(r, search, viewer, before)}
        forwards, _backwards = walk(viewer, search, 5)
        assert (set(forwards), len(forwards)) == (wanted, len(wanted))
        waiting = queries.waiting(viewer)
        for name, rows in waiting.items():
            listed = walk(viewer, queries.WAITS[name], 5)[0]
            assert len(listed) == rows.count, "a pile counts the list that it leads to"
            assert [row.pk for row in rows.first] == listed[:FEW], "and says what is first in it"
        piles = {read(dict(parse_qsl(urlsplit(one.url).query))) for one in waiting_items(viewer) if one.count > 1}
        assert piles == {queries.WAITS[name] for name, rows in waiting.items() if rows.count > FEW}


def needs_attention(report: Report, before: Any) -> bool:
    others = [one.state for one in report.locations.all()] == ["notified"]
    others = others or any(not one.outcome and not one.release.recalled_at for one in report.forwards.all())
    untouched = State(report.state) in OPEN and (report.touched_at or report.created_at) <= before
    return untouched and not (report.state == "in_action" and others)


def by_hand(report: Report, search: Search, viewer: Viewer, before: Any) -> bool:
    now = timezone.now()
    live = report.claimed_until is not None and report.claimed_until > now
    opened_again = report.state == "arrived" and report.legal_reviews.exists()
    told = report.forwards.exclude(outcome="").exists() or Forward.of(arrived=report).exists()
    due = report.due_at if report.concluded_at is None else None
    tonight = timezone.localtime().replace(hour=23, minute=59, second=59, microsecond=999999)
    return all(
        (
            report.state == search.state if search.state else State(report.state) in OPEN,
            not search.urgent or report.urgent,
            not search.offence or report.offence == search.offence,
            not search.document or report.document == search.document,
            search.whose != "mine" or (live and report.claimed_by == viewer.person),
            search.whose not in {"unclaimed", "nobody"} or not live,
            search.whose != "nobody" or not told or opened_again,
            not search.hand or needs_attention(report, before),
            search.due != "overdue" or (due is not None and due < now),
            search.due != "today" or (due is not None and due <= tonight),
        )
    )


def test_a_hand_is_raised_after_two_working_days_without_a_touch() -> None:
    desk = make_organisation()
    viewer = viewer_for(make_person("analyst", desk))
    with viewing(desk.id):
        before = queries.raised_before(viewer.organisation)
        second = timedelta(seconds=1)
        late = make_report(desk, urls=(), created_at=before - second)
        make_report(desk, urls=(), created_at=before + second)
        make_report(desk, urls=(), created_at=before - second, touched_at=timezone.now())
        found = queries.worklist(viewer, Search(hand="raised"), {}).page.rows
        assert [row.pk for row in found] == [late.pk]
        assert queries.waiting(viewer)["raised"].count == 1


@given(st.dictionaries(st.sampled_from(["q", "state", "urgent", "offence", "whose", "sender", "x"]), st.text()))
def test_whatever_stands_in_an_address_is_a_search_or_left_out(given: dict[str, str]) -> None:
    found = read(given)
    assert read(found.parameters) == found
    assert found.text.isprintable()


def test_reading_the_list_is_recorded_and_the_code_is_no_part_of_the_hashed_entry() -> None:
    desk = make_organisation()
    viewer = viewer_for(make_person("analyst", desk))
    report = make_report(desk)
    with viewing(desk.id):
        queries.worklist(viewer, Search(), {})
        queries.worklist(viewer, Search(text=report.code[:4]), {})
        queries.pulse(viewer)
    listed, searched = Entry.objects.order_by("id")
    assert (listed.act, listed.count) == ("reports.worklist.listed", 1)
    assert (searched.act, searched.count) == ("reports.worklist.searched", 1)


def test_the_pulse_changes_with_what_is_urgent_and_with_nothing_else() -> None:
    desk = make_organisation()
    viewer = viewer_for(make_person("analyst", desk))

    def pulse() -> str:
        with viewing(desk.id):
            return queries.pulse(viewer)

    seen = [pulse()]

    def changed() -> bool:
        seen.append(pulse())
        return seen[-1] != seen[-2]

    make_report(desk)
    make_report(make_organisation(), urgent=True)
    assert not changed()
    urgent = make_report(desk, urgent=True)
    assert changed()
    Report.everywhere.filter(pk=urgent.pk).update(claimed_by=viewer.person, claimed_until=NOW, touched_at=NOW)
    assert changed()
    Report.everywhere.filter(pk=urgent.pk).update(state="in_action", priority=3)
    assert not changed()
    Report.everywhere.filter(pk=urgent.pk).update(state="closed", closed_at=NOW)
    assert changed()


def test_a_page_reads_nothing_that_is_sealed_and_as_many_queries_as_its_rungs() -> None:
    desk = make_organisation()
    viewer = viewer_for(make_person("analyst", desk))
    for _ in range(4):
        make_report(desk, urls=())
    with viewing(desk.id):
        first = queries.worklist(viewer, Search(), {}, 2).page
        with CaptureQueriesContext(
            connection,
        ) as found:
            queries.worklist(viewer, Search(), {"after": first.next}, 2)
    text = [query["sql"] for query in found if "reports_report" in query["sql"]]
    assert not any("sealed" in sql for sql in text)
    assert len(text) <= 6, "the pulse and four rungs"


def test_a_report_is_found_by_the_numbers_that_others_gave_it() -> None:
    viewer = viewer_for(make_person("analyst", make_organisation()))
    platform = make_organisation()
    theirs = make_report(
        viewer.organisation, urls=(), sender=platform, sender_reference="Case-4711/b", tip_number="998877"
    )
    public = make_report(viewer.organisation, urls=(), document="public", sender_reference="case-4711/c")
    make_report(make_organisation(), urls=(), sender=platform, sender_reference="Case-4711/b")
    asked = {"Case-4711/B": [theirs], "998877": [theirs], "case-4711": [], "case-4711/c": [], public.code: [public]}
    for text, expected in asked.items():
        with viewing(viewer.organisation.pk):
            page = queries.worklist(viewer, read({"q": text}), {}).page
        assert [report.pk for report in page.rows] == [report.pk for report in expected], text
