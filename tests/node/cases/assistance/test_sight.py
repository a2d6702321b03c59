"""A release to a central authority ends within a year, a request may not: both sides are told, and it is prolonged."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.cases.assistance.worlds import DAY, REASON, World, drafted, make_world, scope, sent
from tests.node.factories import sign_in

from vaern.node.base.refusals import Refusal
from vaern.node.cases.assistance import queries, sight
from vaern.node.cases.models import AssistanceRequest
from vaern.node.casework import sheets
from vaern.node.casework.models import Release
from vaern.node.ledger.models import Entry

if TYPE_CHECKING:
    from django.test import Client


pytestmark = pytest.mark.django_db
NO_LONGER, SOON = "The central authority no longer sees it: ", "Within 14 days the central authority no longer sees it"


def ending(world: World, by: timedelta) -> AssistanceRequest:
    """A request that is out, and that the authority sees for so long yet."""
    request = sent(world)
    now = timezone.now()
    Release.everywhere.filter(record=request.pk).update(released_at=now - 300 * DAY, expires_at=now + by)
    return request


@pytest.mark.once
@pytest.mark.parametrize(
    ("by", "at_desk", "at_authority"),
    [(15 * DAY, (0, 0), (0, 0)), (13 * DAY, (0, 1), (0, 1)), (-DAY, (1, 0), (0, 0))],
)
def test_both_sides_are_told_before_and_the_desk_after(
    by: timedelta, at_desk: tuple[int, int], at_authority: tuple[int, int]
) -> None:
    world = make_world()
    ending(world, by)
    drafted(world)  # no authority has it
    for viewer, expected in ((world.viewer, at_desk), (world.legal, at_authority)):
        with scope(viewer):
            found = queries.waiting(viewer)
        assert (found.unseen.count, found.unseen_soon.count) == expected


@pytest.mark.once
@pytest.mark.parametrize("by", [2 * DAY, -DAY])
def test_the_desk_lets_the_authority_see_it_longer(client: Client, by: timedelta) -> None:
    world = make_world()
    request = ending(world, by)
    sign_in(client, world.ada)
    assert (SOON if by > timedelta(0) else NO_LONGER) in client.get("/").content.decode()
    until = timezone.localdate() + 200 * DAY
    page = client.post(reverse("cases:prolong-sight", args=[request.pk]), {"until": until, "why": "legal_assistance"})
    assert page.status_code == 302
    with scope(world.legal):
        assert sheets.find(AssistanceRequest, request.pk) is not None
        assert queries.waiting(world.legal).unseen_soon.count == 0
    assert Release.everywhere.filter(record=request.pk).count() == 1
    assert Entry.objects.filter(act="organisations.release.prolonged", recipient=world.authority.pk).count() == 1
    text = client.get("/").content.decode()
    assert SOON not in text
    assert NO_LONGER not in text


@pytest.mark.once
def test_only_the_desk_prolongs_and_only_forwards_within_a_year() -> None:
    world = make_world()
    request = ending(world, 10 * DAY)
    now = timezone.now()
    with scope(world.legal), pytest.raises(Refusal):
        sight.prolong(world.legal, REASON, request, now + 30 * DAY)
    with scope(world.viewer):
        for days in (9, 367):
            with pytest.raises(Refusal):
                sight.prolong(world.viewer, REASON, request, now + days * DAY)
        with pytest.raises(Refusal):
            sight.prolong(world.viewer, REASON, drafted(world), now + 30 * DAY)
