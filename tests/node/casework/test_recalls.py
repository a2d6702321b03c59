"""Recalls of every kind of record: each is acknowledged as its kind asks, and who is late with one is told of."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_organisation, make_person, sign_in

from vaern.node.casework import kinds
from vaern.node.casework.models import Release
from vaern.node.casework.releases import actions as releases
from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import ROLES, Role

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation

pytestmark = pytest.mark.django_db

ADDRESSES = {
    "scan": "scans:acknowledge",
    "report": "reports:acknowledge-recall",
    "series": "victims:acknowledge-series",
    "case": "cases:acknowledge-recall",
}
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


def test_every_kind_of_record_is_asked_about_here() -> None:
    assert set(kinds.kinds()) == set(ADDRESSES)


@pytest.mark.once
@pytest.mark.parametrize("kind", ADDRESSES)
def test_a_recall_is_acknowledged_at_the_address_of_its_kind_alone(kind: str) -> None:
    owner, police = make_organisation("hotline"), make_organisation("police")
    release, client = recalled(kind, owner, police), somebody(police)
    given: dict[str, Any] = {"why": "removal", "what": "erase"}
    for other in ADDRESSES.keys() - {kind}:
        for answer in (client.get, client.post):
            assert answer(reverse(ADDRESSES[other], args=[release.pk]), given).status_code == 404, other
    release.refresh_from_db()
    assert release.acknowledged_at is None
    assert not Entry.objects.filter(act=releases.ACKNOWLEDGED.code).exists()
    assert client.get(reverse(ADDRESSES[kind], args=[release.pk])).status_code == 200


@pytest.mark.once
@pytest.mark.parametrize("kind", ADDRESSES)
def test_a_recall_of_any_kind_that_waits_too_long_is_listed_as_overdue(kind: str) -> None:
    owner, other = make_organisation("police"), make_organisation("hotline")
    late = recalled(kind, owner, other, releases.ACKNOWLEDGED_WITHIN + DAY)
    recalled(kind, owner, make_organisation("hotline"), releases.ACKNOWLEDGED_WITHIN - DAY)
    client, page = somebody(owner), reverse("casework:overdue-recalls")
    assert page in client.get("/").content.decode()
    answer = client.get(page)
    assert [one for one, _, _ in answer.context["releases"]] == [late]
    assert other.name in answer.content.decode()
    assert somebody(other).get(page).context["releases"] == []
    Release.everywhere.filter(pk=late.pk).update(acknowledged_at=timezone.now())
    assert client.get(page).context["releases"] == []
    assert page not in client.get("/").content.decode()


def test_who_may_not_see_a_kind_hears_of_none_of_it() -> None:
    owner = make_organisation("police")
    for kind in ADDRESSES:
        recalled(kind, owner, make_organisation("hotline"), releases.ACKNOWLEDGED_WITHIN + DAY)
    client = Client()
    sign_in(client, make_person(Role.ADMINISTRATOR, owner))
    answer = client.get(reverse("casework:overdue-recalls"))
    assert answer.context["releases"] == []
