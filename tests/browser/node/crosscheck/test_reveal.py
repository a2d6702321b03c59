"""Two desks that meet get to know each other in a browser; the cross-check desk looks on; each page by axe-core."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser.node.looks import picture, say_why
from tests.browser.node.reports.test_across import Window
from tests.node.crosscheck.factories import make_meeting, make_record
from tests.node.factories import make_member, make_organisation, make_person, viewer_for

from vaern.node.crosscheck.desk.actions import ask_country
from vaern.node.crosscheck.registry.actions import of_record
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import OrganisationKind, Role

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def because(window: Window) -> None:
    say_why(window.page, "investigation")


def pictured(window: Window, name: str) -> None:
    picture(window.page, f"crosscheck-{name}")


@pytest.mark.turns
@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_two_desks_get_to_know_each_other(visit: Any, width: int, theme: str) -> None:  # noqa: PLR0915 - a story
    asks = make_person(Role.INVESTIGATOR, make_organisation(OrganisationKind.POLICE, member=make_member()))
    record = make_record(asks.organisation)
    meeting = make_meeting(record)
    assert meeting is not None
    other = Organisation.objects.get(pk=meeting.other.organisation_id)
    answers, checker = make_person(Role.INVESTIGATOR, other), make_person(Role.CROSS_CHECKER)
    ask_country(viewer_for(asks), Reason(Why.INVESTIGATION), of_record(record).get(), host="XQ", address="XL")
    options = {"viewport": {"width": width, "height": 900}}
    ours, theirs, desk = (Window(visit, viewer_for(who), **options) for who in (asks, answers, checker))
    for window in (ours, theirs, desk):
        window.visitor.prefer("en", theme)

    assert "Another organisation works on the same" in ours.open("/")
    ours.open("/crosscheck/")
    pictured(ours, f"meetings-{theme}")
    shown = ours.open(f"/crosscheck/meetings/{meeting.pk}/")
    assert other.name not in shown
    ours.follow("Ask who it is")
    ours.look("ask")
    assert asks.organisation.name in ours.here.inner_text()
    because(ours)
    ours.press("Ask")
    pictured(ours, f"asked-{theme}")

    assert "Another organisation asks who works on the same" in theirs.open("/")
    shown = theirs.open(f"/crosscheck/meetings/{meeting.pk}/")
    assert asks.organisation.name not in shown
    theirs.follow("Agree")
    theirs.look("agree")
    pictured(theirs, f"agree-{theme}")
    because(theirs)
    theirs.press("Agree")
    assert asks.organisation.name in theirs.here.inner_text()
    assert other.name in ours.open(f"/crosscheck/meetings/{meeting.pk}/")
    pictured(ours, f"agreed-{theme}")
    ours.open(f"/crosscheck/scan/{record.pk}/look-up/")
    because(ours)
    ours.press("Ask")
    assert "One other organisation" in ours.here.inner_text()
    ours.look("looked up")

    desk.open("/crosscheck/desk/")
    pictured(desk, f"groups-{theme}")
    shown = desk.open(f"/crosscheck/desk/groups/{meeting.pk}/")
    pictured(desk, f"group-{theme}")
    assert other.name not in shown
    desk.open("/crosscheck/desk/countries/")
    desk.page.locator("main table tbody a").first.click()
    desk.page.wait_for_url("**/countries/*-*/")
    desk.look("answer")
    desk.here.locator("[name=answer][value=pass]").check()
    because(desk)
    desk.press("Answer")
    assert "XL" in ours.open(f"/crosscheck/scan/{record.pk}/country/")
    pictured(ours, f"country-{theme}")
    assert ours.problems + theirs.problems + desk.problems == []
