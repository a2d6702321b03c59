"""A member's reporting round in two browsers, from the mail that invites to the published reply."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from playwright.sync_api import expect
from tests.browser.node.reports.test_across import Window
from tests.node.alliance.commitments.factories import make_country, make_secretariat
from tests.node.alliance.commitments.test_commitments import WHOLE, published

from vaern.node.alliance.commitments import rules
from vaern.node.alliance.models import CommitmentVersion, Declared, Round, RoundReply
from vaern.node.web.mail import send_waiting

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def read_mail(settings: SettingsWrapper, to: str) -> str:
    """Send what waits, and return the path that the last mail to somebody leads to."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    send_waiting()
    body = [message.body for message in mail.outbox if message.to == [to]][-1]
    found = re.search(r"https?://[^/]+(/alliance/\S+)", body)
    assert found
    return found[1]


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_a_round_from_the_invitation_to_the_published_reply(  # noqa: PLR0915 - a round is that long
    visit: Any, settings: SettingsWrapper, width: int, theme: str
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
    path = read_mail(settings, country.viewer.person.email)
    assert "Autumn (synthetic)" in ministry.open("/")
    assert "Nothing is written yet" in ministry.open(path)
    ministry.follow("Write the reply")
    ministry.look("write")
    page = ministry.page
    page.locator("main [name=c0-owner]").fill("A new agency")
    page.locator("main [name=c0-actions-0-text]").fill("Two more specialists")
    page.locator("main [name=c0-actions-0-state]").select_option("done")
    page.locator("main [name$=removal_72h-value]").fill("81.5")
    ministry.press("Save the reply")
    ministry.look("a value without a source")
    expect(page.locator("main")).to_contain_text("Source: This is missing.")
    page.locator("main [name$=removal_72h-source]").fill("National hotline")
    ministry.press("Save the reply")
    ministry.look("reply")
    expect(page.locator("main")).to_contain_text("Two more specialists, Done")
    ministry.follow("Hand in")
    ministry.press("Hand in")
    assert RoundReply.objects.get().state == "submitted"

    assert "Replies to publish or return" in office.open("/")
    office.open(path)
    office.follow("Return")
    office.page.locator("main [name=why]").fill("Say since when the agency answers.")
    office.press("Return")
    assert read_mail(settings, country.viewer.person.email) == path
    assert "Say since when the agency answers." in ministry.open(path)
    ministry.follow("Write the reply")
    page.locator("main [name=c0-owner]").fill("A new agency, since May")
    ministry.press("Save the reply")
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
    assert [change.path for change in rules.difference(*contents)] == ["owner", "actions.0"]
    assert Declared.objects.get().value == 81.5
    assert office.problems + ministry.problems == []
