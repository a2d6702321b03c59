"""A journalist from registration to the door, also where the phone there has lost the net; and without a script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser.node.looks import axe, picture
from tests.node.inbox import path_in
from tests.node.press.factories import make_event, make_officer
from tests.node.press.journalist import accredited

from vaern.node.press.journalists import badges
from vaern.node.press.models import CheckIn, Registration
from vaern.node.web.codes import grouped
from vaern.node.web.places import PLACES

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from tests.node.inbox import Inbox

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ADDRESS = "ditte@paper.example"
SAYS = {
    "Your name": "Ditte Sandgaard",
    "Medium": "Nordhavia Morgen",
    "Number of the press card": "NH-118",
    "Who issued the card": "The union",
    "Mail address": ADDRESS,
}


@pytest.fixture(autouse=True)
def nobody_before() -> None:
    PLACES.forget()


def follow(page: Page, name: str) -> None:
    """Follow a link; what came of an act may offer the same above it, in a drawer."""
    with page.expect_navigation():
        page.get_by_role("link", name=name, exact=True).last.click()


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_from_the_registration_to_the_badge(visit: Any, inbox: Inbox, script: bool) -> None:
    officer = make_officer()
    event = make_event(officer)
    journalist = visit(None, java_script_enabled=script)
    page = journalist.page()
    page.goto(f"{journalist.address}/press/")
    with page.expect_navigation():
        page.get_by_role("link", name=event.title).click()
    for label, value in SAYS.items():
        page.get_by_label(re.compile(f"^{label}")).fill(value)
    page.wait_for_timeout(3_200)  # nobody fills it in faster
    press(page, "Register for the event")
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    page.goto(journalist.address + path_in(inbox.to(ADDRESS)[0], "/press/mine/"))
    press(page, "It is me: confirm")
    expect(page.get_by_text("Waits for a decision")).to_be_visible()

    desk = visit(officer.person, java_script_enabled=script)
    work = desk.page()
    work.goto(f"{desk.address}/press/events/{event.pk}/")
    with work.expect_navigation():
        work.get_by_role("link", name="Ditte Sandgaard").click()
    for what in ("The medium exists", "The press card is genuine"):
        follow(work, "Verify medium or card")
        work.get_by_label(re.compile(f"^{what}")).check()
        work.get_by_label(re.compile("^Asked whoever issued")).check()
        work.get_by_label("It is right", exact=True).check()
        press(work, "Note it")
    follow(work, "Accredit")
    press(work, "Accredit")
    expect(work.get_by_text("Accredited", exact=True).first).to_be_visible()
    if script:
        look(work, "officer")
        look(page, "waiting")

    page.reload()
    one = Registration.everywhere.get()
    expect(page.get_by_text(grouped(badges.code_of(one.pk)))).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Fetch the badge (PDF)").click()
    assert download.value.suggested_filename.endswith(".pdf")
    assert journalist.complaints == desk.complaints == []


def look(page: Page, name: str) -> None:
    """Hold a page to the rules of all pages, and keep its picture."""
    assert axe(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), f"{name} is wider than the window"
    picture(page, f"press-{name}")


def enter(page: Page, code: str) -> None:
    page.get_by_label("Code of the badge").fill(code)
    page.get_by_role("button", name="Check in", exact=True).click()


def test_the_door_works_without_the_net_and_two_phones_agree_afterwards(visit: Any) -> None:
    officer = make_officer()
    event = make_event(officer)
    one, two = (accredited(officer, event, n, name=f"Guest {n}") for n in (1, 2))
    codes = [grouped(badges.code_of(each.pk)) for each in (one, two)]
    phones = [visit(officer.person, viewport={"width": 390, "height": 844}) for _ in range(2)]
    pages = []
    for phone in phones:
        page = phone.page()
        page.goto(f"{phone.address}/press/door/{event.pk}/")
        expect(page.locator("[data-door][data-ready]")).to_be_visible()
        expect(page.get_by_text("Badges on this phone, without names: 2.")).to_be_visible()
        phone.context.set_offline(True)
        pages.append(page)
    first, second = pages

    look(first, "door")
    first.reload()  # from the worker: nothing is asked of the node
    expect(first.locator("[data-door][data-ready]")).to_be_visible()
    assert "Guest" not in first.content()
    enter(first, codes[0].lower().replace("-", " "))
    expect(first.get_by_text("Guest 1 – Nordhavia Morgen")).to_be_visible()
    enter(first, codes[0])
    expect(first.get_by_text("Checked in already")).to_be_visible()
    enter(first, "0000-0000-0000")
    expect(first.get_by_text("Not on the list")).to_be_visible()
    enter(first, "12")
    expect(first.get_by_text("twelve letters and digits")).to_be_visible()
    expect(first.get_by_text("Check-ins that wait to be sent: 2.")).to_be_visible()
    assert not CheckIn.everywhere.exists()

    second.wait_for_timeout(5_000)  # what a message is under way is added to its moments: seconds on a busy machine
    enter(second, codes[0])  # later, and heard of first
    expect(second.get_by_text("Guest 1 – Nordhavia Morgen")).to_be_visible()
    phones[1].context.set_offline(False)
    second.get_by_role("button", name="Send now").click()
    expect(second.get_by_text("Everything is sent.")).to_be_visible()
    phones[0].context.set_offline(False)
    first.get_by_role("button", name="Send now").click()
    expect(first.get_by_text("Everything is sent.")).to_be_visible()

    kept = list(CheckIn.everywhere.order_by("at"))
    assert [each.registration_id for each in kept] == [one.pk] * 3  # both phones are seen
    one.refresh_from_db()
    assert one.came_at == kept[0].at
    assert kept[0].phone == kept[1].phone != kept[2].phone
    follow(second, "The list on line")
    expect(second.get_by_text("checked in 3 times")).to_be_visible()
    second.get_by_role("row", name=re.compile("Guest 2")).get_by_role("button", name="Check in", exact=True).click()
    expect(second.get_by_text("Checked in.")).to_be_visible()
    first.get_by_role("button", name="Remove the list from this phone").click()
    expect(first.get_by_text("There is no list on this phone.")).to_be_visible()
    for phone in phones:
        assert [line for line in phone.complaints if "net::ERR_" not in line] == []


def test_the_list_on_line_lets_in_on_a_phone_without_scrolling_to_the_button(visit: Any) -> None:
    officer = make_officer()
    event = make_event(officer)
    one = accredited(officer, event, 1, name="Guest Withalongername", medium="Nordhavia Morgen")
    phone = visit(officer.person, viewport={"width": 390, "height": 844})
    page = phone.page()
    page.goto(f"{phone.address}/press/door/{event.pk}/list/")
    for name in ("Check in", "Check in again"):
        button = page.get_by_role("button", name=name, exact=True)
        place = button.bounding_box()
        assert place["x"] + place["width"] <= 390
        button.click()
    assert CheckIn.everywhere.filter(registration=one).count() == 2
    look(page, "list")
