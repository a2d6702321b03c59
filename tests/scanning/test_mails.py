"""What is attached to mails, as the standard library writes them; here without the worker."""

from __future__ import annotations

import base64
import io
import mailbox
import re
import tempfile
from email.message import EmailMessage, Message
from email.policy import SMTP
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scanning.contained import NAMES, damaged, inside, members
from tests.scanning.test_archives import make_zip
from tests.scanning.trees import encoded, picture

from vaern.scanning import mails

FILES = st.lists(st.tuples(NAMES, st.binary(max_size=300)), max_size=4)
TREES = st.recursive(FILES, lambda inner: st.lists(st.tuples(NAMES, st.binary(max_size=50)) | inner, max_size=4))
"""A mail is a list of what is attached to it: files, and mails."""


def letter(attached, *, html=False):
    """A mail, and what should be found in it."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = "a@one.example", "b@two.example", "<1@one.example>"
    mail.set_content("See below.\n\nFrom here on I say nothing.\nNote: nothing\n")
    number, expected = 1, []
    if html:
        mail.add_alternative("<p>See below", subtype="html")
        number += 1
    for thing in attached:
        number += 1
        if isinstance(thing, list):
            inner, found = letter(thing)
            mail.add_attachment(inner)
            expected += [(f"part {number}/{name}", data) for name, data in found]
        else:
            name, data = thing
            mail.add_attachment(data, "image", "jpeg", filename=name)
            expected.append((name, data))
    return mail, expected


@given(TREES, st.booleans(), st.booleans())
def test_all_that_is_attached_to_a_mail_is_read_in_order(tree, html, crlf):
    mail, expected = letter(tree, html=html)
    data = mail.as_bytes(policy=SMTP) if crlf else bytes(mail)
    assert members(data) == expected
    assert inside(data)[0] == "message/rfc822"


@given(st.lists(TREES, min_size=1, max_size=5))
def test_all_mails_of_a_mailbox_are_read_in_order(trees):
    expected = []
    with tempfile.TemporaryDirectory() as folder:
        box = mailbox.mbox(Path(folder) / "box")
        for number, tree in enumerate(trees, 1):
            mail, found = letter(tree)
            box.add(mail)
            expected += [(f"mail {number}/{name}", data) for name, data in found]
        box.close()
        data = (Path(folder) / "box").read_bytes()
    assert members(data) == expected
    assert inside(data)[0] == "application/mbox"


@pytest.mark.parametrize("chunk", [1100, 1500, 4096])
@given(sizes=st.lists(st.integers(0, 3000), min_size=1, max_size=5))
def test_a_mailbox_is_split_alike_whatever_is_read_at_once(chunk, sizes):
    envelope = b"From a@one.example Mon Jan  5 10:00:00 2026\n"
    mail = b"From: a@one.example\nSubject: x\nMessage-ID: <1@one.example>\n\n"
    box = [envelope + mail + b"x" * size + b"\n\n" for size in sizes]
    ends = [len(b"".join(box[: count + 1])) for count in range(len(box))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mails, "_CHUNK", chunk)
        found = list(mails._mails(io.BytesIO(b"".join(box))))
    assert found == list(zip([0, *ends], ends, strict=False))


@given(NAMES)
def test_names_that_mail_programs_encode_against_the_standard_are_read(name):
    word = f"=?utf-8?b?{base64.b64encode(name.encode()).decode()}?="
    data = bytes(letter([("place-holder", b"x")])[0]).replace(b'"place-holder"', f'"{word}"'.encode())
    assert members(data) == [(name, b"x")]


def test_a_mail_as_apple_keeps_it_ends_where_its_length_says():
    mail = bytes(letter([("a.jpg", b"x")])[0])
    assert members(b"%d      \n" % len(mail) + mail + b"<?xml version='1.0'?><plist/>") == [("a.jpg", b"x")]


def test_a_mail_within_a_mail_is_found_though_it_is_packed_against_the_standard():
    inner = base64.encodebytes(bytes(letter([("a.jpg", b"x")])[0])).decode()
    outer, _ = letter([("b.jpg", b"y")])
    part = Message()
    part["Content-Type"], part["Content-Transfer-Encoding"] = "message/rfc822", "base64"
    part.set_payload(inner)
    outer.attach(part)
    assert members(bytes(outer)) == [("b.jpg", b"y"), ("part 3/a.jpg", b"x")]


def test_a_picture_that_is_called_the_text_of_a_letter_is_read():
    photo = encoded(picture(1))
    mail = letter([])[0]
    mail.make_mixed()
    part = Message()
    part["Content-Type"], part["Content-Transfer-Encoding"] = "text/plain", "base64"
    part.set_payload(base64.encodebytes(photo).decode())
    mail.attach(part)
    assert members(bytes(mail)) == [("part 2", photo)]


def test_the_pictures_of_a_page_in_one_file_are_read():
    """A page that an Office program saved (RFC 2557) is from nobody, to nobody, and has no subject."""
    photo = encoded(picture(1))
    page = EmailMessage()
    page.set_content("<img src='image001.jpg'>", subtype="html")
    page.add_related(photo, "image", "jpeg")
    data = bytes(page)
    assert not re.match(b"(From|To|Date|Subject):", data, re.MULTILINE)
    assert [found for _, found in members(data)] == [photo]


def test_what_is_encrypted_by_s_mime_says_so():
    mail = letter([("smime.p7m", b"x")])[0]
    data = bytes(mail).replace(b"image/jpeg", b"application/pkcs7-mime")
    assert members(data) == [("smime.p7m", "it is signed or encrypted by S/MIME, and is not looked into")]


def test_a_zip_behind_a_mail_is_read_too():
    packed = make_zip([("a", b"x")])
    mail = bytes(letter([("a.jpg", b"x")])[0])
    assert members(mail + packed) == [("a.jpg", b"x"), (f"@{len(mail)}", packed)]


def test_a_mail_that_breaks_off_gives_what_is_there_and_says_so():
    data = bytes(letter([("a.jpg", b"x" * 300), ("b.jpg", b"y" * 300)])[0])
    _, found, damage = inside(data[:-200])
    assert [name for _, name, _ in found] == ["a.jpg", "b.jpg"]
    assert damage == "the mail is damaged or truncated; what is left of it was read"
    envelope = b"From a@one.example Mon Jan  5 10:00:00 2026\n"
    _, found, damage = inside(envelope + data[:-200] + b"\n\n" + envelope + data)
    assert [name for _, name, _ in found] == ["mail 1/a.jpg", "mail 1/b.jpg", "mail 2/a.jpg", "mail 2/b.jpg"]
    assert damage == "mails of the mailbox are damaged or truncated (1); what is left of them was read"


def test_a_mail_that_is_too_large_says_so(monkeypatch):
    data = bytes(letter([("a.jpg", b"x" * 3000)])[0])
    envelope = b"From a@one.example Mon Jan  5 10:00:00 2026\n"
    small = bytes(letter([("b.jpg", b"y")])[0])
    monkeypatch.setattr(mails, "LARGEST", 2000)
    reason = "a mail of more than 2000 bytes is not looked into"
    assert inside(data)[1:] == ([], reason)
    assert members(envelope + data + b"\n" + envelope + small) == [("mail 1", reason), ("mail 2/b.jpg", b"y")]


@pytest.mark.parametrize("depth", [5, 3000])
def test_mails_nested_too_deep_for_the_parser_are_damaged(depth):
    head = b"From: a@one.example\nSubject: x\nMessage-ID: <1@one.example>\n"
    data = head + b"Content-Type: message/rfc822\n\n" * depth + b"Content-Type: image/png\n\nx"
    found, damage = inside(data)[1:]
    assert bool(found) == (depth == 5)
    assert bool(damage) == (depth == 3000)


@given(data=st.data(), tree=TREES)
def test_a_damaged_mail_gives_what_it_can(data, tree):
    inside(data.draw(damaged(bytes(letter(tree)[0]))))


@given(data=st.data(), trees=st.lists(TREES, min_size=2, max_size=3))
def test_a_damaged_mailbox_gives_what_it_can(data, trees):
    box = b"".join(b"From a@one.example Mon Jan  5 10:00:00 2026\n" + bytes(letter(tree)[0]) + b"\n" for tree in trees)
    inside(data.draw(damaged(box)))


def test_a_character_set_that_nobody_knows_changes_no_byte():
    data = bytes(letter([("a.jpg", b"x")])[0])
    binary = data.replace(b"image/jpeg", b"image/jpeg; charset=klingon").replace(b"base64", b"8bit")
    assert members(binary.replace(b"eA==", b"\xff\xfe")) == [("a.jpg", b"\xff\xfe\n")]


@pytest.mark.once
def test_a_locked_worker_reads_it_too(scanned, tmp_path):
    data = bytes(letter([("a.jpg", b"x")])[0]).replace(b"image/jpeg", b"image/jpeg; charset=klingon")
    photo = encoded(picture(1))
    (tmp_path / "letter").write_bytes(data.replace(b"base64", b"binary").replace(b"eA==", photo))
    found, _ = scanned(tmp_path)
    assert [finding.verdict for finding in found.values()] == ["new", "not media"]


@pytest.mark.once
def test_a_picture_in_a_mail_is_found_by_a_scan(scanned, tmp_path):
    photo = encoded(picture(1))
    (tmp_path / "letter").write_bytes(bytes(letter([("straße.png", photo), [("b.png", photo)]])[0]))
    found, _ = scanned(tmp_path)
    verdicts = {name.removeprefix(f"{tmp_path}/"): finding.verdict for name, finding in found.items()}
    assert verdicts == {
        "letter": "not media",
        "letter!/straße.png": "new",
        "letter!/part 3/b.png": "new",
    }
