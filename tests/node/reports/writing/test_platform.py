"""A report that a moderator writes: the content of one by the API, looked at before it goes, and back when sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_organisation, make_person, sign_in
from tests.node.reports.public.worlds import make_desk

from vaern.node.base.scope import viewing
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.models import Report
from vaern.node.reports.writing import lines
from vaern.node.reports.writing.forms_platform import PlatformForm

PAGE = "reports:write-report"
SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
MD5 = "9e107d9d372bb6826bd81d3542a419d6"
UTC = ZoneInfo("UTC")


@pytest.fixture
def world(db: None) -> tuple[Client, Any, dict[str, str]]:
    """A moderator, the desk that they report to, and a form filled in."""
    desk = make_desk().organisation
    client = Client(headers={"host": "localhost"})
    sign_in(client, make_person(Role.MODERATOR, make_organisation(OrganisationKind.PLATFORM)))
    filled = {
        "to": str(desk.pk),
        "reference": "our-17",
        "offence": "material",
        "danger": "no",
        "day": "2026-11-20",
        "time": "21:14",
        "zone": "Europe/Copenhagen",
        "service": "Morrowpost",
        "accounts": "u-90211\ta@b.example\nu-90212",
        "events": "192.0.2.44\t40123\t2026-11-20 21:14",
        "addresses": "https://morrowpost.example/p/1",
        "hashes": f"{SHA}\tone.jpg\t2026-11-20T21:14+00:00\n{MD5}",
        "viewed": "whole",
        "closed": "yes",
        "kept": "yes",
        "preserved_until": "2027-02-20",
        "removed": "The posts are gone.",
        "why": "removal",
    }
    return client, desk, filled


def test_it_is_shown_before_it_goes_and_then_comes_back(world: Any) -> None:
    client, desk, filled = world
    shown = client.post(reverse(PAGE), filled)
    assert shown.status_code == 200
    assert desk.name in shown.content.decode()
    with viewing(desk.id):
        assert not Report.own.exists(), "nothing is sent by looking at it"
    changed = client.post(reverse(PAGE), {**filled, "change": "yes"})
    assert "u-90212" in changed.content.decode()
    sent = client.post(reverse(PAGE), {**filled, "send": "yes"})
    with viewing(desk.id):
        report = Report.own.get()
    assert sent.headers["Location"] == reverse("reports:sent-report", args=[report.pk])
    assert report.code in client.get(reverse("reports:sent")).content.decode() or client.get(sent["Location"])
    arrival = arrival_of(report)
    assert (report.document, arrival.reference, arrival.offence) == ("form", "our-17", "material")
    at = datetime(2026, 11, 20, 20, 14, tzinfo=UTC)
    assert arrival.incident_at == at
    assert [one.identifier for one in arrival.accounts] == ["u-90211", "u-90212"]
    assert all(one.disabled for one in arrival.accounts)
    event = arrival.accounts[0].ip_events[0]
    assert (event.ip, event.port, event.at) == ("192.0.2.44", 40123, at)
    assert [one.signals[0].kind for one in arrival.files] == ["sha256", "md5"]
    assert {one.viewed for one in arrival.files} == {"whole"}
    assert "The posts are gone." in arrival.narrative


@pytest.mark.once
@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({"hashes": "abc"}, "hashes"),
        ({"events": "192.0.2.44, x, "}, "events"),
        ({"events": "not an address"}, "events"),
        ({"events": "192.0.2.44, 1, yesterday"}, "events"),
        ({"to": "no"}, "to"),
        ({"preserved_until": ""}, "preserved_until"),
        ({"hashes": "", "accounts": "", "events": "", "addresses": "", "told": "", "removed": ""}, "told"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_sent(world: Any, wrong: dict[str, str], at: str) -> None:
    client, desk, filled = world
    answer = client.post(reverse(PAGE), {**filled, **wrong, "send": "yes"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [at]
    with viewing(desk.id):
        assert not Report.own.exists()


def test_every_field_stands_in_one_section() -> None:
    named = [name for section in PlatformForm.SECTIONS for name in section.fields]
    assert len(named) == len(set(named))
    assert set(named) | {"why", "words", "token"} == set(PlatformForm.base_fields)


CELLS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=6), st.sampled_from("\t;,"))
def test_rows_of_a_spreadsheet_are_read_as_they_were_written(table: list[list[str]], sign: str) -> None:
    text = "\n".join(sign.join(row) for row in table)
    assert [cells for _number, cells in lines.rows(text)] == table


def test_a_value_of_a_look_belongs_to_the_digest_before_it() -> None:
    found = lines.files(f"sha256 {SHA}\npdq {SHA}\n{MD5}", UTC, "not")
    assert [[one["kind"] for one in file["signals"]] for file in found] == [["sha256", "pdq"], ["md5"]]
