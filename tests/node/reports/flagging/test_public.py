"""What everybody reads of trusted flaggers: what was published, the same for all, and nothing else."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for
from tests.node.reports.flagging.test_yearly import administrator, closed, notified, this_year
from tests.node.reports.flagging.worlds import KEEPS, decide
from tests.node.reports.takedown.worlds import World, make_world, scope

from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.flagging import actions
from vaern.node.reports.flagging.items import due
from vaern.node.reports.models import FlaggerReport, Host
from vaern.node.reports.rules.flaggers import Decision

if TYPE_CHECKING:
    from django.http import HttpResponse

    from vaern.node.organisations.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = make_world()
    Host.everywhere.filter(organisation=made.organisation).update(country="DK")
    decide(made.organisation, Decision.AWARDED, date(this_year() - 1, 6, 1))
    return made


def publish(world: World, kept: FlaggerReport, what: str = "published") -> None:
    with scope(world):
        actions.deliver(administrator(world), KEEPS, kept, what, timezone.localdate(), "somewhere.example")


def file(organisation: Organisation, year: int, form: str) -> HttpResponse:
    return Client().get(
        reverse("reports:published-flagger-file", kwargs={"id": organisation.pk, "year": year, "form": form})
    )


def listed() -> str:
    return Client().get(reverse("reports:published-flaggers")).content.decode()


def test_what_is_not_published_looks_like_what_there_is_not(world: World) -> None:
    notified(world, world.hosts["host"])
    first = closed(world)
    publish(world, first, "sent")
    unknown = Client().get(reverse("reports:published-flagger-file", args=[uuid4(), this_year(), "json"]))
    assert unknown.status_code == 404
    other = make_organisation(OrganisationKind.HOTLINE)
    for organisation, year, form in (
        (world.organisation, this_year(), "json"),
        (world.organisation, this_year() - 1, "json"),
        (world.organisation, 40_000, "json"),
        (world.organisation, this_year(), "exe"),
        (other, this_year(), "pdf"),
    ):
        found = file(organisation, year, form)
        assert found.status_code == 404
        assert _without_address(found) == _without_address(unknown)
    assert world.organisation.name not in listed()
    publish(world, first)
    notified(world, world.hosts["host"])
    closed(world)
    answer = file(world.organisation, this_year(), "json")
    assert hashlib.sha256(answer.content).hexdigest() == first.digest
    assert f"{first.digest[:12]}" in listed()


def _without_address(response: HttpResponse) -> tuple[int, set[str], bytes]:
    """What an answer tells beside the address that was asked for and the number of the request."""
    request = response.headers.get("X-Request-Id", "-").encode()
    return response.status_code, set(response.headers), response.content.replace(request, b"")


def test_a_published_report_names_no_person_and_no_record(world: World) -> None:
    notice = notified(world, world.hosts["host"])
    kept = closed(world)
    publish(world, kept)
    secrets = [
        str(notice.pk),
        str(notice.location.report_id),
        notice.location.report.code,
        str(kept.pk),
        str(world.person.pk),
        world.person.name,
        world.person.email,
        kept.closed_by.name,
        str(kept.closed_by_id),
        "a.example",
        "192.0.2.1",
        world.hosts["host"].abuse,
        "somewhere.example",
    ]
    answers = [file(world.organisation, this_year(), form).content for form in ("json", "csv", "pdf")]
    for text in (listed(), *(data.decode("latin-1") for data in answers)):
        for secret in secrets:
            assert secret not in text
    assert msgspec.json.decode(answers[0])["total"] == 1
    assert b"Host One (synthetic)" in answers[1]


def test_it_is_the_same_for_everybody_and_sets_no_cookie(world: World, client: Client) -> None:
    publish(world, closed(world))
    sign_in(client, world.person)
    address = reverse("reports:published-flagger-file", args=[world.organisation.pk, this_year(), "csv"])
    mine, theirs = client.get(address), Client().get(address)
    assert mine.content == theirs.content
    for answer in (theirs, Client().get(reverse("reports:published-flaggers"))):
        assert not answer.cookies
    assert theirs.headers["Access-Control-Allow-Origin"] == "*"


def test_last_years_report_is_due_until_it_was_sent_and_published(world: World) -> None:
    viewer = administrator(world)
    with scope(world):
        assert len(due(viewer)) == 1
        assert due(viewer_for(make_person(Role.INVESTIGATOR, world.organisation))) == []
        actions.explain(viewer, KEEPS, "Nobody here works for a provider.", "")
        kept = actions.close(viewer, KEEPS, this_year() - 1)
    publish(world, kept, "sent")
    with scope(world):
        assert len(due(viewer)) == 1
    publish(world, kept)
    with scope(world):
        assert due(viewer) == []
    other = make_world()
    with scope(other):
        assert due(administrator(other)) == []
