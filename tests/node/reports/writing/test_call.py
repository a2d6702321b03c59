"""What came by telephone, by letter, by mail or at the door: it arrives as a report like every other."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.node.factories import make_person, sign_in
from tests.node.reports.public.worlds import make_desk

from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import Role
from vaern.node.reports.arrival.acts import RECEIVED
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.models import Report
from vaern.node.reports.writing.forms import CallForm
from vaern.node.reports.writing.labels import ANSWERS, CHANNELS, KINDS

pytestmark = pytest.mark.django_db
PAGE = "reports:write-down"
FILLED = {
    "document": "telephone",
    "language": "da",
    "danger": "no",
    "kind": "material",
    "addresses": "https://pictures.example/1\nhttps://pictures.example/2",
    "told": "She saw it yesterday.",
    "answer": "none",
}


@pytest.fixture
def analyst() -> tuple[Client, Any]:
    """An analyst at a desk, signed in."""
    desk = make_desk()
    client = Client(headers={"host": "localhost"})
    person = make_person(Role.ANALYST, desk.organisation)
    sign_in(client, person)
    return client, desk.organisation


def _sent(client: Client, **more: str) -> Any:
    token = re.search(r'name="token" value="([^"]+)"', client.get(reverse(PAGE)).content.decode())
    assert token
    return client.post(reverse(PAGE), {**FILLED, "token": token[1], **more})


def _only(organisation: Any) -> Report:
    with viewing(organisation.id):
        return Report.own.get()


@pytest.mark.parametrize("way", CHANNELS)
def test_it_arrives_by_its_way_with_one_entry_and_one_lands_on_it(analyst: Any, way: str) -> None:
    client, organisation = analyst
    before = Entry.objects.filter(act=RECEIVED.code).count()
    answer = _sent(client, document=way)
    report = _only(organisation)
    assert answer.headers["Location"] == reverse("reports:report", args=[report.pk])
    assert Entry.objects.filter(act=RECEIVED.code).count() == before + 1
    assert (report.document, report.sender) == (way, None)
    arrival = arrival_of(report)
    assert [place.url for place in arrival.locations] == FILLED["addresses"].split("\n")
    assert (arrival.narrative, arrival.language, arrival.contact) == (FILLED["told"], "da", "")


def test_a_code_is_read_to_the_caller_and_opens_the_dialogue(analyst: Any) -> None:
    client, organisation = analyst
    page = _sent(client, answer="code")
    assert page.status_code == 200
    shown = re.search(r"(?:[0-9A-Z]{4}[- ]){4}[0-9A-Z]{4}", page.content.decode())
    assert shown
    assert reverse("reports:report", args=[_only(organisation).pk]) in page.content.decode()
    opened = Client(headers={"host": "localhost"}).post("/report/receipt/", {"code": shown[0]})
    assert opened.status_code == 200
    assert "Your code" not in opened.content.decode() or "opened" in opened.content.decode()


def test_sent_twice_it_is_one_report(analyst: Any) -> None:
    client, organisation = analyst
    token = re.search(r'name="token" value="([^"]+)"', client.get(reverse(PAGE)).content.decode())
    assert token
    first = client.post(reverse(PAGE), {**FILLED, "token": token[1]})
    again = client.post(reverse(PAGE), {**FILLED, "token": token[1]})
    assert first.headers["Location"] == again.headers["Location"]
    assert _only(organisation)


def test_danger_is_urgent(analyst: Any) -> None:
    client, organisation = analyst
    _sent(client, danger="yes", danger_text="He is on his way.")
    report = _only(organisation)
    assert report.urgent
    assert arrival_of(report).danger_text == "He is on his way."


def test_what_the_answers_do_not_ask_for_is_not_kept(analyst: Any) -> None:
    client, organisation = analyst
    _sent(client, answer="none", name="A name", contact="0800 1", danger_text="x", ongoing="yes", about="self")
    arrival = arrival_of(_only(organisation))
    assert (arrival.contact, arrival.danger_text, arrival.ongoing, arrival.about) == ("", "", None, "")


@pytest.mark.parametrize(
    ("without", "at"),
    [
        ({"document": ""}, "document"),
        ({"danger": ""}, "danger"),
        ({"kind": ""}, "kind"),
        ({"answer": ""}, "answer"),
        ({"answer": "contact"}, "contact"),
        ({"addresses": "", "told": ""}, "addresses"),
    ],
)
def test_what_is_missing_is_asked_for_at_its_field(analyst: Any, without: dict[str, str], at: str) -> None:
    client, _organisation = analyst
    answer = _sent(client, **without)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [at]
    assert "She saw it" in answer.content.decode() or without.get("told") == ""


def test_every_field_stands_in_one_section_and_every_answer_can_be_given() -> None:
    named = [name for section in CallForm.SECTIONS for name in section.fields]
    assert len(named) == len(set(named))
    assert set(named) | {"why", "words", "token"} == set(CallForm.base_fields)
    for name, when in CallForm.WHEN.items():
        choices = {code for code, _label in CallForm.base_fields[when.field].choices}  # type: ignore[attr-defined]
        assert set(when.values.split()) <= choices, name
    assert {"code", "contact", "none"} == set(ANSWERS)
    assert "unclear" in KINDS
