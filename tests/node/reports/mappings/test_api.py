"""Documents of other systems over the API, by a mapping: taken once, kept as they came, and read as elsewhere."""

from __future__ import annotations

import base64
import json

import pytest
from django.db import DatabaseError, transaction
from tests.node.factories import make_key, make_organisation, make_person
from tests.node.reports.mappings.worlds import EXCHANGE, POLICE, PORTAL, make_mapping, table, tips

from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import OrganisationKind, Permission, Role
from vaern.node.reports.base import originals
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.intake import mapped
from vaern.node.reports.intake.documents import MOST_REPORTS
from vaern.node.reports.models import Original, Report, SavedMapping, SavedMappingUse, SavedMappingVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_person(Role.ANALYST, make_organisation(OrganisationKind.HOTLINE))


@pytest.fixture
def post(client, person):
    _, key = make_key(person, Permission.REPORT_SEND)
    headers = {"Authorization": f"Bearer {key}", "Vaern-Reason": "investigation"}

    def send(version, body, kind="text/csv", query="", **more):
        path = f"/api/reports/documents?mapping={getattr(version, 'mapping_id', version)}{query}"
        return client.generic("POST", path, body, kind, headers={**headers, **more})

    return send


ROW = ("N-17", "4", "24.11.2025 09:30", "https://chat.example/9", "Rødgrød", "17")


def test_a_document_is_taken_by_the_version_in_use_and_its_report_keeps_which(post, person):
    version = make_mapping(person)
    answer = post(version, table(ROW))
    assert answer.status_code == 200, answer.content
    report = Report.everywhere.get()
    arrival = arrival_of(report)
    assert (report.document, report.sender_reference, arrival.narrative) == ("mapped", "N-17", "Rødgrød")
    assert arrival.unknown == (("Sagsbehandler", "17"),)
    kept = Original.everywhere.get()
    assert (kept.read_by, kept.part, originals.opened(kept)) == (version, False, table(ROW))
    use = SavedMappingUse.everywhere.get()
    assert (use.version, use.taken, use.refused, use.faults) == (version, 1, 0, {})
    entry = Entry.objects.get(act="reports.mapping.used")
    assert (entry.subject, entry.count) == (version.mapping_id, 1)


def test_the_same_again_makes_nothing_and_a_reference_is_of_one_report(post, person):
    version = make_mapping(person)
    first = post(version, table(ROW)).json()["items"][0]
    again = post(version, table(ROW)).json()["items"][0]
    assert (first["made"], again["made"], again["id"]) == (True, False, first["id"])
    other = post(version, table((*ROW[:4], "other words", "17")))
    assert (other.status_code, other.json()["errors"][0]["where"]) == (409, "reference")
    assert Report.everywhere.count() == 1


def test_each_of_several_reports_keeps_its_own_part_alone(post, person):
    version = make_mapping(person, POLICE)
    answer = post(version, tips(1, 2, 3), "application/json")
    assert (answer.status_code, answer.json()["taken"]) == (200, 3)
    for kept in Original.everywhere.select_related("report"):
        number = kept.report.sender_reference
        assert kept.part
        assert json.loads(originals.opened(kept))["tips"]["tipNumber"] == number


def test_another_organisations_mapping_is_none_and_a_retired_one_is_said(post, person):
    theirs = make_mapping(make_person(Role.ANALYST))
    nothing = post("00000000-0000-4000-8000-000000000000", table(ROW))
    foreign = post(theirs, table(ROW))
    assert nothing.status_code == foreign.status_code == 404
    assert nothing.json() == foreign.json()
    mine = make_mapping(person)
    SavedMapping.everywhere.filter(pk=mine.mapping_id).update(retired_at="2026-01-01T00:00:00Z")
    assert post(mine, table(ROW)).status_code == 409
    assert not Report.everywhere.exists()


def test_a_document_of_another_kind_is_refused_with_what_is_taken(post, person):
    answer = post(make_mapping(person), b"{}", "application/json")
    assert (answer.status_code, "text/csv" in answer.json()["detail"]) == (415, True)


def test_what_cannot_be_taken_is_told_with_its_place_and_counted(post, person):
    version = make_mapping(person)
    answer = post(version, table(ROW, ("N-18", "9", "yesterday", "", "Words", ""), ("N-19", "", "", "", "", "")))
    assert answer.status_code == 207
    items = answer.json()["items"]
    assert [(one["line"], one["id"] is not None) for one in items] == [(2, True), (3, True), (4, False)]
    assert [(one["where"], one["code"]) for one in items[1]["faults"]] == [
        ("line 3, column Type", "not_in_table"),
        ("line 3, column Tid", "moment_in_form"),
    ]
    use = SavedMappingUse.everywhere.get()
    assert (use.taken, use.refused) == (2, 1)
    assert use.faults == {"not_in_table Type": 1, "moment_in_form Tid": 1, "about_nothing": 1}


JPEG = base64.b64encode(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 20).decode()


def test_media_in_a_text_is_left_out_and_the_rest_taken_as_it_stood(post, person):
    version = make_mapping(person, POLICE)
    body = tips(7).replace(b'"notes": "Words 7"', f'"notes": "Words 7", "n": 1.50, "n": 2, "thumb": "{JPEG}"'.encode())
    answer = post(version, body, "application/json")
    assert answer.status_code == 200, answer.content
    report, kept = Report.everywhere.get(), Original.everywhere.get()
    assert ("n[1]", "1.50") in arrival_of(report).unknown
    assert (kept.stripped, JPEG.encode() in originals.opened(kept)) == (True, False)
    assert "encoded_file" in [fault[1] for fault in report.faults]


def hostile():
    deep = b'{"tips": [' + b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"]}"
    yield "deep JSON", POLICE, "application/json", deep
    yield "deeper than a program can go", POLICE, "application/json", b"[" * 1_000_000
    entities = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE a [<!ENTITY x0 "lol">{entities}]><Message><Contribution id="&x9;"/></Message>'
    yield "an XML bomb", EXCHANGE, "application/xml", bomb.encode()
    outside = (
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Message><Contribution>&x;</Contribution></Message>'
    )
    yield "a file from outside", EXCHANGE, "application/xml", outside
    yield "more reports than are taken", PORTAL, "text/csv", table(*(ROW,) * (MOST_REPORTS + 1))
    yield "a table of a million cells", PORTAL, "text/csv", b"a\n" + b"," * 1_000_000
    yield "a quote that is never closed", PORTAL, "text/csv", b'Sagsnr;Link\n"' + b"x\n" * 20_000


@pytest.mark.once
@pytest.mark.parametrize(("mapping", "kind", "body"), [pytest.param(*one[1:], id=one[0]) for one in hostile()])
def test_a_hostile_document_is_answered_and_makes_nothing(post, person, mapping, kind, body):
    answer = post(make_mapping(person, mapping), body, kind)
    assert answer.status_code in {413, 415, 422}, answer.content[:300]
    assert not Report.everywhere.exists()
    assert not Original.everywhere.exists()


def test_what_stands_around_many_reports_is_not_kept_a_thousand_times(post, person, monkeypatch):
    monkeypatch.setattr(mapped, "LARGEST_READ", 20_000)
    answer = post(make_mapping(person, POLICE), tips(*range(1, 41), notes="w" * 2_000), "application/json")
    assert answer.status_code == 207
    assert 0 < answer.json()["taken"] < 10
    assert answer.json()["items"][-1]["faults"][0]["code"] == "reports_bytes"


def test_a_version_is_never_changed(person):
    version = make_mapping(person)
    with pytest.raises(DatabaseError), transaction.atomic():
        SavedMappingVersion.everywhere.filter(pk=version.pk).update(content="{}")
