"""The one door: telling documents apart, reading them, and no picture."""

from __future__ import annotations

import base64
import json
from email.mime.image import MIMEImage
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.arriving import NOW
from tests.formats.test_arf import XARF_02, arf
from tests.formats.test_cybertipline import file, report
from tests.formats.test_xarf import whole

from vaern.formats.reports import read, sniff
from vaern.formats.xarf_write import mail

PIXELS = b"\x89PNG\r\n\x1a\n\0\0stands for a picture"
PICTURE = base64.b64encode(PIXELS).decode()
MAIL = mail(whole(), sender="a@b.example", to="c@d.example", subject="s", text="t", at=NOW)
DOCUMENTS = {
    "cybertipline": [
        report().encode(),
        file("").encode(),
        b'\xef\xbb\xbf<?xml version="1.0"?>' + report().encode(),
        ('<?xml version="1.0" encoding="utf-16"?>' + report()).encode("utf-16"),
    ],
    "xarf": [json.dumps(whole()).encode(), b'{"Version": "3", "Report": {}}'],
    "arf": [arf(), XARF_02, MAIL, b"From somebody\nSubject: s\nMIME-Version: 1.0\n\nx"],
    "csv": [
        b"url\nhttps://a.example/",
        b"URL;REFERER;WORKUSER-EMAIL;REFERENCE;SOURCE;TYPE\n1;2;3;4;5;6",
        "url,note\na,b".encode("utf-16"),
        b'"url","kind"\n',
    ],
    "": [b"", b"hello", b"{}", b"\x89PNG", b"[1]"],
}


@pytest.mark.parametrize(
    ("kind", "data"), [(kind, data) for kind, documents in DOCUMENTS.items() for data in documents]
)
def test_documents_are_told_apart_by_content_whatever_they_are_called(kind: str, data: bytes) -> None:
    assert sniff(data) == kind
    if kind:
        assert sniff(data, "application/octet-stream", "x.csv") == kind


def test_type_and_name_decide_where_content_does_not() -> None:
    assert sniff(b"x", "text/csv; charset=utf-8") == "csv"
    assert sniff(b"x", "", "a.EML") == "arf"


@pytest.mark.once
@settings(max_examples=300)
@given(
    data=st.binary(max_size=100),
    head=st.sampled_from([b"", b"<", b"{", b"url,note\n", b"From: a\nContent-Type: multipart/x; boundary=b\n\n--b\n"]),
    kind=st.sampled_from(["cybertipline", "xarf", "arf", "csv", "", "other"]),
)
def test_nothing_raises(data: bytes, head: bytes, kind: str) -> None:
    assert read(head + data, kind, now=NOW)
    assert read(head + data, sniff(head + data), now=NOW)


def mail_with_picture() -> bytes:
    inner = MIMEMultipart()
    inner.attach(MIMEImage(PIXELS, "png"))
    outer = MIMEMultipart("mixed")
    outer["From"] = "a@b.example"
    outer.preamble = PICTURE
    outer.attach(MIMEText("words of the sender"))
    outer.attach(MIMEImage(PIXELS, "png", name="a.png"))
    outer.attach(MIMEMessage(inner))
    hidden = MIMEText("", "plain")
    hidden.set_payload(PICTURE)
    hidden.replace_header("Content-Transfer-Encoding", "base64")
    outer.attach(hidden)
    named = MIMEText(PICTURE, "plain")
    named.add_header("Content-Disposition", "attachment", filename="picture.jpg")
    outer.attach(named)
    return outer.as_bytes()


def test_no_picture_is_read_from_a_mail() -> None:
    data = mail_with_picture()
    assert data.count(PICTURE.encode()) == 5
    (one,) = read(data, "arf", now=NOW)
    assert one.arrival is not None
    assert one.arrival.narrative == "words of the sender"
    assert "PNG" not in str(one)
    assert len([fault for fault in one.faults if "not kept" in fault.said]) == 4


def test_no_picture_is_read_from_xarf() -> None:
    evidence = [{"content_type": "image/png", "payload": PICTURE}, {"content_type": "text/plain", "payload": "eA=="}]
    for document in (
        whole(evidence=evidence, _internal={"a": PICTURE}, screenshot_url="https://a.example/s.png"),
        {"Version": "3", "Report": {"ReportType": "ChildAbuse", "Attachment": [{"Data": PICTURE}]}},
        whole(evidence=PICTURE),
        whole(picture="x".join([PICTURE] * 20)),
        whole(notes=[{"deep": "data:image/png;base64," + PICTURE}]),
        whole(description=PICTURE * 20),
    ):
        data = json.dumps(document).encode()
        assert PICTURE not in str(read(data, "xarf", now=NOW))
