"""The tour for a minister, walked in a browser: each stop opens a real page with its strip; by keyboard, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from tests.browser.node.conftest import SCREENSHOTS

from vaern.node.demo import mailbox
from vaern.node.demo.seed import seed
from vaern.node.demo.tour import STOPS
from vaern.node.organisations.actions import begin_node

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def keep(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=False)


def accessible(page: Page, name: str) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_tour_is_walked_from_the_form_to_the_figures(visit: Any, address: str, language: str) -> None:
    seed(begin_node(), None, lambda _line: None)
    visitor = visit(None)
    visitor.prefer(language)
    page = visitor.page()
    page.goto(f"{address}/demo/")
    keep(page, f"demo-{language}-roles")
    accessible(page, "roles")
    page.goto(f"{address}/demo/tour/")
    accessible(page, "tour")
    page.locator("main form button").first.focus()
    page.keyboard.press("Enter")
    strip = page.locator(".demo-strip")
    for number in range(1, len(STOPS) + 1):
        expect(strip).to_contain_text(f"{number}/{len(STOPS)}")
        assert "/demo/" not in page.url or "receipt" in page.url, page.url
        expect(page.locator("h1")).to_be_visible()
        assert page.locator("input[name=why]:not([type=hidden])").count() == 0 or "/form/" in page.url
        keep(page, f"demo-{language}-stop-{number}")
        accessible(page, f"stop {number}")
        if number < len(STOPS):
            strip.locator("button.primary").focus()  # in the language of the page: a host's is its own
            page.keyboard.press("Enter")
            expect(strip).not_to_contain_text(f"{number}/{len(STOPS)}")
    assert page.request.get(f"{address}{strip.get_by_role('link').get_attribute('href')}").body().startswith(b"%PDF")
    strip.get_by_role("button").first.click()
    expect(strip).to_contain_text(f"{len(STOPS) - 1}/{len(STOPS)}")
    strip.get_by_role("button").last.click()
    expect(page.locator(".demo-role").first).to_be_visible()
    expect(page.locator(".demo-strip")).to_have_count(0)
    assert visitor.complaints == []


def test_a_card_signs_in_and_the_mailbox_leads_to_a_host(visit: Any, address: str, settings: Any) -> None:
    settings.EMAIL_BACKEND = "vaern.node.demo.mailbox.Folder"
    seed(begin_node(), None, lambda _line: None)
    from django.core.mail import EmailMessage

    link = f"{settings.CONFIGURATION.address}/report/nordhavia/"
    mailbox.Folder().send_messages([EmailMessage("Notice", f"Open {link} now.", to=["abuse@host.example"])])
    visitor = visit(None, viewport={"width": 390, "height": 844})
    page = visitor.page()
    page.goto(f"{address}/demo/mail/")
    keep(page, "demo-mailbox-phone")
    accessible(page, "mailbox")
    page.get_by_role("link", name="Notice").first.click()
    accessible(page, "a mail")
    page.get_by_role("link", name=link).click()
    expect(page.locator("form.report-form")).to_be_visible()
    page.goto(f"{address}/demo/")
    keep(page, "demo-roles-phone")
    page.get_by_role("link", name="Sign in as Freja Lindsø").click()
    expect(page.locator(".top .organisation")).to_contain_text("Nordhavia Hotline")
    assert visitor.complaints == []
