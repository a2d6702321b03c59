"""Re-checks by the API: what a licensed checker says, and what it never learns."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from tests.node.factories import make_key, make_person
from tests.node.reports.takedown.worlds import World, make_world

from vaern.node.organisations.rules import OrganisationKind, Permission, Role
from vaern.node.reports.models import Check

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world(OrganisationKind.HOTLINE)


def send(client: Client, world: World, header: str, **body):
    return client.post(
        f"/api/reports/locations/{world.location.pk}/checks",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {header}", "Vaern-Reason": "removal"},
    )


def key(world: World, *scopes: Permission) -> str:
    return make_key(make_person(Role.ANALYST, world.organisation), *scopes)[1].removeprefix("Bearer ")


def test_three_misses_of_a_checker_mean_offline(client: Client, world: World) -> None:
    header = key(world, Permission.REPORT_TAKEDOWN)
    states = []
    for ago in (12, 8, 4, 4):
        at = (timezone.now().replace(microsecond=0) - timedelta(minutes=ago)).isoformat()
        answer = send(client, world, header, there=False, at=at, tool="checker 1.0")
        states.append(answer.json()["state"])
        assert "host" not in answer.content.decode().replace("locations", "")
    assert states[:3] == ["untraced", "untraced", "offline"]
    assert Check.everywhere.filter(tool="checker 1.0", by=None).count() >= 3
    assert world.now().report.touched_at is None, "a key is nobody's touch"


def test_who_may_not_and_what_is_wrong(client: Client, world: World) -> None:
    header = key(world, Permission.REPORT_TAKEDOWN)
    now = timezone.now()
    assert send(client, world, key(world, Permission.SCAN_VIEW), there=False, at=now.isoformat()).status_code == 403
    foreign = key(make_world(OrganisationKind.HOTLINE), Permission.REPORT_TAKEDOWN)
    assert send(client, world, foreign, there=False, at=now.isoformat()).status_code == 404
    assert send(client, world, header, there=False, at=(now + timedelta(hours=1)).isoformat()).status_code == 409
    assert send(client, world, header, there=False, at="2026-11-24T12:00:00").status_code == 422
    assert send(client, world, header, there=False, at=now.isoformat(), url="x").status_code == 422
    assert not Check.everywhere.exists()
