"""Registrations by mail as text: any charset, any bytes, and nothing that could become a header."""

from __future__ import annotations

import base64
import quopri
from email.header import Header
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaern.node.press.intake.letters import LABELS, read

NAME, MEDIUM = "Søren Ærenlund", "Vestrovia Æter"
BODY = f"Hej\r\n\r\nNavn: {NAME}\r\nMedie: {MEDIUM}\r\nPressekort: VA-1\r\nUdsteder: Forbundet\r\n-- \r\nMedie: x\r\n"
FROM, ENVELOPE = "s@paper.example", "s@paper.example"
HEAD = f"From: {FROM}\r\nMessage-ID: <1@paper.example>\r\n"


def mail(body: bytes, kind: str, encoding: str) -> bytes:
    head = f"{HEAD}MIME-Version: 1.0\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + body


@pytest.mark.parametrize("encoding", ["8bit", "base64", "quoted-printable"])
@pytest.mark.parametrize(
    ("charset", "declared"),
    [
        ("utf-8", "utf-8"),
        ("iso-8859-1", "iso-8859-1"),
        ("windows-1252", "windows-1252"),
        ("utf-16", "utf-16"),
        ("utf-8", "no-such-charset"),
        ("iso-8859-1", "utf-8"),
        ("utf-8", "us-ascii"),
        ("utf-8-sig", "utf-8"),
        ("cp865", "cp865"),
        ("utf-16", "utf-8"),
        ("utf-32", "utf-32"),
    ],
)
@pytest.mark.parametrize("html", [False, True], ids=["plain", "html"])
def test_a_mail_is_read_in_any_charset(charset: str, declared: str, encoding: str, html: bool) -> None:
    if charset.startswith(("utf-16", "utf-32")) and encoding == "8bit":
        pytest.skip("a mail cannot carry these bytes unencoded")
    body = BODY
    if html:
        rows = "".join(f"<div>{line}</div>" for line in BODY.splitlines())
        body = f"<html><head><style>p {{ color: red }}</style></head><body>{rows}</body></html>"
    data = body.encode(charset)
    packed = {
        "8bit": lambda: data,
        "base64": lambda: base64.encodebytes(data),
        "quoted-printable": lambda: quopri.encodestring(data),
    }[encoding]()
    letter = read(mail(packed, f'text/{"html" if html else "plain"}; charset="{declared}"', encoding), ENVELOPE)
    assert (letter.sender, letter.language, letter.automatic) == (FROM, "da", "")
    assert (letter.fields["name"], letter.fields["medium"]) == (NAME, MEDIUM)
    assert (letter.fields["card"], letter.fields["issuer"]) == ("VA-1", "Forbundet")


@pytest.mark.parametrize(
    "name",
    [
        Header(NAME, "utf-8").encode(),
        Header(NAME, "iso-8859-1").encode(),
        f'"{NAME}"',
        "=?utf-8?b?" + base64.b64encode(NAME.encode()).decode() + "?=",
    ],
)
def test_a_name_in_a_header_is_read_as_it_was_meant(name: str) -> None:
    data = f"From: {name} <{FROM}>\r\n\r\nMedium: X\r\n".encode()
    assert read(data, ENVELOPE).fields["name"] == NAME


def test_a_broken_word_in_a_header_costs_nothing_else() -> None:
    letter = read(f"From: =?utf-8?b?w6?= =?x?q?=E9?= <{FROM}>\r\n\r\nMedium: X\r\n".encode(), ENVELOPE)
    assert (letter.sender, letter.fields["medium"]) == (FROM, "X")


def test_attachments_are_counted_and_nothing_of_them_is_read() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = FROM, "x"
    message.set_content("Medium: The Morning\n")
    message.add_alternative("<p>Medium: other</p>", subtype="html")
    message.add_attachment(b"\xff\xd8\xff\xe0", maintype="image", subtype="jpeg", filename="card.jpg")
    message.add_attachment("Medium: hidden", filename="a.txt")
    letter = read(bytes(message), ENVELOPE)
    assert (letter.dropped, letter.fields["medium"]) == (2, "The Morning")


@pytest.mark.parametrize(
    ("head", "envelope"),
    [
        ("", ""),
        ("", None),
        ("", "<>"),
        ("Auto-Submitted: auto-replied\r\n", ENVELOPE),
        ("Precedence: bulk\r\n", ENVELOPE),
        ("List-Id: <x.example>\r\n", ENVELOPE),
        ("X-Loop: x\r\n", ENVELOPE),
        ("Content-Type: multipart/report; boundary=x\r\n", ENVELOPE),
    ],
)
def test_what_no_person_wrote_is_recognised(head: str, envelope: str | None) -> None:
    assert read(f"{HEAD}{head}\r\nMedium: X\r\n".encode(), envelope).automatic
    assert not read(f"{HEAD}\r\nMedium: X\r\n".encode(), ENVELOPE).automatic
    assert read(b"From: MAILER-DAEMON@mx.example\r\n\r\n", ENVELOPE).automatic


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "nobody",
        "a@b",
        "a@b.example, c@d.example",
        "a@b.example\r\n Bcc: c@d.example",
        '"a b"@c.example',
        "a@b.example>\r\nTo: <c@d.example",
        "undisclosed-recipients:;",
        "é@b.example",
    ],
)
def test_a_sender_that_is_not_one_plain_address_is_none(sender: str) -> None:
    found = read(f"From: {sender}\r\n\r\nx".encode(), ENVELOPE).sender
    assert found in {"", "a@b.example"}
    assert not any(sign in found for sign in '\r\n <>,;"')


def test_without_a_message_id_the_same_bytes_are_the_same_mail() -> None:
    data = f"From: {FROM}\r\n\r\nMedium: X\r\n".encode()
    assert read(data, ENVELOPE).message_id == read(data, ENVELOPE).message_id
    assert read(data, ENVELOPE).message_id != read(data + b"y", ENVELOPE).message_id


PIECES = st.sampled_from(
    [
        b"From: a@b.example\r\n",
        b"Content-Type: text/html; charset=utf-16\r\n",
        b"Content-Type: multipart/mixed\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"\r\n",
        b"Name: x\r\n",
        b"=?utf-8?b?w6?=",
        b"--x\r\n",
        b"Medium: y",
        b"Content-Type: multipart/mixed; boundary=x\r\n",
        b"Message-ID: <\xff>\r\n",
        b"<p>",
        b"\x00",
        b"begin 644 x\r\n",
    ]
)


@pytest.mark.once
@given(st.lists(PIECES | st.binary(max_size=30), max_size=25).map(b"".join), st.none() | st.just(ENVELOPE))
@settings(max_examples=300, deadline=None)
def test_whatever_bytes_come_they_are_read_and_give_short_plain_lines(data: bytes, envelope: str | None) -> None:
    letter = read(data, envelope)
    assert letter.sender == "" or "@" in letter.sender
    assert set(letter.fields) <= set(LABELS)
    for name, value in letter.fields.items():
        assert value.isprintable()
        assert len(value) <= LABELS[name][0]
    assert letter.message_id.isprintable()
