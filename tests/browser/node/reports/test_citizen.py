"""A citizen reports and reads the answer by receipt: with and without a script, by keyboard, on a small screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser.node.looks import axe, foreground, picture, reveal
from tests.browser.node.test_keyboard import tab_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from vaern.node.reports.models import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SMALL = {"viewport": {"width": 320, "height": 640}}
TOO_QUICK = 3_200
"""Milliseconds that a person takes at least."""


@pytest.fixture
def desk(transactional_db: None) -> Iterator[Desk]:
    """One desk with a public form."""
    from tests.node.reports.public.worlds import make_desk

    from vaern.node.web.places import PLACES

    PLACES.forget()
    yield make_desk()
    PLACES.forget()


def look(page: Page, name: str, visitor: Any) -> None:
    """Hold a page to the rules of all pages, and keep its picture."""
    assert axe(page) == []  # waits until the page is all there
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), f"{name} is wider than the window"
    assert page.locator("h1").count() == 1
    picture(page, f"citizen-{name}")
    assert [line for line in visitor.complaints if "status of 4" not in line] == []


def answer(desk: Desk, words: str) -> None:
    """Let an analyst of the desk answer the one report that there is."""
    from tests.node.factories import make_person, viewer_for

    from vaern.node.base.scope import viewing
    from vaern.node.ledger.rules import Reason, Why
    from vaern.node.reports.models import Report
    from vaern.node.reports.public import actions

    ada = make_person("analyst", desk.organisation)
    with viewing(desk.organisation_id):
        actions.answer(viewer_for(ada), Reason(Why.ASSESSMENT), Report.everywhere.get(), words)


class Citizen:
    """Somebody who reports, in one language, theme, and with a script or without."""

    def __init__(self, visitor: Any, name: str, *, script: bool) -> None:
        self.visitor, self.name, self.script = visitor, name, script
        self.page: Page = visitor.page()

    def check(self, part: str) -> None:
        """Look at the page; axe is a script too, and both ways show the same pages."""
        if self.script:
            look(self.page, f"{part}-{self.name}", self.visitor)
        else:
            picture(self.page, f"citizen-{part}-{self.name}")

    def danger_is_answered_at_once(self) -> None:
        """The number stands there as soon as danger is chosen, and before anything is sent."""
        danger = self.page.locator(".when-danger")
        expect(danger).to_be_hidden()
        self.page.locator("input[name=danger][value=yes]").check()
        expect(danger).to_be_visible()
        expect(danger.locator("a[href='tel:112']")).to_be_visible()
        self.page.locator("input[name=danger][value=no]").check()
        expect(danger).to_be_hidden()

    def send_with_faults(self) -> None:
        """Every fault at once, and what was typed stays."""
        self.page.locator("#id_words").fill("Typed before the fault")
        self.page.wait_for_timeout(TOO_QUICK)
        self.page.locator("button.send").click()
        expect(self.page.locator(".error-summary li")).to_have_count(2)
        expect(self.page.locator("#id_words")).to_have_value("Typed before the fault")
        expect(self.page.locator("input[name=danger][value=no]")).to_be_checked()
        self.check("faults")

    def send(self) -> str:
        """Send the report; return the code."""
        self.page.locator("input[name=danger][value=yes]").check()
        self.page.locator("#id_addresses").fill("https://host.example/synthetic")
        self.page.locator("input[name=kind][value=material]").check()
        self.page.locator("button.send").click()
        self.page.wait_for_selector(".receipt output")
        self.page.wait_for_load_state()
        expect(self.page.locator(".top-tools")).to_be_hidden()  # nothing there may lead away from the code
        self.check("receipt")
        return self.page.locator(".receipt output").inner_text()

    def talk(self, code: str) -> None:
        """Read the answer, after a wrong code, and add something."""
        self.page.locator("main a.button[href='/report/receipt/']").click()
        self.page.wait_for_selector("#id_code")
        self.check("code")
        self.page.locator("#id_code").fill("wrong")
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(".error-summary")
        self.page.wait_for_load_state()  # the script has taken the focus there: it would take Enter with it
        self.page.locator("#id_code").fill(code.lower())
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(".dialogue .theirs")
        expect(self.page.locator(".dialogue")).to_contain_text("We look into it.")
        self.page.locator("#id_words").fill("One thing more")
        self.page.locator("main form.report-form button.primary").click()
        self.page.wait_for_selector(".dialogue .ours")
        self.page.wait_for_load_state()
        self.check("dialogue")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("da", "dark")], ids=["wide", "small"])
def test_a_report_and_its_answer(visit: Any, desk: Desk, language: str, theme: str, script: bool) -> None:
    visitor = visit(None, java_script_enabled=script, **(SMALL if language == "da" else {}))
    visitor.prefer(language, theme)
    citizen = Citizen(visitor, f"{language}-{theme}-{'script' if script else 'plain'}", script=script)
    page = citizen.page
    page.goto(f"{visitor.address}/report/")
    assert page.url.endswith(f"/report/{desk.public_name}/")
    citizen.check("form")
    citizen.danger_is_answered_at_once()
    citizen.send_with_faults()
    code = citizen.send()
    answer(desk, "Thank you. We look into it.\n\nA second paragraph.")
    citizen.talk(code)
    assert code not in page.content()
    assert code not in page.url
    cookies = {cookie["name"] for cookie in visitor.context.cookies()}
    assert cookies == {"csrf", "django_language", "theme"}  # the last two were chosen


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("language", ["en", "da"])
def test_a_child_who_is_extorted_reads_what_helps_before_and_after_it_sends(
    visit: Any, desk: Desk, language: str, script: bool
) -> None:
    visitor = visit(None, java_script_enabled=script, **SMALL)
    visitor.prefer(language, "light")
    citizen = Citizen(visitor, f"extorted-{language}-{'script' if script else 'plain'}", script=script)
    page = citizen.page
    page.goto(f"{visitor.address}/report/{desk.public_name}/")
    helps, asked = page.locator(".when-extorted"), page.locator(".when-to-a-child")
    expect(helps).to_be_hidden()
    page.locator("input[name=kind][value=material]").check()
    expect(asked).to_be_hidden()
    page.locator("input[name=kind][value=enticement]").check()
    expect(page.locator(".when-enticed")).to_be_visible()
    expect(helps).to_be_hidden()
    page.locator("input[name=kind][value=sexual_extortion]").check()
    expect(helps).to_be_visible()
    expect(helps).to_contain_text("Help Line (synthetic)")
    expect(asked.locator("input:checked")).to_have_count(0)
    citizen.check("form")
    asked.locator("input[name=ongoing][value=yes]").check()
    asked.locator("input[name=about][value=self]").check()
    page.locator("#id_account").fill("somebody-1")
    page.wait_for_timeout(TOO_QUICK)
    page.locator("button.send").click()
    page.wait_for_selector(".receipt output")
    expect(page.locator(".held")).to_be_visible()
    citizen.check("receipt")


def test_the_script_proves_its_work_before_it_sends(visit: Any, desk: Desk) -> None:
    from vaern.node.web import proof_of_work

    visitor = visit(None)
    page = visitor.page()
    page.goto(f"{visitor.address}/report/{desk.public_name}/")
    page.wait_for_selector("form[data-ready]")
    form = page.locator("form.report-form")
    nonce, bits = form.get_attribute("data-nonce"), int(form.get_attribute("data-bits") or 0)
    assert bits >= proof_of_work.EASIEST
    assert proof_of_work.proves(nonce or "", page.locator("input[name=proof]").input_value(), bits)


def test_an_analyst_answers_and_the_reporter_reads_it(visit: Any, desk: Desk) -> None:
    from django.test import Client
    from tests.node.factories import make_person
    from tests.node.reports.public.worlds import code_in, send

    from vaern.node.reports.models import Report
    from vaern.node.reports.public import actions

    code = code_in(send(Client(), desk, words="Words of a reporter (synthetic)"))
    report = Report.everywhere.get()
    actions.add_words(report.pk, "One thing more of the reporter")
    visitor = visit(make_person("analyst", desk.organisation))
    page = visitor.page()
    page.goto(visitor.address)
    expect(page.locator("main .item", has_text=report.code)).to_have_count(1)
    page.goto(f"{visitor.address}/reports/words/")
    with page.expect_navigation():
        page.locator("tbody th a").click()
    words = page.get_by_text("One thing more of the reporter").first
    reveal(page, words)
    expect(words).to_be_visible()
    look(page, "sheet", visitor)
    link = page.locator(f"a[href='/reports/{report.pk}/answer/']").first
    reveal(page, link)
    link.click()
    page.wait_for_selector("#id_answer")
    look(page, "answer", visitor)
    page.locator("#id_answer").select_option("thanks")
    page.locator("#id_message").fill("And one word of our own.")
    foreground(page).locator("form button.primary").click()
    page.wait_for_selector("text=The answer waits")
    page.goto(f"{visitor.address}/reports/words/")
    assert page.locator("tbody th a").count() == 0
    look(page, "words", visitor)
    citizen = visit(None, **SMALL)
    page = citizen.page()
    page.goto(f"{citizen.address}/report/receipt/")
    page.locator("#id_code").fill(code)
    page.keyboard.press("Enter")
    expect(page.locator(".dialogue .theirs")).to_contain_text("And one word of our own.")


def test_by_keyboard_alone_on_a_small_screen(visit: Any, desk: Desk) -> None:
    from vaern.node.reports.models import Report

    visitor = visit(None, **SMALL)
    page = visitor.page()
    page.goto(f"{visitor.address}/report/{desk.public_name}/")
    tab_to(page, page.locator("input[name=danger]").first)
    page.keyboard.press("Space")
    expect(page.locator(".when-danger")).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "tel:112"
    tab_to(page, page.locator("#id_addresses"))
    page.keyboard.type("https://host.example/by-keyboard")
    tab_to(page, page.locator("input[name=kind]").first)
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    tab_to(page, page.locator("#id_words"))
    page.keyboard.type("Words")
    tab_to(page, page.locator("button.send"))
    assert not page.locator("#id_homepage").evaluate("element => element === document.activeElement")
    page.wait_for_timeout(TOO_QUICK)
    page.keyboard.press("Enter")
    page.wait_for_selector(".receipt output")
    report = Report.everywhere.get()
    assert (report.urgent, report.offence) == (True, "sexual_extortion")
    look(page, "keyboard-320", visitor)
