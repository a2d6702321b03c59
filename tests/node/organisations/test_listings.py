"""Lists: each column that sorts does, a file is what the page shows and is recorded once, what is new is marked."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.node.factories import make_person, sign_in, viewer_for
from tests.node.scans.worlds import World, make_world

from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry, Note
from vaern.node.organisations import looks
from vaern.node.organisations.listings import Listing, listings
from vaern.node.organisations.models import LastLook
from vaern.node.organisations.people_actions import erase_person
from vaern.node.organisations.rules import CASEWORK, IN_ADMIN_SESSION, ROLES, Permission, Role, permissions_of
from vaern.node.scans.models import Scan
from vaern.node.web import paging
from vaern.node.web.paging import NEWS, Whole

pytestmark = pytest.mark.django_db
REASON = {"why": "investigation", "words": "made up for a test"}
HOSTILE = st.sampled_from("=+-@＝＋－＠;\t \u3000\"'a1")
SCANS = "/lists/scans-scans/download/"


def every_list() -> list[Listing]:
    """All lists that have a file: known once the addresses are."""
    get_resolver().url_patterns  # noqa: B018  # imports every view
    return list(listings().values())


@pytest.fixture
def world() -> World:
    return make_world()


def browser(person: Any, **how: Any) -> Client:
    client = Client()
    sign_in(client, person, **how)
    return client


def read(answer: Any) -> list[list[str]]:
    """The rows of a file, as a reader of CSV finds them."""
    assert answer.status_code == 200
    data = b"".join(answer.streaming_content)
    assert data.startswith(b"\xef\xbb\xbf"), "spreadsheets know by it that this is UTF-8"
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


# Sorting ------------------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_every_list_can_be_sorted_by_what_its_columns_say() -> None:
    viewer = replace(viewer_for(make_person("investigator")), permissions=frozenset(Permission))
    counted = 0
    with viewing(viewer.organisation.id):
        for one in every_list():
            table = one.table(viewer, {})
            assert [now for _column, _url, now in table.heads if now] == [], one.name
            for column, address, _now in table.heads:
                assert bool(address) == bool(column.sort)
                for sort in (column.sort, f"-{column.sort}") if column.sort else ():
                    sorted_table = one.table(viewer, {"sort": sort})
                    assert sorted_table.sort == sort
                    assert sum(bool(now) for head, _url, now in sorted_table.heads if head.sort == column.sort) >= 1
                    counted += 1
    assert len(every_list()) >= 14
    assert counted > 150


# A file -------------------------------------------------------------------------------------------------------------


def test_a_file_holds_what_the_page_shows_as_it_is_filtered_and_sorted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging.Whole, "size", 2)
    for n in range(7):
        world.scan(reference=f"drive {n % 3} {n}")
    client = browser(world.officer)
    address = reverse("scans:scans") + "?q=drive&sort=-reference"
    page = client.get(address).content.decode()
    assert f'class="download" href="{SCANS}?q=drive&amp;sort=-reference"' in page
    assert client.get(f"{SCANS}?q=drive&sort=-reference").status_code == 200
    before = Entry.objects.count()
    head, *rows = read(client.post(f"{SCANS}?q=drive&sort=-reference&after=AAAA", REASON))
    assert head == ["Reference", "State", "Organisation", "Known", "Near", "Findings", "Received", "Delete on"]
    with viewing(world.police.id):
        found = Scan.objects.filter(reference__contains="drive").order_by("-reference")
    assert [row[0] for row in rows] == [scan.reference for scan in found]
    for row, scan in zip(rows, found, strict=True):
        assert datetime.fromisoformat(row[6]) == scan.created_at.replace(microsecond=0)
        assert row[6][-6] in "+-", "a moment has its zone"
        assert row[7] == scan.review_date.isoformat()
    (entry,) = Entry.objects.order_by("id")[before:]
    assert (entry.act, entry.verb, entry.count) == ("organisations.list.downloaded", "disclosure", len(rows))
    assert (entry.why, entry.person, entry.kind) == ("investigation", world.officer.id, "scan")
    assert Note.objects.get(entry=entry.id).details == "scans-scans; sort; drive"


def test_no_more_leaves_than_was_recorded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging.Whole, "size", 2)
    for n in range(3):
        world.scan(reference=f"drive {n}")
    answer = browser(world.officer).post(f"{SCANS}?sort=-reference", REASON)
    world.scan(reference="drive 0 later")
    rows = read(answer)[1:]
    assert len(rows) == Entry.objects.get(act="organisations.list.downloaded").count == 3


@pytest.mark.once
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(
    st.lists(st.text(st.sampled_from("=+-@＝＋－＠;\t \u3000\"'a1"), min_size=1, max_size=9), min_size=1, max_size=3)
)
def test_no_cell_of_a_file_begins_a_formula(world: World, references: list[str]) -> None:
    with viewing(world.police.id):
        Scan.objects.all().delete()
    for n, reference in enumerate(references):
        world.scan(reference=f"{reference}{n}")
    rows = read(browser(world.officer).post(SCANS, REASON))
    assert len(rows) == len(references) + 1
    for row in rows:
        for cell in row:
            assert cell.strip(' \t\r\n\u3000"')[:1] not in set("=+-@＝＋－＠")


def test_a_file_is_for_whoever_sees_the_list_and_may_take_lists_out(world: World) -> None:
    address = SCANS
    for person, status in (
        (world.officer, 200),
        (make_person("secretariat"), 403),
        (make_person("administrator"), 403),
    ):
        assert browser(person).get(address).status_code == status
    assert browser(world.officer).get("/lists/no-such-list/download/").status_code == 404
    curator = make_person("curator", world.police)
    page = browser(curator).get(reverse("scans:scans")).content.decode()
    assert "Download as CSV" not in page, "what cannot succeed is not offered"
    assert browser(curator).post(SCANS, REASON).status_code == 403
    assert browser(world.officer, ago=3600).get(SCANS).status_code == 302, "the second factor is asked for again"
    assert not Entry.objects.filter(act="organisations.list.downloaded").exists()


def test_whoever_only_looks_in_as_an_administrator_takes_no_list_out() -> None:
    for role in Role:
        granted = permissions_of(frozenset({role}), in_admin_session=True, runs_node=True)
        if granted >= IN_ADMIN_SESSION and role is Role.ADMINISTRATOR:
            assert Permission.LIST_EXPORT not in granted
        if Permission.LIST_EXPORT in ROLES[role].permissions and role is not Role.LEGAL:
            assert ROLES[role].permissions & CASEWORK or Permission.STATISTICS_EXPORT in granted


def test_a_file_needs_a_reason(world: World) -> None:
    answer = browser(world.officer).post(SCANS, {"why": "other", "words": ""})
    assert answer.status_code == 422
    assert not Entry.objects.filter(act="organisations.list.downloaded").exists()


def test_a_file_speaks_the_language_of_the_page(world: World) -> None:
    world.officer.language = "da"
    world.officer.save()
    world.scan()
    head = read(browser(world.officer).post(SCANS, REASON))[0]
    with translation.override("da"):
        assert head[0] == translation.gettext("Reference")
    assert head[0] != "Reference" or head[1] == "Tilstand"


# What is new --------------------------------------------------------------------------------------------------------


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


def test_the_mark_of_what_is_new_is_steady_within_a_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    person, start = make_person("analyst"), timezone.now()
    at(monkeypatch, start)
    assert looks.note(person, "made-up") is None, "at the first look nothing is new"
    at(monkeypatch, start + timedelta(minutes=5))
    assert looks.note(person, "made-up") is None
    last = start + timedelta(minutes=20)
    at(monkeypatch, last)
    assert looks.note(person, "made-up") is None
    for minutes in (0, 10, 39):
        at(monkeypatch, last + looks.VISIT + timedelta(minutes=minutes))
        assert looks.note(person, "made-up") == last, "while one pages and reloads, the mark stays"
    assert looks.before(person, "made-up") == last
    at(monkeypatch, last + timedelta(days=1))
    assert looks.note(person, "made-up") == last + looks.VISIT + timedelta(minutes=39)
    assert looks.note(person, "another") is None
    assert looks.note(make_person("analyst"), "made-up") is None
    assert LastLook.objects.filter(person=person, list="made-up").count() == 1


def test_a_list_marks_what_came_since_one_last_looked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    world.scan(reference="old one")
    viewer = viewer_for(world.officer)
    scans = next(one for one in every_list() if one.name == "scans-scans")
    LastLook.objects.create(person=world.officer, list="scans", looked_at=now - timedelta(minutes=50))
    with viewing(world.police.id):
        Scan.objects.update(created_at=now - timedelta(hours=2))
        world.scan(reference="new one")
        table = scans.table(viewer, {})
        assert [(row.cells[0], new) for row, new, *_cells in table.lines] == [("new one", True), ("old one", False)]
        assert [choice.name for choice in table.first_filters][-1] == NEWS
        assert str(table).count('class="dot"') == 1
        assert "New since you last looked" in str(table)
        only = scans.table(viewer, {NEWS: NEWS})
        assert [row.cells[0] for row in only.rows] == ["new one"]
        assert only.filtered
        assert [row.cells[0] for row in scans.table(viewer, Whole({NEWS: NEWS})).rows] == ["new one"]
        stranger = viewer_for(make_person("identifier", world.police))
        assert not any(new for _row, new, *_cells in scans.table(stranger, {}).lines), (
            "to whom is new nothing is marked"
        )


def test_when_one_looked_ends_with_the_account() -> None:
    administrator = make_person("administrator")
    person = make_person("analyst", administrator.organisation)
    looks.note(person, "made-up")
    person.is_active = False
    person.save()
    from vaern.node.ledger.rules import Reason, Why

    with viewing(administrator.organisation.id):
        erase_person(viewer_for(administrator), Reason(Why.ADMINISTRATION), person)
    assert not LastLook.objects.filter(person=person).exists()
