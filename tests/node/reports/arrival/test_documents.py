"""Documents of other systems over the API: file by file, corrected, answered by status, and kept as they came."""

from __future__ import annotations

import base64
import json
import zlib
from datetime import timedelta
from typing import get_args

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_key, make_organisation, make_person, sign_in, viewer_for
from tests.node.reports.arrival.test_api import XARF
from tests.node.threads import at_once

from vaern.formats import cybertipline
from vaern.formats.cybertipline import ANNOTATIONS, REPORT_ANNOTATIONS
from vaern.node.base.scope import viewing
from vaern.node.base.sealing import Unsealable, seal_bytes, unseal_bytes
from vaern.node.casework.retention import actions as retention
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Permission, Role
from vaern.node.reports.arrival.actions import receive_document
from vaern.node.reports.base import originals
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.desk import queries, search
from vaern.node.reports.desk.labels import ANNOTATIONS as LABELS
from vaern.node.reports.ending.retention import RETENTION
from vaern.node.reports.intake.schemas import ReportAnnotation
from vaern.node.reports.models import Item, Original, Report

pytestmark = pytest.mark.django_db
XML = "text/xml; charset=utf-8"
"""As NCMEC's clients declare it."""


@pytest.fixture
def desk():
    return make_organisation(OrganisationKind.HOTLINE)


def sending(client, desk):
    """Return how an organisation sends documents to the desk."""
    _, key = make_key(make_person(Role.MODERATOR), Permission.REPORT_SEND)
    headers = {"Authorization": f"Bearer {key}", "Vaern-Reason": "investigation"}

    def post(body, kind=XML):
        data = body if isinstance(body, bytes) else body.encode()
        # `post` would write the bytes anew in the encoding that the type declares
        return client.generic("POST", f"/api/reports/documents?to={desk.pk}", data, kind, headers=headers)

    return post


@pytest.fixture
def send(client, desk):
    return sending(client, desk)


def file(number, report="4564654", more=""):
    return (
        f"<fileDetails><reportId>{report}</reportId><fileId>f{number}</fileId><originalFileName>{number}.jpg"
        f"</originalFileName><originalFileHash hashType='SHA256'>{number:064x}</originalFileHash>"
        f"<ipCaptureEvent><ipAddress>192.0.2.{number}</ipAddress></ipCaptureEvent>"
        f"{more}<additionalInfo>words {number}</additionalInfo></fileDetails>"
    )


def assessed(report):
    """Let people have begun to conclude."""
    Report.everywhere.filter(pk=report.pk).update(state="in_action")


def test_files_that_come_one_by_one_are_files_of_one_report(send):
    answers = [send(file(number)) for number in (11, 12, 13)]
    assert [answer.status_code for answer in answers] == [200, 200, 200], answers[-1].content
    items = [answer.json()["items"][0] for answer in answers]
    assert [(item["made"], item["amended"]) for item in items] == [(True, False), (False, True), (False, True)]
    report = Report.everywhere.get()
    assert {item["id"] for item in items} == {str(report.pk)}
    arrival = arrival_of(report)
    assert [(one.reference, one.ip_events[0].ip) for one in arrival.files] == [
        (f"f{number}", f"192.0.2.{number}") for number in (11, 12, 13)
    ]
    assert set(arrival.unknown) == {(f"fileDetails[{n}]/additionalInfo", f"words {n + 10}") for n in (1, 2, 3)}
    assert (report.tip_number, report.items_total) == ("4564654", 3)
    assert list(Item.everywhere.filter(report=report).order_by("number").values_list("number", flat=True)) == [1, 2, 3]
    again = [send(file(number)).json()["items"][0] for number in (13, 11)]
    assert [(item["id"], item["made"], item["amended"]) for item in again] == 2 * [(str(report.pk), False, False)]
    assert Original.everywhere.filter(report=report).count() == 3
    assert list(Entry.objects.filter(subject=report.pk).order_by("id").values_list("act", flat=True)) == [
        "reports.report.received",
        "reports.report.amended",
        "reports.report.amended",
    ]


def test_the_files_of_one_sender_are_never_added_to_the_report_of_another(client, desk, send):
    other = sending(client, desk)
    assert send(file(11)).json()["items"][0]["made"]
    assert other(file(12)).json()["items"][0]["made"]
    assert Report.everywhere.count() == 2


def test_files_join_a_report_that_came_with_a_reference_of_its_own(send):
    report = (
        "<report><incidentSummary><incidentType>Child Sex Trafficking</incidentType>"
        "<incidentDateTime>2026-11-01T12:30:00Z</incidentDateTime></incidentSummary><reporter><reportingPerson>"
        "<email>desk@platform.example</email></reportingPerson></reporter></report>"
    )
    first = send(f'<cyberTipline reference="R-1">{report}{file(11)}</cyberTipline>').json()["items"][0]
    then = send(file(12)).json()["items"][0]
    assert (then["id"], then["amended"]) == (first["id"], True)
    found = Report.everywhere.get()
    assert (found.sender_reference, found.tip_number, found.offence) == ("R-1", "4564654", "trafficking")
    assert len(arrival_of(found).files) == 2


def test_files_of_a_report_that_people_have_assessed_make_one_of_their_own(send):
    first = send(file(11)).json()["items"][0]
    assessed(Report.everywhere.get())
    then = send(file(12)).json()["items"][0]
    assert then["made"]
    assert then["id"] != first["id"]
    assert set(Report.everywhere.values_list("tip_number", flat=True)) == {"4564654"}
    third, again = (send(body).json()["items"][0] for body in (file(13), file(12)))
    assert third["id"] == then["id"]
    assert (again["id"], again["made"], again["amended"]) == (then["id"], False, False)


def test_a_corrected_report_amends_the_one_that_was_sent(send):
    odd = {**XARF, "description": "first words", "timestamp": "yesterday"}
    mended = {**XARF, "description": "second words", "hash_values": {"SHA-256": "0123456789abcdef" * 4}}
    kind = "application/json"
    first = send(json.dumps(odd), kind).json()["items"][0]
    answer = send(json.dumps(mended), kind)
    then = answer.json()["items"][0]
    assert (answer.status_code, then["id"], then["amended"]) == (200, first["id"], True)
    arrival = arrival_of(Report.everywhere.get())
    assert (arrival.narrative, arrival.incident_at is not None) == ("second words", True)
    assert ("before/narrative", "first words") in arrival.unknown
    assert [signal.kind for one in arrival.files for signal in one.signals] == ["sha256"]
    kept = Original.everywhere.order_by("number")
    assert [json.loads(originals.opened(one)) for one in kept] == [odd, mended]


def test_what_people_have_assessed_is_not_amended_and_the_answer_says_how_to_mend_it(send):
    send(json.dumps(XARF), "application/xarf+json")
    assessed(Report.everywhere.get())
    answer = send(json.dumps({**XARF, "description": "more"}), "application/xarf+json")
    assert answer.status_code == 409
    (error,) = answer.json()["errors"]
    assert "reference of its own" in error["what"]
    assert Original.everywhere.count() == 1


def test_the_status_says_whether_something_was_taken(send):
    table = "url,reference\nhttps://a.example/1,same\nhttps://a.example/2,same\n"
    assert send(table, "text/csv").status_code == 207
    refused = send("url,reference\nhttps://a.example/3,same\n", "text/csv")
    assert refused.status_code == 409
    assert refused.json()["errors"][0]["where"] == "reference"
    assert send("url,note\n,words\n,more words\n", "text/csv").status_code in {200, 422}
    assert send("<report/>").status_code == 422


@pytest.mark.once
def test_documents_are_kept_as_they_came_and_go_with_their_report(send, desk):
    mail = (
        b"From: a@platform.example\r\nMessage-ID: <m1@platform.example>\r\nContent-Type: text/plain\r\n\r\nA page.\r\n"
    )
    for body, kind in (
        (file(11).encode(), XML),
        (json.dumps(XARF).encode(), "application/json"),
        (mail, "message/rfc822"),
    ):
        item = send(body, kind).json()["items"][0]
        (kept,) = Original.everywhere.filter(report=item["id"])
        assert originals.opened(kept) == body
        assert zlib.decompress(unseal_bytes(kept.sealed, originals.SEALED)) == body
        kept.sealed = seal_bytes(zlib.compress(body), "another purpose")
        with pytest.raises(Unsealable):
            originals.opened(kept)
        assert (kept.size, kept.part, kept.organisation_id) == (len(body), False, desk.pk)
    several = send(f"<cyberTipline>{file(21, '8')}{file(22, '8')}</cyberTipline>")
    assert several.status_code == 200
    Report.everywhere.update(review_date=timezone.localdate() - timedelta(days=1))
    assert retention.expire(RETENTION) == 4
    assert not Original.everywhere.exists()


WORDS = "Rødgrød på Ærø"
TABLE = f"url,note\nhttps://a.example/1,{WORDS}\n"
BARE = (
    "<report><incidentSummary><incidentType>Child Sex Trafficking</incidentType><incidentDateTime>2026-11-01T12:30:00Z"
    f"</incidentDateTime></incidentSummary><additionalInfo>{WORDS}</additionalInfo></report>"
)
DECLARING = '<?xml version="1.0" encoding="ISO-8859-1"?>' + BARE


@pytest.mark.once
@pytest.mark.parametrize(
    ("text", "kind", "encoding", "charset"),
    [
        (TABLE, "text/csv", "cp1252", "windows-1252"),
        (TABLE, "text/csv", "latin-1", '"ISO-8859-1"'),
        (TABLE, "text/csv", "mac-roman", "macintosh"),
        (TABLE, "text/csv", "utf-16", "UTF-16"),
        (TABLE, "text/csv", "utf-16-le", "utf-16le"),
        (TABLE, "text/csv", "utf-8", "windows-1252"),
        (BARE, "text/xml", "latin-1", "ISO-8859-1"),
        (BARE, "application/xml", "utf-16-be", "utf-16be"),
        (DECLARING, "text/xml", "latin-1", "ISO-8859-1"),
        (DECLARING, "text/xml", "latin-1", "utf-8"),
        (DECLARING, "text/xml", "utf-16-le", "utf-16le"),
    ],
)
def test_a_document_is_read_in_the_encoding_that_is_declared_beside_it(send, text, kind, encoding, charset):
    body = text.encode(encoding)
    answer = send(body, f"{kind}; charset={charset}")
    assert answer.status_code == 200, answer.content
    (item,) = answer.json()["items"]
    arrival = arrival_of(Report.everywhere.get())
    assert WORDS in (arrival.narrative, *dict(arrival.unknown).values())
    assert not any(fault["code"] == "windows_1252" for fault in item["faults"])
    assert [originals.opened(kept) for kept in Original.everywhere.all()] == [body] * (kind != "text/csv")


PICTURE = base64.b64encode(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 20).decode()


@pytest.mark.parametrize("charset", ["windows-1252", "utf-16le", "iso2022_jp", "gbk"])
@pytest.mark.parametrize(("text", "kind"), [(TABLE, "text/csv"), (BARE, "text/xml")])
def test_no_declared_encoding_takes_a_picture_past_the_guard(send, text, kind, charset):
    body = text.replace(WORDS, f"日本 {PICTURE}" if charset in {"iso2022_jp", "gbk"} else f"ø {PICTURE}").encode(
        charset
    )
    answer = send(body, f"{kind}; charset={charset}")
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (415, "media-refused")
    assert not Report.everywhere.exists()


@pytest.mark.parametrize("charset", ["utf-7", "hz", "idna", "raw_unicode_escape", "nonsense"])
def test_an_encoding_in_which_ascii_is_other_letters_is_not_taken(send, charset):
    answer = send(TABLE.replace(WORDS, "words"), f"text/csv; charset={charset}")
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (415, "unsupported-media-type")
    assert "UTF-8" in answer.json()["detail"]


def test_json_of_our_own_is_utf_8(client, send, desk):
    _, key = make_key(make_person(Role.MODERATOR), Permission.REPORT_SEND)
    headers = {"Authorization": f"Bearer {key}", "Vaern-Reason": "investigation"}
    for address, kind in (("/api/reports", "application/json"), ("/api/reports/batch", "application/x-ndjson")):
        answer = client.generic("POST", address, b"{}", f"{kind}; charset=latin-1", headers=headers)
        assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (415, "unsupported-media-type")


def test_the_annotations_of_the_api_are_those_of_the_format():
    assert set(get_args(ReportAnnotation)) == set(REPORT_ANNOTATIONS.values())
    assert {*REPORT_ANNOTATIONS.values(), *ANNOTATIONS.values()} == LABELS.keys()


def test_of_json_and_tables_nothing_is_kept_beside(send):
    send("url\nhttps://a.example/1\n", "text/csv")
    assert Report.everywhere.exists()
    assert not Original.everywhere.exists()


def test_a_document_is_given_out_to_those_who_assess_with_a_reason_and_an_entry(send, desk):
    body = file(11)
    report = Report.everywhere.get(pk=send(body).json()["items"][0]["id"])
    address = reverse("reports:original", args=[report.pk, 1])

    def opened(person):
        browser = Client()
        sign_in(browser, person)
        answer = browser.get(address)
        if b"reason-why" in answer.content:
            given = {"kind": "report", "record": str(report.pk), "next": address, "reason-why": "assessment"}
            browser.post(reverse("casework:reason"), given)
            answer = browser.get(address)
        return answer

    answer = opened(make_person("analyst", desk))
    assert answer.content == body.encode()
    assert "attachment" in answer["Content-Disposition"]
    assert Entry.objects.filter(act="reports.original.taken", subject=report.pk).count() == 1
    assert opened(make_person("analyst", make_organisation())).status_code == 404
    assert Entry.objects.filter(act="reports.original.taken").count() == 1


def test_the_page_shows_what_the_sender_marked_and_from_where_each_file_came(send, desk):
    marks = "<reportAnnotations><sadisticOnlineExploitation/><spam/></reportAnnotations>"
    report = (
        "<report><incidentSummary><incidentType>Child Sex Trafficking</incidentType>"
        f"{marks}<incidentDateTime>2026-11-01T12:30:00Z</incidentDateTime></incidentSummary><reporter><reportingPerson>"
        "<email>desk@platform.example</email></reportingPerson></reporter></report>"
    )
    exif = (
        "<details type='EXIF'><nameValuePair><name>Model</name><value>Camera 9</value></nameValuePair></details>"
        "<fileAnnotations><infant/></fileAnnotations>"
    )
    sent = send(f"<cyberTipline>{report}{file(11, more=exif)}{file(12)}</cyberTipline>")
    found = Report.everywhere.get(pk=sent.json()["items"][0]["id"])
    assert found.priority >= 28
    address = reverse("reports:report", args=[found.pk])
    browser = Client()
    sign_in(browser, make_person("analyst", desk))
    given = {"kind": "report", "record": str(found.pk), "next": address, "reason-why": "assessment"}
    browser.post(reverse("casework:reason"), given)
    text = browser.get(address).content.decode()
    for shown in ("Sadistic exploitation", "Spam", "Infant", "Camera 9", "f11", "4564654", "Document 1"):
        assert shown in text, shown
    first, second = (text.index(f'value="{number}"') for number in (1, 2))
    assert first < text.index("192.0.2.11") < second < text.index("192.0.2.12")


def test_a_report_is_found_by_its_number(send, desk):
    send(file(11))
    viewer = viewer_for(make_person("analyst", desk))
    with viewing(desk.pk):
        for text, found in (("4564654", 1), ("456465", 0), ("", 1)):
            shown = queries.worklist(viewer, search.read({"q": text}), {})
            assert len(shown.page.rows) == found


@pytest.mark.django_db(transaction=True)
def test_files_that_come_at_one_moment_are_files_of_one_report(desk):
    platform = make_organisation(OrganisationKind.PLATFORM)
    viewer = viewer_for(make_person(Role.MODERATOR, platform))

    def bring(number):
        body = file(number).encode()
        (read,) = cybertipline.read(body, now=timezone.now())
        sent = originals.Sent("text/xml", body)
        with viewing(desk.pk):
            return receive_document(viewer, Reason(Why.INVESTIGATION), desk, read, sent, sender=platform)

    numbers = [11, 12, 13, 11]
    received = at_once(*(lambda number=number: bring(number) for number in numbers))
    assert {one.report.pk for one in received} == {Report.everywhere.get().pk}, received
    assert [one.made for one in received].count(True) == 1
    arrival = arrival_of(Report.everywhere.get())
    assert {one.reference for one in arrival.files} == {"f11", "f12", "f13"}
    assert len(arrival.files) == Item.everywhere.count() == 3
