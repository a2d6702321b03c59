"""The pages of requests of other countries, by the way that people go: in, decided, passed, executed, answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from tests.node.cases.assistance.incoming.worlds import do, give_reason, make_asked, taken
from tests.node.cases.assistance.worlds import DAY, HERE, REASON, drafted, handed, scope
from tests.node.factories import sign_in

from vaern.node.base.refusals import Refusal
from vaern.node.cases.assistance.incoming import documents, intake
from vaern.node.cases.assistance.incoming.state import asker_of, values_of
from vaern.node.cases.models import IncomingDocument, IncomingRequest
from vaern.node.cases.rules.incoming import Event, State
from vaern.node.ledger.models import Entry

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
WHY = {"why": "legal_assistance"}


def at(name: str, *args: Any) -> str:
    return reverse(f"cases:{name}", args=args)


def now(request: IncomingRequest) -> IncomingRequest:
    found: IncomingRequest = IncomingRequest.everywhere.get(pk=request.pk)
    return found


@pytest.mark.once
def test_a_letter_becomes_a_request_with_its_clocks(client: Client) -> None:
    asked = make_asked()
    sign_in(client, asked.lena)
    given = {
        "authority": "Court of a fictional town",
        "reference": "K 12/31",
        "requesting": HERE,
        "instrument": "eio",
        "data": "content",
        "received_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "urgent": "on",
        "deadline": timezone.localdate() + 20 * DAY,
        "language": "English",
        **WHY,
    }
    page = client.post(at("receive-incoming"), given)
    assert page.status_code == 302, page.content.decode()
    made = IncomingRequest.everywhere.get()
    assert page["Location"] == at("write-incoming", made.pk)
    assert asker_of(made) == ("Court of a fictional town", "K 12/31")
    first = made.pinned["form"]["fields"][0]["code"]
    assert client.post(page["Location"], {f"asked-{first}": "what is asked"}).status_code == 302
    assert values_of(now(made)) == {first: "what is asked"}
    text = client.get(at("incoming-request", made.pk)).content.decode()
    assert "The instrument requires what is not there" in text
    assert "art. 12(3)" in text
    assert "recalled" in text
    assert made.code in client.get(at("incoming")).content.decode()
    home = client.get("/").content.decode()
    assert made.code in home
    assert "It has arrived: acknowledge it." in home


def test_what_is_wrong_is_said_at_its_field(client: Client) -> None:
    asked = make_asked()
    sign_in(client, asked.lena)
    page = client.post(at("receive-incoming"), {"instrument": "us-2703f", **WHY})
    assert page.status_code == 422
    assert not IncomingRequest.everywhere.exists()


@pytest.mark.once
def test_the_way_through_the_pages(client: Client) -> None:
    asked = make_asked()
    request = taken(asked)
    sign_in(client, asked.lena)
    give_reason(client, request)
    client.post(at("incoming-event", request.pk, "acknowledge"), WHY)
    client.post(at("incoming-event", request.pk, "recognise"), WHY)
    assert now(request).state == State.RECOGNISED
    given = {
        "recipients": str(asked.desk.pk),
        "handling": "amber+strict",
        "text": "By Friday, please.",
        "until": timezone.localdate() + 90 * DAY,
        **WHY,
    }
    shown = client.post(at("pass-incoming", request.pk), given)
    assert asked.desk.name in shown.content.decode()
    assert now(request).state == State.RECOGNISED
    proof = shown.context["shown"]
    assert client.post(at("pass-incoming", request.pk), {**given, "shown": proof}).status_code == 302
    assert now(request).state == State.WITH_DESK

    sign_in(client, asked.dora)
    assert "The central authority passed it to you: execute it." in client.get("/").content.decode()
    give_reason(client, request)
    assert "By Friday, please." in client.get(at("incoming-request", request.pk)).content.decode()
    said = {"text": "Two pages, by post.", "partial": "on", **WHY}
    assert client.post(at("incoming-desk-event", request.pk, "execute"), said).status_code == 302
    assert (now(request).state, now(request).partial) == (State.EXECUTED, True)

    sign_in(client, asked.lars)
    assert "It was executed: answer it." in client.get("/").content.decode()
    give_reason(client, request)
    assert client.post(at("incoming-event", request.pk, "answer"), WHY).status_code == 302
    assert now(request).state == State.ANSWERED


def test_a_refusal_offers_the_grounds_of_the_instrument_alone(client: Client) -> None:
    asked = make_asked()
    request = taken(asked)
    sign_in(client, asked.lena)
    text = client.get(at("incoming-event", request.pk, "refuse")).content.decode()
    assert "art. 11(1)(d)" in text
    assert "art. 27(4)" not in text
    page = client.post(at("incoming-event", request.pk, "refuse"), {"ground": "eio-11d", "text": "", **WHY})
    assert page.status_code == 422
    client.post(at("incoming-event", request.pk, "refuse"), {"ground": "eio-11d", "text": "Judged here.", **WHY})
    assert (now(request).state, now(request).ground) == (State.REFUSED, "eio-11d")


@pytest.mark.once
@pytest.mark.parametrize(
    ("event", "given"),
    [
        ("postpone", {"ground": "eio-15a", "text": "A trial here."}),
        ("extend", {"duty": "decide", "text": "A judge."}),
        ("ask", {"text": "Which account?"}),
        ("withdraw", {}),
    ],
)
def test_every_event_of_the_authority_has_its_page(client: Client, event: str, given: dict[str, str]) -> None:
    asked = make_asked()
    request = taken(asked)
    sign_in(client, asked.lena)
    assert client.get(at("incoming-event", request.pk, event)).status_code == 200
    assert client.post(at("incoming-event", request.pk, event), {**given, **WHY}).status_code == 302
    assert Entry.objects.filter(subject=request.pk).count() == 2
    assert client.get(at("incoming-event", request.pk, "no-such-event")).status_code == 404


@pytest.mark.once
def test_what_is_late_is_found_by_a_filter_and_stands_on_the_front_page(client: Client) -> None:
    asked = make_asked()
    late, fine = taken(asked, received_at=timezone.now() - 40 * DAY), taken(asked)
    sign_in(client, asked.lena)
    text = client.get(at("incoming"), {"state": "late"}).content.decode()
    assert late.code in text
    assert fine.code not in text
    home = client.get("/").content.decode()
    assert "Past its time: answer" in home
    assert late.code in home


@pytest.mark.once
def test_urgent_ones_stand_first_and_then_what_is_due_first() -> None:
    from vaern.node.cases.assistance.incoming import queries

    asked = make_asked()
    made = [
        taken(asked, received_at=timezone.now() - days * DAY, urgent=urgent)
        for days, urgent in ((1, False), (9, False), (0, True), (3, True))
    ]
    with scope(asked.legal):
        rows = queries.requests(asked.legal, "", {}).rows
    assert rows == sorted(made, key=lambda one: (not one.urgent, one.due_at))


def test_a_document_comes_by_the_form_and_a_picture_does_not(client: Client) -> None:
    asked = make_asked()
    request = taken(asked)
    sign_in(client, asked.lena)
    letter = SimpleUploadedFile("letter.txt", b"A fictional letter.", content_type="text/plain")
    assert client.post(at("attach-incoming", request.pk), {"file": letter, **WHY}).status_code == 302
    give_reason(client, request)
    assert client.get(at("incoming-document", request.pk, 1)).content == b"A fictional letter."
    scan = SimpleUploadedFile("scan.pdf", b"%PDF-1.7\n1 0 obj\n%%EOF", content_type="application/pdf")
    assert client.post(at("attach-incoming", request.pk), {"file": scan, **WHY}).status_code >= 400
    assert IncomingDocument.everywhere.count() == 1


@pytest.mark.once
def test_what_came_from_the_node_is_corrected_by_nobody_but_its_sender(client: Client) -> None:
    asked = make_asked()
    found = handed(asked.world, drafted(asked.world))
    sign_in(client, asked.world.lex)
    page = client.get(at("send-request", found.pk)).content.decode()
    assert asked.authority.name in page
    given = {"deliver_to": str(asked.authority.pk), "transfer": "own-law", "legal_ground": "a treaty", **WHY}
    assert client.post(at("send-request", found.pk), given).status_code == 302
    request = IncomingRequest.everywhere.get()
    assert request.outgoing_id == found.pk
    sign_in(client, asked.lena)
    give_reason(client, request)
    assert at("correct-incoming", request.pk) not in client.get(at("incoming-request", request.pk)).content.decode()
    with scope(asked.legal), pytest.raises(Refusal):
        intake.write(asked.legal, REASON, request, {})


@pytest.mark.once
def test_correcting_counts_the_periods_anew(client: Client) -> None:
    asked = make_asked()
    request = taken(asked)
    sign_in(client, asked.lena)
    earlier = timezone.localtime() - 3 * DAY
    given = {
        "authority": "Another fictional court",
        "requesting": HERE,
        "instrument": "eio",
        "data": "subscriber",
        "received_at": earlier.strftime("%Y-%m-%dT%H:%M"),
        **WHY,
    }
    assert client.post(at("correct-incoming", request.pk), given).status_code == 302
    assert now(request).due_at < request.due_at
    do(asked.legal, request, Event.RECOGNISE)
    assert client.post(at("correct-incoming", request.pk), given).status_code == 409


@pytest.mark.once
@pytest.mark.parametrize("language", ["en", "da"])
def test_the_confirmation_says_its_form_and_that_nobody_compared_it(language: str) -> None:
    from django.utils import translation

    asked = make_asked()
    request = taken(asked)
    with translation.override(language):
        said = documents.what_it_says(request, language)
    text = str(said)
    assert "Annex B" in text
    assert request.code in text
    assert "XA-77/2031" in text
    assert len(said["law"]) == 2
    other = documents.what_it_says(taken(asked, instrument="coe-1959-mla"), "en")
    assert "Annex B" not in str(other)


def test_the_confirmation_is_a_pdf_and_taken_out_under_its_own_act(client: Client) -> None:
    asked = make_asked()
    request = taken(asked)
    sign_in(client, asked.lena)
    give_reason(client, request)
    page = client.get(at("incoming-receipt", request.pk))
    assert page["Content-Type"] == "application/pdf"
    assert page.content.startswith(b"%PDF-")
    assert Entry.objects.filter(act="cases.incoming.confirmed").count() == 1
