"""Recalls of every kind of record: each is acknowledged as its kind asks, and who is late with one is told of."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_organisation, make_person, sign_in
from tests.node.reports.forwarding.worlds import WHY, arrive, desk, send

from vaern.node.base.scope import viewing
from vaern.node.casework import kinds
from vaern.node.casework.models import Release
from vaern.node.casework.recalls import queries as recalls
from vaern.node.casework.releases import acts
from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import ROLES, Role
from vaern.node.reports.forwarding import actions
from vaern.node.web.components import Link

if TYPE_CHECKING:
    from django.http import HttpResponse

    from vaern.node.organisations.models import Organisation

pytestmark = pytest.mark.django_db

KINDS = ("scan", "report", "series", "case", "assistance_request", "incoming_request", "list", "list_subset")
ADDRESSES = {kind: f"casework:acknowledge-{kind}" for kind in KINDS}
RECIPIENTS = {"assistance_request": "authority"}
DAY = timedelta(days=1)


def recalled(kind: str, owner: Organisation, recipient: Organisation, ago: timedelta = DAY) -> Release:
    """A record that was released and recalled; it is gone, as one is that was recalled because it was erased."""
    now = timezone.now()
    return Release.everywhere.create(
        kind=kind,
        record=uuid4(),
        owner=owner,
        recipient=recipient,
        why="investigation",
        handling="red",
        released_by=make_person(min(role for role in ROLES if owner.kind in ROLES[role].kinds), owner),
        released_at=now - ago - DAY,
        expires_at=now + DAY,
        recalled_at=now - ago,
    )


def somebody(organisation: Organisation) -> Client:
    """Signed in, with every role that exists in the organisation."""
    roles = [role for role in Role if organisation.kind in ROLES[role].kinds]
    person = make_person(roles[0], organisation, roles=[role.value for role in roles])
    client = Client()
    sign_in(client, person)
    return client


def rows(answer: Any) -> list[object]:
    """Whom the rows of a page's table name."""
    return [row.cells[0] for row in answer.context["table"].rows]


def test_every_kind_of_record_is_asked_about_here() -> None:
    assert set(kinds.kinds()) == set(ADDRESSES)


@pytest.mark.once
@pytest.mark.parametrize("kind", ADDRESSES)
def test_a_recall_is_acknowledged_at_the_address_of_its_kind_alone(kind: str) -> None:
    owner, recipient = make_organisation("hotline"), make_organisation(RECIPIENTS.get(kind, "police"))
    release, client = recalled(kind, owner, recipient), somebody(recipient)
    given: dict[str, Any] = {"why": "removal", "what": "erase"}
    for other in ADDRESSES.keys() - {kind}:
        for answer in (client.get, client.post):
            assert answer(reverse(ADDRESSES[other], args=[release.pk]), given).status_code in {403, 404}, other
    release.refresh_from_db()
    assert release.acknowledged_at is None
    assert not Entry.objects.filter(act=acts.ACKNOWLEDGED.code).exists()
    page = client.get(reverse(ADDRESSES[kind], args=[release.pk]))
    assert (page.status_code, page.context["subject"]) == (200, kinds.kinds()[kind].label)


@pytest.mark.once
@pytest.mark.parametrize("kind", ADDRESSES)
def test_a_recall_of_any_kind_that_waits_too_long_is_listed_as_overdue(kind: str) -> None:
    owner, other = make_organisation("police"), make_organisation("hotline")
    late = recalled(kind, owner, other, recalls.ACKNOWLEDGED_WITHIN + DAY)
    recalled(kind, owner, make_organisation("hotline"), recalls.ACKNOWLEDGED_WITHIN - DAY)
    client, page = somebody(owner), reverse("casework:overdue-recalls")
    assert page in main(client.get("/"))
    answer = client.get(page)
    assert rows(answer) == [other.name]
    assert rows(somebody(other).get(page)) == []
    Release.everywhere.filter(pk=late.pk).update(acknowledged_at=timezone.now())
    assert rows(client.get(page)) == []
    assert page not in client.get("/").content.decode()


def test_who_may_not_see_a_kind_hears_of_none_of_it() -> None:
    owner = make_organisation("police")
    for kind in ADDRESSES:
        recalled(kind, owner, make_organisation("hotline"), recalls.ACKNOWLEDGED_WITHIN + DAY)
    client = Client()
    sign_in(client, make_person(Role.ADMINISTRATOR, owner))
    assert rows(client.get(reverse("casework:overdue-recalls"))) == []


def main(answer: HttpResponse) -> str:
    """Return what stands on a page beside its frame."""
    return answer.content.decode().split("<main")[1].split("</main")[0]


@pytest.mark.once
@pytest.mark.parametrize("kind", ADDRESSES)
def test_a_recall_of_any_kind_waits_on_one_page_until_it_is_acknowledged(kind: str) -> None:
    owner, recipient = make_organisation("hotline"), make_organisation(RECIPIENTS.get(kind, "police"))
    recalled(kind, owner, recipient)
    client, page = somebody(recipient), reverse("casework:recalls")
    assert page in main(client.get("/"))
    answer = client.get(page)
    assert rows(answer) == [owner.name]
    ((_at, acknowledge),) = [
        (cell.label, cell.url) for row in answer.context["table"].rows for cell in row.cells if isinstance(cell, Link)
    ]
    assert client.post(acknowledge, {"why": "removal"}).status_code == 302
    assert rows(client.get(page)) == []
    assert page not in main(client.get("/"))
    assert Entry.objects.filter(act=acts.ACKNOWLEDGED.code).count() == 1
    assert Entry.objects.filter(act=acts.READ.code).count() == 2


def test_somebody_who_only_reads_sees_that_a_recall_waits_and_no_button() -> None:
    owner, recipient = make_organisation("police"), make_organisation("police")
    release = recalled("series", owner, recipient)
    client = Client()
    sign_in(client, make_person(Role.INVESTIGATOR, recipient))
    answer = client.get(reverse("casework:recalls"))
    assert rows(answer) == [owner.name]
    assert not any(isinstance(cell, Link) for cell in answer.context["table"].rows[0].cells)
    assert client.get(reverse(ADDRESSES["series"], args=[release.pk])).status_code == 403


def test_the_copies_of_many_recalls_are_found_in_one_statement_a_kind() -> None:
    a, b = desk(), desk()
    kept = set()
    for number in range(4):
        (one,) = send(a, arrive(a, url=f"https://host.example/{number}", danger_now=number != 1), b)
        with viewing(a.organisation.id):
            assert actions.recall(a, WHY, one) == (number == 1), "what is urgent stays, until its recipient decides"
        kept |= {(one.release_id, one.arrived_id)} if number != 1 else set()
    with viewing(b.organisation.id), CaptureQueriesContext(connection) as asked:
        waiting = recalls.to_acknowledge(b, KINDS)
        assert {(release, copy.pk) for release, copy in recalls.own_copies(waiting).items()} == kept
    assert len(asked) == 2
