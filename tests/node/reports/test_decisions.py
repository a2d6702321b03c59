"""Every page of reports that asks before it acts says what it acts on, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from tests.node.factories import sign_in
from tests.node.reports.takedown.worlds import make_world, scope

from vaern.node.reports.models import Location
from vaern.node.reports.rules.locations import LocationState

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
OF_A_LOCATION = (
    "tell-police",
    "notify",
    "remind",
    "escalate",
    "hold",
    "end-hold",
    "check",
    "follow",
    "stop",
    "make-block",
    "ask-domain",
)
OF_A_REPORT = ("duplicate", "separate", "finish", "keep", "answer", "words-read")
DEFANGED = "hxxps://photos[.]tagged-host[.]example/albums/synthetic?page=2"


@pytest.mark.once
def test_every_page_names_the_report_and_the_location_that_it_acts_on(client: Client) -> None:
    world = make_world()
    with scope(world):
        world.trace()
    sign_in(client, world.person)
    way = f'<a href="{reverse("reports:report", args=[world.report.pk])}">{world.report.code}</a>'
    for name in (*OF_A_LOCATION, *OF_A_REPORT):
        of_location = name in OF_A_LOCATION
        args = [world.report.pk, *([world.location.pk] if of_location else [])]
        if name == "finish":  # is asked only where nothing is still up
            Location.everywhere.filter(report=world.report).update(state=LocationState.OFFLINE.value)
        answer = client.get(reverse(f"reports:{name}", args=args))
        page = answer.content.decode()
        assert answer.status_code == 200, name
        assert page.count(way) == 2, name  # as the subject, and above it as a step of the way
        if of_location:
            assert DEFANGED in page, name
            assert world.hosts["host"].name in page, name
