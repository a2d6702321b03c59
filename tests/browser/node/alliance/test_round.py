"""A member's reporting round in two browsers, from the mail that invites to the published reply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser.node.reports.test_across import Window
from tests.node.alliance.commitments.factories import make_country, make_secretariat
from tests.node.alliance.commitments.test_commitments import WHOLE, published
from tests.node.inbox import path_in

from vaern.node.alliance.models import CommitmentVersion, Declared, Round, RoundReply
from vaern.node.alliance.rules import contents as rules
from vaern.node.alliance.rules.differences import difference

if TYPE_CHECKING:
    from tests.node.inbox import Inbox

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.turns
@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_a_round_from_the_invitation_to_the_published_reply(  # noqa: PLR0915 - a round is that long
    visit: Any, inbox: Inbox, width: int, theme: str
) -> None:
    country, secretariat = make_country("XA"), make_secretariat()
    one = published(country, secretariat)
    options = {"viewport": {"width": width, "height": 900}}
    office, ministry = Window(visit, secretariat, **options), Window(visit, country.viewer, **options)
    for window in (office, ministry):
        window.visitor.prefer("en", theme)

    office.open("/alliance/rounds/")
    office.follow("Plan a reporting round")
    office.look("plan")
    office.page.locator("main [name=name]").fill("Autumn (synthetic)")
    office.press("Plan")
    office.follow("Autumn (synthetic)")
    office.follow("Open now")
    office.press("Open")
    office.look("round")
    assert Round.objects.get().state == "open"

    assert country.viewer.person
    path = path_in(inbox.to(country.viewer.person.email)[-1], "/alliance/")
    assert "Autumn (synthetic)" in ministry.open("/")
    assert "Nothing is written yet" in ministry.open(path)
    ministry.follow("Write the reply")
    ministry.look("write")
    page = ministry.page
    ministry.follow("Obligation and requirement")
    page.locator("main [name=c-owner]").fill("A new agency")
    ministry.press("Save and go on")
    ministry.look("target")
    ministry.press("Save and go on")
    page.locator("main [name=c-actions-0-text]").fill("Two more specialists")
    page.locator("main [name=c-actions-0-state]").select_option("done")
    ministry.press("Save, and back to the list")
    ministry.follow("Locations, page 1 of 2")
    page.locator("main [name$=removal_72h-value]").fill("81.5")
    ministry.press("Save and go on")
    ministry.look("a value without a source")
    expect(page.locator("main")).to_contain_text("Source: This is missing.")
    page.locator("main [name$=removal_72h-source]").fill("National hotline")
    ministry.press("Save, and back to the list")
    ministry.open(path)
    ministry.look("reply")
    expect(page.locator("main")).to_contain_text("Two more specialists, Done")
    ministry.follow("Hand in")
    ministry.press("Hand in")
    assert RoundReply.objects.get().state == "submitted"

    assert "It was handed in: publish it, or return it." in office.open("/")
    office.open(path)
    office.follow("Return")
    office.here.locator("[name=why]").fill("Say since when the agency answers.")
    office.press("Return")
    assert path_in(inbox.to(country.viewer.person.email)[-1], "/alliance/") == path
    assert "Say since when the agency answers." in ministry.open(path)
    ministry.follow("Write the reply")
    ministry.follow("Obligation and requirement")
    page.locator("main [name=c-owner]").fill("A new agency, since May")
    ministry.press("Save, and back to the list")
    ministry.follow("Hand in")
    ministry.press("Hand in")

    office.open(path)
    office.follow("Publish")
    office.press("Publish")
    office.look("published")
    assert "1 of 1 members have handed in" in office.open(f"/alliance/rounds/{Round.objects.get().pk}/")
    shown = ministry.open(f"/alliance/commitments/{one.pk}/versions/2/")
    assert "A new agency, since May" in shown
    assert "What changed since version 1" in shown
    contents = [rules.loaded(row.content) for row in CommitmentVersion.objects.order_by("number")]
    assert contents[0] == WHOLE
    assert [change.path for change in difference(*contents)] == ["owner", "actions.0"]
    assert Declared.objects.get().value == 81.5
    assert office.problems + ministry.problems == []
