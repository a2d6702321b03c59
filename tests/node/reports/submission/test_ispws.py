"""NCMEC's reporting API, served: reports and details of files come in, files never do, and every refusal is XML."""

from __future__ import annotations

import base64
import io

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import reverse
from lxml import etree
from tests.node.factories import make_key, make_organisation, make_person, sign_in

from vaern.node.ledger.models import Entry
from vaern.node.organisations.middleware import Access
from vaern.node.organisations.rules import OrganisationKind, Permission, Role
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.models import Report, Submission
from vaern.node.reports.submission import views
from vaern.node.web.intake import Admission, ContentGuard

pytestmark = pytest.mark.django_db

REPORT = """<report><incidentSummary><incidentType>Online Enticement of Children for Sexual Acts</incidentType>
<incidentDateTime>2026-11-01T10:00:00Z</incidentDateTime></incidentSummary>
<reporter><reportingPerson><email>desk@platform.example</email></reportingPerson></reporter>
<additionalInfo>{}</additionalInfo></report>"""
FILE = """<fileDetails><reportId>{}</reportId><fileId>{}</fileId><originalFileName>a.bin</originalFileName>
<originalFileHash hashType="SHA256">{}</originalFileHash></fileDetails>"""
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 20


@pytest.fixture
def desk():
    return make_organisation(OrganisationKind.HOTLINE)


@pytest.fixture
def moderator():
    return make_person(Role.MODERATOR)


def basic(key):
    return {"Authorization": "Basic " + base64.b64encode(f"platform:{key}".encode()).decode()}


@pytest.fixture
def call(client, moderator, desk):
    _, key = make_key(moderator, Permission.REPORT_SEND)

    def send(name, body=None, kind="text/xml; charset=utf-8", to=desk, headers=None):
        address = reverse(f"reports:ispws-to-{name}", args=[to.pk])
        given = basic(key) if headers is None else headers
        if body is None:
            return client.get(address, headers=given)
        # `post` would write the bytes anew in the encoding that the type declares
        return client.generic("POST", address, body, kind, headers=given)

    return send


def form(number):
    return f"id={number}", "application/x-www-form-urlencoded"


def said(answer):
    root = etree.fromstring(answer.content)
    return int(root.findtext("responseCode")), root


def opened(call, words="Words"):
    code, root = said(call("submit", REPORT.format(words)))
    assert code == 0
    return int(root.findtext("reportId"))


def test_a_report_comes_in_with_its_files_and_is_finished(call, desk, moderator):
    assert said(call("status"))[0] == 0
    number = opened(call)
    assert Report.everywhere.get().organisation == desk
    for n in (1, 2):
        assert said(call("fileinfo", FILE.format(number, f"f{n}", f"{n:02x}ab" * 16)))[0] == 0
    code, root = said(call("finish", *form(number)))
    assert (code, root.tag, int(root.findtext("reportId"))) == (0, "reportDoneResponse", number)
    assert [one.text for one in root.iter("fileId")] == ["f1", "f2"]
    report = Report.everywhere.get()
    arrival = arrival_of(report)
    assert (arrival.narrative, arrival.tip_number, len(arrival.files)) == ("Words", str(number), 2)
    assert report.sender == moderator.organisation
    acts = list(Entry.objects.filter(subject=report.pk).order_by("id").values_list("act", flat=True))
    assert acts == [
        "reports.report.received",
        "reports.report.amended",
        "reports.report.amended",
        "reports.submission.finished",
    ]


def test_a_report_opens_with_nothing_but_what_has_to_be_in_it(call):
    number = opened(call, words="")
    assert said(call("fileinfo", FILE.format(number, "f1", "ab" * 32)))[0] == 0
    arrival = arrival_of(Report.everywhere.get())
    assert (arrival.narrative, len(arrival.files)) == ("", 1)


def test_a_report_is_there_from_the_first_step_and_is_never_dropped(call, desk):
    number = opened(call)
    assert Submission.everywhere.get(number=number).finished_at is None
    assert said(call("retract", *form(number)))[0] == 0
    report = Report.everywhere.get()
    assert (report.state, report.submission.retracted_at is not None) == ("arrived", True)
    assert said(call("fileinfo", FILE.format(number, "f1", "ab" * 32)))[0] == 5101
    assert said(call("finish", *form(number)))[0] == 5101
    assert Entry.objects.filter(act="reports.submission.retracted", subject=report.pk).count() == 1


def test_after_the_end_nothing_more_is_taken(call):
    number = opened(call)
    call("finish", *form(number))
    assert said(call("fileinfo", FILE.format(number, "f1", "ab" * 32)))[0] == 5102
    assert said(call("retract", *form(number)))[0] == 5102
    assert said(call("finish", *form(number)))[0] == 5102


def test_the_same_document_again_is_the_same_report(call):
    assert opened(call) == opened(call)
    assert opened(call, "Other words") != opened(call)
    assert Report.everywhere.count() == 2


@pytest.mark.parametrize("number", ["1", "x", "", "9" * 30, "²"])
def test_a_number_of_nothing_is_told(call, number):
    opened(call)
    code, root = said(call("finish", *form(number)))
    assert (code, root.tag) == (5001, "reportDoneResponse")
    assert said(call("retract", *form(number)))[0] == 5001


def test_another_sender_and_another_desk_have_no_such_report(client, call):
    number = opened(call)
    _, other = make_key(make_person(Role.MODERATOR), Permission.REPORT_SEND)
    hub = make_organisation(OrganisationKind.HOTLINE)
    assert said(call("retract", *form(number), to=hub))[0] == 5001
    assert said(call("retract", *form(number), headers=basic(other)))[0] == 5001
    assert said(call("fileinfo", FILE.format(number, "f1", "ab" * 32), headers=basic(other)))[0] == 5001
    assert Submission.everywhere.get().retracted_at is None


DECLARED = '<?xml version="1.0" encoding="{}"?>'


@pytest.mark.parametrize("encoding", ["UTF-16", "ISO-8859-1", "windows-1252"])
def test_a_report_comes_in_in_the_encoding_that_it_declares(call, encoding):
    body = (DECLARED + REPORT).replace("{}", encoding, 1).format("Rødgrød").encode(encoding)
    assert said(call("submit", body, kind="text/xml"))[0] == 0
    assert arrival_of(Report.everywhere.get()).narrative == "Rødgrød"


@pytest.mark.parametrize("encoding", ["UTF-16", "ISO-8859-1", "UTF-7"])
def test_no_encoding_takes_a_picture_past_the_guard(call, encoding):
    letters = base64.b64encode(JPEG).decode()
    words = "ø" * (encoding != "UTF-7") + "\n".join(letters[at : at + 70] for at in range(0, 2100, 70))
    body = (DECLARED + REPORT).replace("{}", encoding, 1).format(words)
    sent = body.encode(encoding)
    if encoding == "UTF-7":  # each letter by its number, as the encoding allows and no program does
        spelled = "".join(f"+{base64.b64encode(one.encode('utf-16-be')).decode().rstrip('=')}-" for one in words)
        sent = body.replace(words, spelled).encode("ascii")
    answer = call("submit", sent, kind="text/xml")
    assert (said(answer)[0], answer.status_code) == (3000, 415)
    assert not Report.everywhere.count()


@pytest.mark.once
@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "utf-16le"])
@pytest.mark.parametrize("declared", ["", '<?xml version="1.0" encoding="{}"?>'])
def test_an_encoding_that_is_declared_beside_the_document_is_read(call, encoding, declared):
    words = "Rødgrød på Ærø"
    body = (declared.format(encoding) + REPORT.format(words)).encode(encoding)
    code, root = said(call("submit", body, kind=f"text/xml; charset={encoding}"))
    assert code == 0, root.findtext("responseDescription")
    assert arrival_of(Report.everywhere.get()).narrative == words
    letters = base64.b64encode(JPEG).decode()
    answer = call("submit", REPORT.format(f"ø {letters}").encode(encoding), kind=f"text/xml; charset={encoding}")
    assert (said(answer)[0], answer.status_code) == (3000, 415)


@pytest.mark.parametrize("encoding", ["utf-7", "hz"])
def test_an_encoding_that_hides_letters_is_refused_beside_the_document_too(call, encoding):
    answer = call("submit", REPORT.format("x"), kind=f"text/xml; charset={encoding}")
    assert answer.status_code == 415
    assert "UTF-8" in said(answer)[1].findtext("responseDescription")
    assert not Report.everywhere.count()


def test_an_encoding_that_is_not_read_is_named_in_the_answer(call):
    answer = call("submit", (DECLARED + REPORT).replace("{}", "utf-7", 1).format("x"), kind="text/xml")
    code, root = said(answer)
    assert (code, answer.status_code) == (4100, 422)
    assert "UTF-8" in root.findtext("responseDescription")


def test_what_is_wrong_is_said_by_place(call):
    answer = call("submit", REPORT.format("x").replace("incidentType>", "incidentTyp>"))
    code, root = said(answer)
    assert (code, answer.status_code) == (4100, 422)
    assert "incidentType" in root.findtext("responseDescription")
    for name, body in (("submit", FILE.format(1, "f", "ab" * 32)), ("fileinfo", REPORT.format("x"))):
        assert said(call(name, body))[0] == 4100
    assert said(call("submit", '{"xarf_version": "4.2.0"}'))[0] == 4100
    assert not Report.everywhere.count()


def test_without_a_key_nothing_is_answered(client, call, moderator):
    _, reader = make_key(moderator, Permission.REPORT_SENT)
    for headers, code, status in (
        ({}, 2000, 401),
        ({"Authorization": "Basic %%%"}, 2000, 401),
        (basic("vaern_x"), 2000, 401),
        (basic(reader), 3000, 403),
    ):
        answer = call("submit", REPORT.format("x"), headers=headers)
        assert (said(answer)[0], answer.status_code) == (code, status)
    assert call("status", headers={})["WWW-Authenticate"].startswith("Basic ")
    assert not Report.everywhere.count()


def test_media_in_a_document_is_refused_in_the_form_that_clients_read(call):
    answer = call("submit", JPEG)
    assert (said(answer)[0], answer.status_code) == (3000, 415)
    assert call("submit").status_code == 405
    assert said(call("submit"))[0] == 4000


class Unreadable(io.BytesIO):
    def read(self, *_args):
        raise AssertionError("something read the file")

    readline = readlines = read


def test_of_a_file_not_one_byte_is_read(moderator, desk):
    _, key = make_key(moderator, Permission.REPORT_SEND)
    request = RequestFactory().post("/ispws/upload", headers=basic(key))
    request.META |= {"CONTENT_TYPE": "multipart/form-data; boundary=x", "CONTENT_LENGTH": "100000"}
    request.content_type, request.content_params = "multipart/form-data", {"boundary": "x"}
    request._stream = Unreadable()
    request.user = AnonymousUser()
    for turn in (Access, Admission, ContentGuard):
        assert turn(views.upload).process_view(request, views.upload, (), {}) is None
    answer = views.upload(request, desk.pk)
    code, root = said(answer)
    assert (code, answer.status_code) == (3000, 403)
    assert "fileinfo" in root.findtext("responseDescription")


def test_the_page_of_the_report_says_how_far_its_sender_got(client, call, desk):
    number = opened(call)
    call("retract", *form(number))
    analyst = make_person(Role.ANALYST, desk)
    sign_in(client, analyst)
    report = Report.everywhere.get()
    session = client.session
    session["reasons"] = {f"report:{report.pk}": ["investigation", ""]}
    session.save()
    shown = client.get(reverse("reports:report", args=[report.pk])).content.decode()
    assert str(number) in shown
    assert "Its sender took this report back." in shown
