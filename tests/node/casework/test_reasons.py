"""Why a record is opened: suggested in one's own queue, asked for everywhere else, and recorded as which it was."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_person, sign_in
from tests.node.reports.factories import make_report

from vaern.node.casework.models import Casework
from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import Role
from vaern.node.reports.rules.states import OPEN, State
from vaern.proofs import tags

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.organisations.models import Person
    from vaern.node.reports.models import Report

pytestmark = pytest.mark.django_db

ASKED = b"reason-why"


def _page(report: Report, **query: str) -> str:
    found = reverse("reports:report", args=[report.pk])
    return f"{found}?{'&'.join(f'{name}={value}' for name, value in query.items())}" if query else found


def _given(report: Report) -> list[str | None]:
    entries = Entry.objects.filter(act="reports.report.consulted", subject=report.pk).order_by("id")
    return [tags.read(entry.tags).get("reason") for entry in entries]


@pytest.fixture
def analyst(client: Client) -> Person:
    found = make_person(Role.ANALYST)
    sign_in(client, found)
    return found


def test_what_waits_for_me_opens_with_the_suggested_reason(client: Client, analyst: Person) -> None:
    report = make_report(analyst.organisation)
    answer = client.get(_page(report))
    assert ASKED not in answer.content
    assert "You opened this for: Assessment of a report or a finding." in answer.content.decode()
    assert _given(report) == ["default"]
    (entry,) = Entry.objects.filter(act="reports.report.consulted", subject=report.pk)
    assert entry.why == "assessment"


@pytest.mark.once
@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("claim", ["nobody", "me", "another", "another, ended"])
def test_the_question_is_asked_of_what_is_not_in_my_queue(
    client: Client, analyst: Person, state: State, claim: str
) -> None:
    hours = timedelta(hours=-1 if "ended" in claim else 1)
    who = {"nobody": None, "me": analyst}.get(claim, make_person(Role.ANALYST, analyst.organisation))
    claimed: dict[str, Any] = {"claimed_by": who, "claimed_until": timezone.now() + hours} if who else {}
    if state is State.DUPLICATE:
        claimed["duplicate_of"] = make_report(analyst.organisation)
    if state is State.CLOSED:
        claimed["closed_at"] = timezone.now()
    report = make_report(analyst.organisation, state=state.value, **claimed)
    mine = state in OPEN and claim != "another"
    assert (ASKED in client.get(_page(report)).content) is not mine


def test_whoever_searched_for_it_says_why(client: Client, analyst: Person) -> None:
    report = make_report(analyst.organisation)
    assert ASKED in client.get(_page(report, found="1")).content
    assert _given(report) == []


def test_the_reason_can_be_changed_and_is_then_recorded_as_chosen(client: Client, analyst: Person) -> None:
    report = make_report(analyst.organisation)
    first = client.get(_page(report)).content.decode()
    address = first.split('<a href="/reason/')[1].split('"')[0].replace("&amp;", "&")
    asked = client.get(f"/reason/{address}")
    assert ASKED in asked.content
    given = {"kind": "report", "record": str(report.pk), "next": _page(report), "reason-why": "list_quality"}
    assert client.post(reverse("casework:reason"), given).status_code == 302
    client.get(_page(report))
    assert _given(report) == ["default", "chosen"]


def test_nothing_waits_for_anybody_unless_a_kind_says_so() -> None:
    assert not Casework.to_do.fget(None)  # type: ignore[attr-defined]
    assert Casework.worker.fget(None) is None  # type: ignore[attr-defined]
