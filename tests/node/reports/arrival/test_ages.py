"""A report keeps how old the lists were that its files were compared with, and which were not asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for

from vaern.arrivals import Arrival, File, Location
from vaern.matching import Freshness, Shelf, publish
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.arrival.actions import receive
from vaern.node.reports.desk.presenters import thing
from vaern.node.reports.desk.sheet import Thing
from vaern.node.reports.intake import lists as loaded
from vaern.node.reports.models import Item
from vaern.records import Entry, Signal

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.node.reports.models import Report

pytestmark = pytest.mark.django_db
WHY = Reason(Why.ASSESSMENT)
NOW = datetime.now(UTC).replace(microsecond=0)


def sha(number: int) -> Signal:
    return Signal("sha256", bytes([number]) * 32)


def load(folder: Path, lists: list[tuple[int, bool, str]]) -> None:
    """Lists of one entry each, with its number: compared so many days ago, and whether they have stopped."""
    loaded._shelves[folder] = Shelf(folder)
    for number, (days, stopped, purpose) in enumerate(lists, start=1):
        checked = NOW - timedelta(days=days)
        stop = NOW - timedelta(minutes=1) if stopped else NOW + timedelta(days=365)
        fresh = Freshness(checked.isoformat(), stop_at=stop.isoformat()) if days else None
        entry = Entry(f"entry {number}", (sha(number),))
        publish(
            folder / f"list-{number}",
            [entry],
            name=f"list-{number}",
            purpose=purpose,
            freshness=fresh,  # type: ignore[arg-type]
        )


def arrived(numbers: range) -> Report:
    desk = make_organisation(OrganisationKind.HOTLINE)
    files = tuple(File(signals=(sha(number),)) for number in numbers)
    arrival = Arrival("api", files=files, locations=(Location(url="https://h.example/synthetic"),))
    return receive(viewer_for(make_person(Role.ANALYST, desk)), WHY, desk, arrival)[0]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lists=st.lists(
        st.tuples(st.integers(0, 30), st.booleans(), st.sampled_from(["known", "known", "known-good", "negative"])),
        max_size=4,
    )
)
def test_an_item_keeps_the_age_of_its_list_or_of_the_oldest_that_was_asked_and_names_those_that_were_not(
    lists: list[tuple[int, bool, str]], tmp_path: Path
) -> None:
    from django.conf import settings as node

    node.LISTS = folder = tmp_path / f"lists-{Item.everywhere.count()}-{datetime.now(UTC).timestamp()}"
    folder.mkdir()
    load(folder, lists)
    of_known = {f"list-{n}": one for n, one in enumerate(lists, start=1) if one[2] == "known"}
    asked = {name: days for name, (days, stopped, _) in of_known.items() if not (stopped and days)}
    ages = [NOW - timedelta(days=days) for days in asked.values() if days]
    items = list(Item.everywhere.filter(report=arrived(range(1, 6))).order_by("number"))
    for item in items:
        if not item.sha256:
            assert (item.compared_at, item.unasked) == (None, []), "a location alone is compared with no list"
            continue
        number = bytes(item.sha256)[0]
        days = asked.get(f"list-{number}")
        assert item.known_list == ("" if days is None else f"list-{number}")
        assert item.known_checked_at == (NOW - timedelta(days=days) if days else None)
        assert item.compared_at == (min(ages) if ages else None)
        assert {one["list"] for one in item.unasked} == of_known.keys() - asked.keys()


def test_the_desk_reads_it_on_the_reports_page_and_whoever_got_a_copy_does_not(
    tmp_path: Path, settings: Any, client: Any
) -> None:
    settings.LISTS = tmp_path / "lists"
    load(settings.LISTS, [(2, False, "known"), (20, True, "known"), (5, False, "known")])
    report = arrived(range(1, 5))
    known, stopped, *_ = Item.everywhere.filter(report=report).exclude(sha256=None).order_by("number")
    mine, theirs = (thing(Thing(stopped, None, None), own=own) for own in (True, False))
    assert [one["name"] for one in mine["unasked"]] == ["list-2"]
    assert mine["compared_at"] == NOW - timedelta(days=5)
    assert (theirs["unasked"], theirs["compared_at"]) == ([], None)
    assert thing(Thing(known, None, None))["known_checked_at"] == NOW - timedelta(days=2)
    sign_in(client, make_person(Role.ANALYST, report.organisation))
    from django.urls import reverse

    address = reverse("reports:report", args=[report.pk])
    given = {"kind": "report", "record": str(report.pk), "next": address, "reason-why": "assessment"}
    client.post(reverse("casework:reason"), given | {"reason-words": "in a test"})
    text = client.get(address).content.decode()
    assert "A list was not asked" in text
    assert "list-2" in text
    assert "on no list, as of" in text
    assert "the list as of" in text
