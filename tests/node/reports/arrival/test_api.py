"""Reports by the API: every fault at once with its path, line by line for many, and nothing twice."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_key, make_organisation, make_person, sign_in

from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import OrganisationKind, Permission, Role
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.intake.documents import MOST_REPORTS
from vaern.node.reports.models import Item, Report

pytestmark = pytest.mark.django_db
SHA = "ab" * 32


@pytest.fixture
def desk():
    return make_organisation(OrganisationKind.HOTLINE)


@pytest.fixture
def moderator():
    return make_person(Role.MODERATOR)


@pytest.fixture
def send(client, moderator):
    _, key = make_key(moderator, Permission.REPORT_SEND)
    headers = {"Authorization": f"Bearer {key}", "Vaern-Reason": "investigation"}

    def post(path, body, kind="application/json", **more):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        return client.post(f"/api/reports{path}", body, content_type=kind, headers={**headers, **more})

    return post


def faults_of(answer):
    return {fault["where"]: fault["what"] for fault in answer.json()["errors"]}


def test_a_report_goes_to_a_desk_once(send, desk, moderator):
    body = {
        "reference": "case-1",
        "offence": "material",
        "incident_at": "2026-11-01T10:00:00+01:00",
        "files": [
            {"signals": [{"kind": "sha256", "value": SHA}], "viewed": "not", "location": {"url": "https://h.example/a"}}
        ],
        "accounts": [
            {
                "role": "suspect",
                "identifier": "x1",
                "ip_events": [{"ip": "198.51.100.7", "port": 4000, "at": "2026-11-01T10:00:00Z"}],
            }
        ],
    }
    first = send(f"?to={desk.pk}", body)
    again = send(f"?to={desk.pk}", body)
    assert (first.status_code, again.status_code) == (201, 200), first.content
    assert first.json()["id"] == again.json()["id"]
    assert (first.json()["made"], again.json()["made"]) == (True, False)
    assert first.json()["missing"] == ["words"]
    report = Report.everywhere.get()
    assert (report.organisation_id, report.sender_id) == (desk.pk, moderator.organisation_id)
    assert arrival_of(report).accounts[0].ip_events[0].port == 4000
    assert bytes(Item.everywhere.get().sha256).hex() == SHA
    assert Entry.objects.filter(act="reports.report.received").count() == 1
    other = send(f"?to={desk.pk}", {**body, "narrative": "other words"})
    assert (other.status_code, other.json()["type"]) == (422, "urn:vaern:problem:key-reused")


def test_the_answer_does_not_tell_whether_the_desk_knows_the_account(send, desk):
    """Whoever asks by reporting learns nothing: not from the answer, and not from what they may read of it later."""

    def told(number, account):
        given = {"role": "suspect", "service": "chat.example", "identifier": account}
        body = {"reference": f"asked-{number}", "offence": "material", "narrative": "Words", "accounts": [given]}
        answer = send(f"?to={desk.pk}", body)
        assert answer.status_code == 201, answer.content
        report = Report.everywhere.get(pk=answer.json()["id"])
        said = answer.content.decode()
        for mine in (answer.json()["id"], report.code, body["reference"]):
            said = said.replace(mine, "")
        return said, report.same_as_id is not None

    (first, met), (known, met_again), (unknown, met_other) = (
        told(number, account) for number, account in enumerate(("blue", "blue", "green"))
    )
    assert (met, met_again, met_other) == (False, True, False)
    assert first == known == unknown


AGAIN = {"Idempotency-Key": "a-key-of-the-platform"}
WORDS = {"offence": "material", "narrative": "A report that has no reference (synthetic)."}


def lines(*narratives):
    return b"\n".join(json.dumps({**WORDS, "narrative": one}).encode() for one in narratives)


@pytest.mark.parametrize("own", [True, False])
def test_a_report_whose_answer_was_lost_is_sent_again_with_its_key(send, desk, moderator, own):
    to = "" if own else f"?to={desk.pk}"
    if own:
        type(moderator.organisation).objects.filter(pk=moderator.organisation_id).update(kind=OrganisationKind.HOTLINE)
    first, again = send(to, WORDS, **AGAIN), send(to, WORDS, **AGAIN)
    assert (first.status_code, again.status_code) == (201, 200), first.content
    assert (first.json()["id"], again.json()["made"]) == (again.json()["id"], False)
    other = send(to, {**WORDS, "narrative": "Other words"}, **AGAIN)
    assert (other.status_code, other.json()["type"]) == (422, "urn:vaern:problem:key-reused")
    assert Report.everywhere.count() == 1
    assert Entry.objects.filter(act="reports.report.received").count() == 1
    assert Report.everywhere.get().idempotency_key == AGAIN["Idempotency-Key"]


def test_a_batch_that_was_broken_off_goes_on_where_it_stopped(send, desk):
    to = f"/batch?to={desk.pk}"
    body = lines("One", "Two", "One")  # the same words twice are one report: that of the first line
    first = send(to, lines("One"), "application/x-ndjson")
    assert first.json()["taken"] == 1
    answers = [send(to, body, "application/x-ndjson", **AGAIN).json() for _ in range(2)]
    assert [[item["made"] for item in one["items"]] for one in answers] == [[False, True, False], [False] * 3]
    assert answers[0]["items"][1]["id"] == answers[1]["items"][1]["id"]
    assert Report.everywhere.count() == 2
    changed = send(to, lines("One", "Three"), "application/x-ndjson", **AGAIN)
    assert (changed.status_code, changed.json()["type"]) == (422, "urn:vaern:problem:key-reused")


def test_a_batch_with_media_is_refused_with_the_line_in_which_it_stands(send, desk):
    picture = base64.b64encode(b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(200)) * 3).decode()
    answer = send(f"/batch?to={desk.pk}", lines("One", picture, "Three"), "application/x-ndjson")
    assert (answer.status_code, answer.json()["type"]) == (415, "urn:vaern:problem:media-refused")
    assert answer.json()["detail"].startswith("In line 2: This holds media or a document (image/jpeg).")
    assert Report.everywhere.count() == 0


def test_a_key_is_of_one_sender_at_one_desk(send, desk, client):
    other = make_organisation(OrganisationKind.HOTLINE)
    _, key = make_key(make_person(Role.MODERATOR), Permission.REPORT_SEND)
    headers = {"Authorization": f"Bearer {key}", "Vaern-Reason": "investigation", **AGAIN}
    assert send(f"?to={desk.pk}", WORDS, **AGAIN).status_code == 201
    assert send(f"?to={other.pk}", {**WORDS, "narrative": "Other words"}, **AGAIN).status_code == 201
    theirs = client.post(
        f"/api/reports?to={desk.pk}", json.dumps(WORDS), content_type="application/json", headers=headers
    )
    assert theirs.status_code == 201
    assert Report.everywhere.count() == 3


def test_a_table_whose_answer_was_lost_is_sent_again_with_its_key(send, moderator):
    type(moderator.organisation).objects.filter(pk=moderator.organisation_id).update(kind=OrganisationKind.HOTLINE)
    table = b"url;note\nhttps://h.example/a;one\nhttps://h.example/b;two\n"
    answers = [send("/documents", table, "text/csv", **AGAIN) for _ in range(2)]
    assert [[item["made"] for item in one.json()["items"]] for one in answers] == [[True, True], [False, False]]
    assert Report.everywhere.count() == 2
    assert send("/documents", table + b"https://h.example/c;three\n", "text/csv", **AGAIN).status_code == 422


def test_every_fault_is_said_at_once_with_its_path(send):
    answer = send(
        "",
        {
            "offence": "odd",
            "colour": 1,
            "incident_at": "2026-11-01T10:00:00",
            "preserved_until": 12,
            "narrative": "word " * 4_001,
            "locations": [{}, {"url": "https://h.example/" + "q=.&" * 2_000}],
            "files": [{"signals": [{"kind": "md5", "value": "ab"}, {"kind": "odd", "value": "zz"}]}],
            "accounts": [{"role": "suspect", "ip_events": [{"ip": "999.1.1.1", "port": 70_000}]}],
        },
    )
    assert answer.status_code == 422
    found = faults_of(answer)
    assert found["body.report.offence"].startswith("is one of")
    assert found["body.report.incident_at"] == "has an offset from UTC"
    assert "a moment" in found["body.report.preserved_until"]
    assert found["body.report.narrative"] == "has at most 20000 characters"
    assert found["body.report.locations.0"].startswith("a location has")
    assert found["body.report.locations.1.url"] == "has at most 8000 characters"
    assert found["body.report.files.0.signals.0"] == "a md5 has 16 bytes"
    assert "body.report.files.0.signals.1.value" in found
    assert found["body.report.accounts.0.ip_events.0.ip"] == "is an IPv4 or IPv6 address"
    assert found["body.report.accounts.0.ip_events.0.port"] == "is at most 65535"
    assert "colour" not in answer.content.decode()
    assert Report.everywhere.count() == 0


def test_of_many_faults_each_is_said_and_of_very_many_how_many_are_left(send):
    wrong = {"narrative": "x", "accounts": [{"role": "odd"}] * 90}
    assert len(faults_of(send("", wrong))) == 90
    both = json.dumps(wrong).encode() + b'\n{"narrative": "x"}'
    line = send("/batch", both, "application/x-ndjson").json()["items"][0]
    assert len(line["faults"]) == 90
    alone = send("/batch", json.dumps(wrong).encode(), "application/x-ndjson")
    assert (alone.status_code, len(faults_of(alone))) == (422, 90)
    many = send("", {"locations": [{}] * 700}).json()["errors"]
    assert (len(many), many[-1]) == (501, {"where": "body", "what": "has 200 more faults"})


def test_a_moment_in_the_future_is_flagged_and_not_refused(send):
    ahead = (timezone.now() + timedelta(days=2)).isoformat()
    file = {"location": {"url": "https://h.example/a", "seen_at": ahead}}
    answer = send("", {"narrative": "x", "incident_at": ahead, "files": [file]})
    assert answer.status_code == 201
    assert answer.json()["faults"] == [
        {"where": where, "code": "future", "what": "lies in the future"}
        for where in ("incident_at", "files.0.location.seen_at")
    ]
    assert Report.everywhere.get().faults[0] == ["incident_at", "future", {}]


ODD_MOMENTS = ["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "2200-01-01T00:00:00Z"]


@pytest.mark.once
@pytest.mark.parametrize("moment", ODD_MOMENTS)
def test_a_moment_that_no_calendar_holds_is_kept_as_text_and_the_report_opens(send, client, moderator, moment):
    place = {"url": "https://h.example/a", "seen_at": moment}
    body = {
        "narrative": "words",
        "incident_at": moment,
        "preserved_until": moment,
        "locations": [place],
        "files": [{"uploaded_at": moment, "location": place}],
        "accounts": [{"role": "suspect", "ip_events": [{"ip": "198.51.100.7", "at": moment}]}],
    }
    answer = send("", body)
    assert answer.status_code == 201
    paths = {
        "incident_at",
        "preserved_until",
        "locations.0.seen_at",
        "files.0.uploaded_at",
        "files.0.location.seen_at",
        "accounts.0.ip_events.0.at",
    }
    assert paths <= {fault["where"] for fault in answer.json()["faults"]}
    report = Report.everywhere.get()
    assert (report.incident_at, report.preserved_until) == (None, None)
    assert {path for path, _text in arrival_of(report).unknown} == paths
    line = send("/batch", json.dumps({"narrative": "others", "incident_at": moment}).encode(), "application/x-ndjson")
    assert "incident_at" in {fault["where"] for fault in line.json()["items"][0]["faults"]}
    sign_in(client, moderator)
    address = f"/reports/{report.pk}/"
    why = {"kind": "report", "record": str(report.pk), "next": address, "reason-why": "assessment"}
    client.post(reverse("casework:reason"), why)
    assert (shown := client.get(address)).status_code == 200
    assert report.code in shown.content.decode()


def test_lines_are_answered_one_by_one(send, desk):
    lines = [
        {"reference": "a", "narrative": "one"},
        {"reference": "a", "narrative": "other"},
        {"reference": "b", "locations": [{}]},
        {"reference": "a", "narrative": "one"},
    ]
    body = b"\n".join([*(json.dumps(line).encode() for line in lines), b"{", b"", b'{"narrative": "last"}'])
    answer = send(f"/batch?to={desk.pk}", body, "application/x-ndjson")
    assert answer.status_code == 207
    found = answer.json()
    assert (found["taken"], found["refused"]) == (3, 3)
    by_line = {item["line"]: item for item in found["items"]}
    assert sorted(by_line) == [1, 2, 3, 4, 5, 7]
    assert [by_line[n]["made"] for n in (1, 2, 3, 4, 5, 7)] == [True, False, False, False, False, True]
    assert by_line[4]["id"] == by_line[1]["id"]
    assert by_line[2]["faults"][0]["where"] == "reference"
    assert by_line[3]["faults"][0]["where"] == "locations.0"
    assert "JSON" in by_line[5]["faults"][0]["what"]
    again = send(f"/batch?to={desk.pk}", body, "application/x-ndjson").json()
    assert again["taken"] == 3
    assert [item["id"] for item in again["items"]] == [item["id"] for item in found["items"]]
    assert Report.everywhere.count() == 2


@pytest.mark.parametrize("to", ["00000000-0000-0000-0000-000000000001", "ministry", "closed"])
def test_only_a_desk_takes_reports(send, to):
    if to == "ministry":
        to = make_organisation(OrganisationKind.MINISTRY).pk
    elif to == "closed":
        to = make_organisation(OrganisationKind.HOTLINE, active=False).pk
    answer = send(f"?to={to}", {"narrative": "x"})
    assert answer.status_code == 422
    assert "query.to" in faults_of(answer)


@pytest.mark.parametrize(
    ("path", "kind"), [("", "application/json"), ("/batch", "application/x-ndjson"), ("/documents", "application/xml")]
)
def test_a_reason_is_needed_and_media_is_refused(send, path, kind):
    jpeg = (
        b'{"narrative": "data:image/jpeg;base64,' + b"/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgMCAgMDAwMEAwME" * 8 + b'"}'
    )
    assert send(path, jpeg, kind).status_code == 415
    assert send(path, b"x", "image/png").status_code == 415
    assert send(path, b'{"narrative": "x"}', kind, **{"Vaern-Reason": ""}).status_code == 400
    assert Report.everywhere.count() == 0


CSV = "url,sha256,seen_at\nhttps://h.example/1,,2026-11-01T10:00:00Z\nnot a url,,\nhttps://h.example/2,,\n"


def test_a_table_is_answered_row_by_row_and_once(send, desk):
    answer = send(f"/documents?to={desk.pk}", CSV.encode(), "text/csv")
    found = answer.json()
    assert answer.status_code == (207 if found["refused"] else 200), answer.content
    assert found["taken"] >= 2
    assert found["taken"] + found["refused"] == len(found["items"]) == 3
    assert all(item["faults"] for item in found["items"] if item["id"] is None)
    again = send(f"/documents?to={desk.pk}", CSV.encode(), "text/csv").json()
    assert [item["id"] for item in again["items"]] == [item["id"] for item in found["items"]]
    assert not any(item["made"] for item in again["items"])
    assert set(Report.everywhere.values_list("document", flat=True)) == {"csv"}


XARF = {
    "xarf_version": "4.2.0",
    "report_id": "7d3f1f0e-8a34-4c1b-9d0e-0a1b2c3d4e5f",
    "timestamp": "2026-11-01T10:00:00Z",
    "reporter": {"org": "A hotline (synthetic)", "contact": "desk@hotline.example", "domain": "hotline.example"},
    "sender": {"org": "A hotline (synthetic)", "contact": "desk@hotline.example", "domain": "hotline.example"},
    "source_identifier": "198.51.100.7",
    "category": "content",
    "type": "csam",
    "url": "https://h.example/a",
    "evidence_source": "user_report",
    "classification": "baseline",
    "detection_method": "manual_review",
}


def test_a_reference_that_is_too_long_stops_no_other_row(send, desk):
    rows = [f"https://h.example/{n},{reference}" for n, reference in enumerate(["a", "r" * 201, "r" * 200])]
    answer = send(f"/documents?to={desk.pk}", "\n".join(["url,reference", *rows]).encode(), "text/csv")
    assert answer.status_code == 207
    assert [item["id"] is not None for item in answer.json()["items"]] == [True, False, True]
    assert "reference" in {fault["where"] for fault in answer.json()["items"][1]["faults"]}
    assert Report.everywhere.count() == 2


def test_more_reports_than_a_worker_takes_at_once_are_refused_whole(send, desk):
    row = "https://host.example/a,1"
    table = "\n".join(["url,reference", *[row] * (MOST_REPORTS + 1)])
    lines = "\n".join(["{}"] * (MOST_REPORTS + 2))
    for path, body, kind in (("documents", table, "text/csv"), ("batch", lines, "application/x-ndjson")):
        assert send(f"/{path}?to={desk.pk}", body.encode(), kind).status_code == 413
    assert not Report.everywhere.filter(organisation=desk).exists()


def test_a_xarf_report_is_taken_once(send, desk):
    body = json.dumps(XARF).encode()
    first = send(f"/documents?to={desk.pk}", body, "application/xarf+json")
    assert first.status_code == 200, first.content
    again = send(f"/documents?to={desk.pk}", body, "application/xarf+json")
    assert first.json()["items"][0]["id"] == again.json()["items"][0]["id"]
    report = Report.everywhere.get()
    assert (report.document, report.sender_reference) == ("xarf", XARF["report_id"])


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        (
            "message/rfc822",
            rb"""Content-Type: text/plain; charset=unicode_escape

A page: \ud800 and \x00""",
        ),
        ("message/rfc822", b"Content-Type: text/plain; charset=utf-7\n\nA page: +2AA-"),
        (
            "application/xarf+json",
            json.dumps({"xarf_version": "4.2.0", "report_id": "a\0b", "url": "https://h.example/a"}).encode(),
        ),
    ],
)
def test_a_document_in_an_odd_character_set_is_taken(send, desk, kind, document):
    answer = send(f"/documents?to={desk.pk}", document, kind)
    assert (answer.status_code, answer.json()["taken"]) == (200, 1), answer.content


def test_a_document_with_no_report_in_it_is_refused_with_its_faults(send, desk):
    for body in (b"<report/>", b"<!DOCTYPE x [<!ENTITY a 'b'>]><report>&a;</report>", b"words", b"\xff\xfe"):
        answer = send(f"/documents?to={desk.pk}", body, "application/xml")
        assert answer.status_code in {415, 422}, answer.content
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.status_code == 415 or answer.json()["errors"]
    assert Report.everywhere.count() == 0
