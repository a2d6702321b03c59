"""Documents come in as other systems write them, in their encodings; a picture in them is left out, and it is told."""

from __future__ import annotations

import base64
import io
import json
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from PIL import Image
from tests.node.factories import make_key, make_organisation, make_person

from vaern.node.organisations.rules import OrganisationKind, Permission, Role
from vaern.node.reports.intake import documents, door
from vaern.node.reports.models import Original, Report
from vaern.node.web.guard.media import media_in
from vaern.node.web.problems import Problem

if TYPE_CHECKING:
    from django.test import Client

_shown = io.BytesIO()
Image.effect_noise((64, 48), 80).save(_shown, "JPEG")
JPEG = _shown.getvalue()
MARK = base64.b64encode(JPEG)[60:100]
CSV = "url;note\nhttps://host.example/a;Rødgrød med fløde på Ærø"
XML = '<?xml version="1.0" encoding="{}"?><report><note>Ærø på fløde</note></report>'


def mail(charset: str = "utf-8", encoding: str = "8bit", attached: bytes = b"") -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@host.example", "b@desk.example", "A report"
    made.set_content("Rødgrød med fløde på https://host.example/a", charset=charset, cte=encoding)
    if attached:
        made.add_attachment(attached, "image", "jpeg", filename="IMG_1.jpg")
    return made.as_bytes()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/csv", CSV.encode("cp1252")),
        ("text/csv", CSV.encode("utf-16")),
        ("text/csv", CSV.encode("utf-8-sig")),
        ("text/xml", XML.format("ISO-8859-1").encode("latin-1")),
        ("text/xml", XML.format("UTF-16").encode("utf-16")),
        ("message/rfc822", mail()),
        ("message/rfc822", mail("iso-8859-1")),
        ("message/rfc822", mail("iso-8859-1", "quoted-printable")),
        ("message/rfc822", mail("iso-8859-1", "base64")),
        ("message/rfc822", mail("iso-8859-1").replace(b"charset", b"x-set")),
    ],
)
def test_a_document_in_an_encoding_of_text_comes_in_as_it_is(kind: str, body: bytes) -> None:
    assert door.first_look(body) == ""
    assert door.take(kind, body) == door.AtDoor(body)


def test_a_picture_in_a_mail_is_left_out_and_told() -> None:
    found = door.take("message/rfc822", mail(attached=JPEG))
    assert [fault.path for fault in found.left_out] == ["mail/2"]
    assert not any(fault.fatal for fault in found.left_out)
    assert MARK not in found.body
    (read,) = documents.read("message/rfc822", found.body)
    assert read.arrival is not None
    assert "https://host.example/a" in read.arrival.narrative


def test_a_picture_as_evidence_of_xarf_is_left_out_and_told() -> None:
    evidence = [{"content_type": "image/jpeg", "payload": base64.b64encode(JPEG).decode()}, {"payload": "words"}]
    body = json.dumps({"xarf_version": "4.2.0", "source_identifier": "198.51.100.7", "evidence": evidence}).encode()
    found = door.take("application/xarf+json", body)
    assert [fault.path for fault in found.left_out] == [".evidence[0].payload"]
    assert json.loads(found.body)["evidence"] == [{"content_type": "image/jpeg", "payload": ""}, {"payload": "words"}]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/csv", CSV.encode() + b";" + base64.b64encode(JPEG)),
        ("text/csv", (CSV + ";" + base64.b64encode(JPEG).decode()).encode("utf-16")),
        ("text/xml", b"<report><note>" + base64.b64encode(JPEG) + b"</note></report>"),
        ("text/xml", XML.format("ISO-8859-1").encode("latin-1").replace(b"<note>", b"<note>" + base64.b64encode(JPEG))),
        (
            "text/xml",
            XML.format("UTF-16")
            .encode("utf-16")
            .replace("<note>".encode("utf-16-le"), ("<note>" + base64.b64encode(JPEG).decode()).encode("utf-16-le")),
        ),
        ("text/xml", XML.format("utf-7").replace("Ærø", base64.b64encode(JPEG).decode()).encode("utf-7")),
        ("message/rfc822", mail().replace(b"A report", base64.b64encode(JPEG))),
        ("application/xarf+json", json.dumps({"xarf_version": "4", base64.b64encode(JPEG).decode(): 1}).encode()),
        ("text/csv", JPEG),
    ],
)
def test_what_cannot_be_taken_out_refuses_the_document(kind: str, body: bytes) -> None:
    with pytest.raises(Problem) as refused:
        door.take(kind, body)
    assert refused.value.code == "media-refused"
    assert MARK.decode() not in refused.value.detail


@pytest.mark.parametrize(
    ("kind", "body", "place"),
    [
        ("text/csv", CSV.encode() + b"\nhttps://host.example/b;" + base64.b64encode(JPEG), "In line 3, column 2: "),
        (
            "text/csv",
            (CSV + '\n"two\nlines";x\nx;' + base64.b64encode(JPEG).decode()).encode("utf-16"),
            "In line 5, column 2: ",
        ),
        ("text/csv", b"sep=;\r\nurl;note\r\n" + base64.b64encode(JPEG) + b";x\r\n", "In line 3, column 1: "),
        ("text/xml", b"<report>\n<note>" + base64.b64encode(JPEG) + b"</note>\n</report>", "In line 2: "),
        ("text/xml", b"<report><note>" + base64.b64encode(JPEG) + b"</note></report>", "This holds media"),
        ("text/csv", JPEG, "This holds media"),
    ],
)
def test_who_has_to_take_media_out_is_told_where_it_stands(kind: str, body: bytes, place: str) -> None:
    with pytest.raises(Problem) as refused:
        door.take(kind, body)
    assert refused.value.detail.startswith(place)
    assert "Take it out, and send the rest again. Nothing of it was kept." in refused.value.detail


@how(max_examples=30)
@given(st.lists(st.sampled_from(["words", "picture", "mail"]), min_size=1, max_size=5), st.booleans())
def test_nothing_of_a_picture_is_left_wherever_it_hangs_in_a_mail(shape: list[str], is_base64: bool) -> None:
    made = EmailMessage()
    made["From"] = "a@host.example"
    made.set_content("Words")
    for what in shape:
        if what == "picture":
            made.add_attachment(JPEG, "text" if not is_base64 else "application", "plain" if not is_base64 else "x-own")
        elif what == "mail":
            inner = EmailMessage()
            inner.set_content("Inner")
            inner.add_attachment(JPEG, "image", "jpeg")
            made.add_attachment(inner)
        else:
            made.add_attachment("More words", filename="a.txt")
    body = door.take("message/rfc822", made.as_bytes()).body
    assert MARK[:20] not in body.replace(b"\n", b"")
    assert not media_in(body)


SHOWN = base64.encodebytes(JPEG)


@pytest.mark.parametrize(
    ("place", "body"),
    [
        ("mail/preamble", mail(attached=b"x").replace(b"\n\n--", b"\n\n" + SHOWN + b"\n--", 1)),
        ("mail/epilogue", mail(attached=b"x") + b"\n" + SHOWN),
        ("mail", mail("utf-8", "base64") + SHOWN),
        ("mail", mail("utf-8", "base64").replace(b"base64", b"base64, or not") + SHOWN),
        ("mail/2", mail(attached=b"plain words").rpartition(b"\n--")[0] + b"\n" + SHOWN),
    ],
)
def test_what_no_reader_of_mails_shows_is_looked_at_too(place: str, body: bytes) -> None:
    assert MARK in body.replace(b"\n", b"")
    found = door.take("message/rfc822", body)
    assert [fault.path for fault in found.left_out] == [place]
    assert MARK not in found.body.replace(b"\n", b"")
    assert not media_in(found.body)


def test_a_line_of_a_mailbox_before_a_mail_holds_no_picture() -> None:
    with pytest.raises(Problem):
        door.take("message/rfc822", b"From " + SHOWN.replace(b"\n", b"") + b"\n" + mail())


@pytest.mark.django_db
def test_the_report_arrives_and_nothing_of_the_picture_is_kept(client: Client) -> None:
    desk = make_organisation(OrganisationKind.HOTLINE)
    _, key = make_key(make_person(Role.MODERATOR), Permission.REPORT_SEND)
    headers = {"Authorization": f"Bearer {key}", "Vaern-Reason": "investigation"}
    address = f"/api/reports/documents?to={desk.pk}"
    answer = client.generic("POST", address, mail(attached=JPEG), "message/rfc822", headers=headers)
    assert (answer.status_code, answer.json()["taken"]) == (200, 1), answer.content
    assert any(fault["where"] == "mail/2" for fault in answer.json()["items"][0]["faults"])
    assert Original.everywhere.get().stripped
    empty = b'{"xarf_version":"4.2.0"}'
    refused = client.generic("POST", address, empty, "application/xarf+json", headers=headers)
    assert refused.status_code == 422
    assert "holds no place, no file, no account and no words" in refused.content.decode()
    assert Report.everywhere.count() == 1
    assert client.generic("POST", address, JPEG, "text/csv", headers=headers).status_code == 415
