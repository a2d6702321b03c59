"""A reply by spreadsheet: fetched, sent, compared, taken whole or not at all; one's own alone."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from tests.node.alliance.commitments.factories import REASON, make_country, make_round
from tests.node.alliance.commitments.sheet.files import edited, put, rezipped
from tests.node.alliance.progress.factories import publish
from tests.node.factories import sign_in

from vaern.node.alliance.commitments import reply_intake
from vaern.node.alliance.commitments.sheet import actions, queries, reader
from vaern.node.alliance.models import RoundReply, SheetProposal
from vaern.node.ledger.models import Entry

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def country() -> Any:
    found = make_country()
    publish(found.member, found.viewer.person)
    return found


@pytest.fixture
def reply(country: Any) -> RoundReply:
    return make_round("Autumn", country.member).replies.get()


def at(name: str, reply: RoundReply) -> str:
    return reverse(f"alliance:{name}", args=[reply.pk])


def fetched(client: Client, reply: RoundReply) -> bytes:
    answer = client.get(at("fetch-reply-sheet", reply))
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return bytes(answer.content)


def send(client: Client, reply: RoundReply, data: bytes) -> HttpResponse:
    return client.post(at("reply-sheet", reply), {"file": SimpleUploadedFile("reply.xlsx", data)})


def state(reply: RoundReply) -> tuple[Any, ...]:
    current = RoundReply.objects.get(pk=reply.pk)
    return current.revision, current.contents, current.state, reply_intake.declared_of(current)


@pytest.mark.once
def test_a_file_that_is_sent_back_as_it_was_changes_nothing(client: Client, country: Any, reply: RoundReply) -> None:
    sign_in(client, country.viewer.person)
    before = queries.reply_now(reply).lines
    answer = send(client, reply, fetched(client, reply))
    assert answer.headers["Location"] == at("compare-reply-sheet", reply)
    assert "says what the reply says already" in client.get(at("compare-reply-sheet", reply)).content.decode()
    assert client.post(at("compare-reply-sheet", reply)).headers["Location"] == at("reply", reply)
    current = RoundReply.objects.get(pk=reply.pk)
    assert reply_intake.lines_of(current) == before
    assert reply_intake.declared_of(current) == []
    acts = set(Entry.objects.values_list("act", flat=True))
    assert {"alliance.sheet.fetched", "alliance.sheet.sent", "alliance.reply.taken"} <= acts


@pytest.mark.once
def test_nothing_is_taken_before_it_is_confirmed(client: Client, country: Any, reply: RoundReply) -> None:
    sign_in(client, country.viewer.person)

    def change(book: Any) -> None:
        put("Commitments", "C2", "remove everything sooner")(book)
        put("Commitments", "A3", 2)(book)
        put("Commitments", "B3", "g3.1")(book)
        put("Commitments", "C3", "a campaign")(book)
        put("Values", "C2", 12)(book)
        put("Values", "E2", "hotline")(book)

    before = state(reply)
    assert send(client, reply, edited(change, fetched(client, reply))).status_code == 302
    page = client.get(at("compare-reply-sheet", reply)).content.decode()
    assert "What changed in commitment 0" not in page
    for words in ("remove everything sooner", "a campaign", "New", "hotline", "What changed in commitment 1"):
        assert words in page
    assert state(reply) == before
    client.post(at("compare-reply-sheet", reply))
    lines = reply_intake.lines_of(RoundReply.objects.get(pk=reply.pk))
    assert [line.content.obligation for line in lines] == ["remove everything sooner", "a campaign"]
    assert not SheetProposal.objects.exists()
    assert client.get(at("compare-reply-sheet", reply)).status_code == 302


def test_faults_are_shown_with_their_cells_and_nothing_is_kept(client: Client, country: Any, reply: RoundReply) -> None:
    sign_in(client, country.viewer.person)
    before = state(reply)
    data = edited(
        lambda book: [put("Commitments", "G2", "1.234,5")(book), put("Values", "C3", "=1+1")(book)],
        fetched(client, reply),
    )
    answer = send(client, reply, data)
    assert answer.status_code == 422
    page = answer.content.decode()
    for words in ("Commitments!G2", "1.234,5", "Values!C3", "This is a formula.", "2 things are wrong"):
        assert words in page
    assert not SheetProposal.objects.exists()
    assert state(reply) == before


@pytest.mark.parametrize("data", [b"", b"a;b", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), b"PK\x03\x04torn"])
def test_what_is_no_spreadsheet_is_told_so(client: Client, country: Any, reply: RoundReply, data: bytes) -> None:
    sign_in(client, country.viewer.person)
    answer = send(client, reply, data)
    assert answer.status_code == 422
    assert "The file" in answer.content.decode()


def test_a_picture_in_a_spreadsheet_is_refused_by_the_guard(client: Client, country: Any, reply: RoundReply) -> None:
    sign_in(client, country.viewer.person)
    data = fetched(client, reply)
    picture = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(60)
    for bad in (rezipped({"xl/media/image1.png": picture}, data), picture, bytes(range(256)) * 9):
        answer = send(client, reply, bad)
        assert answer.status_code in {415, 422}
        assert "Nothing of it was kept" in answer.content.decode()
    assert not SheetProposal.objects.exists()


def test_what_was_changed_meanwhile_is_refused(client: Client, country: Any, reply: RoundReply) -> None:
    sign_in(client, country.viewer.person)
    data = fetched(client, reply)
    send(client, reply, data)
    now = queries.reply_now(reply)
    reply_intake.take(country.viewer, reply, 0, now.lines, [], REASON)
    before = state(reply)
    assert "was changed after" in client.get(at("compare-reply-sheet", reply)).content.decode()
    client.post(at("compare-reply-sheet", reply))
    assert state(reply) == before
    assert "was changed after" in send(client, reply, data).content.decode()


def test_it_can_be_thrown_away_and_ends_by_itself(client: Client, country: Any, reply: RoundReply) -> None:
    sign_in(client, country.viewer.person)
    data = fetched(client, reply)
    send(client, reply, data)
    client.post(at("drop-reply-sheet", reply))
    assert not SheetProposal.objects.exists()
    send(client, reply, data)
    send(client, reply, data)  # the later one stands
    long_ago = timezone.now() - timedelta(2)
    SheetProposal.objects.update(made_at=long_ago, ends_at=long_ago + timedelta(1))
    assert client.get(at("compare-reply-sheet", reply)).status_code == 302
    assert actions.expire() == 1
    assert actions.expire() == 0


def test_another_country_reaches_none_of_it(client: Client, country: Any, reply: RoundReply) -> None:
    sign_in(client, make_country().viewer.person)
    for name in ("reply-sheet", "fetch-reply-sheet", "compare-reply-sheet"):
        assert client.get(at(name, reply)).status_code == 404
    assert client.post(at("drop-reply-sheet", reply)).status_code == 404


def test_a_file_is_for_its_reply_alone(client: Client, country: Any, reply: RoundReply) -> None:
    sign_in(client, country.viewer.person)
    data = fetched(client, reply)
    other = make_round("Spring", country.member).replies.get()
    assert "another round" in send(client, other, data).content.decode()
    assert zipfile.is_zipfile(io.BytesIO(data))
    assert isinstance(reader.read(data, queries.purpose_of(reply)), reader.Reply)
    assert openpyxl.load_workbook(io.BytesIO(data))["_vaern"]["B3"].value == str(reply.round_id)
