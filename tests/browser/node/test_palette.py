"""The palette in Chromium: pages and acts as one types, records when one asks, by the keyboard alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.browser.node.looks import axe

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

CHOSEN = "#palette [aria-selected=true]"


def searches() -> int:
    from vaern.node.ledger.models import Entry
    from vaern.node.web.search.acts import SEARCHED

    return Entry.objects.filter(act=SEARCHED.code).count()


def test_pages_as_one_types_and_records_when_one_asks(visit: Any) -> None:
    from tests.node.factories import make_organisation, make_person
    from tests.node.reports.factories import make_report

    desk = make_organisation("hotline")
    report = make_report(desk, code="K7DFG2MQ")
    visitor = visit(make_person("analyst", desk))
    page = visitor.page()
    page.goto(visitor.address)
    opener = page.locator("[data-palette]")
    opener.focus()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-q")).to_be_focused()
    assert axe(page) == []
    page.keyboard.type("direc")
    expect(page.locator(CHOSEN)).to_contain_text("Directory")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(opener).to_be_focused()

    page.keyboard.press("Enter")
    page.keyboard.type("k7df-g2mq")
    expect(page.locator(CHOSEN)).to_contain_text("Search records for “k7df-g2mq”")
    page.wait_for_timeout(500)
    assert searches() == 0, "nothing of casework is looked for while somebody types"
    page.keyboard.press("Enter")
    expect(page.locator(CHOSEN)).to_contain_text("K7DFG2MQ")
    expect(page.locator("#palette-said")).to_have_text(re.compile("1 result"))
    assert searches() == 1
    assert axe(page) == []
    page.keyboard.press("ArrowDown")
    expect(page.locator(CHOSEN)).to_have_text("Show these results as a page")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/reports/{report.pk}/?found=yes")
    expect(page.locator("main form[action$='/reason/']")).to_have_count(1)  # its own reason is asked
    assert visitor.complaints == []


def test_a_page_is_gone_to_and_what_is_not_there_is_said(visit: Any) -> None:
    from tests.node.factories import make_person

    visitor = visit(make_person("analyst"))
    page = visitor.page()
    page.goto(visitor.address + "/scans/")
    page.keyboard.press("Control+k")
    page.locator("#palette-q").fill("ZZZZ9999")
    page.keyboard.press("Enter")
    expect(page.locator("#palette-none")).to_contain_text("Nothing that you may see")
    assert axe(page) == []
    assert "ZZZZ9999" not in page.evaluate("performance.getEntries().map((one) => one.name).join(' ')")
    page.locator("#palette-q").fill("direct")
    expect(page.locator(CHOSEN)).to_contain_text("Directory")
    page.keyboard.press("Enter")
    page.wait_for_url("**/directory/")
    assert visitor.complaints == []


def test_the_results_are_a_page_and_what_was_looked_for_is_in_no_address(visit: Any) -> None:
    from tests.node.factories import make_organisation, make_person
    from tests.node.reports.factories import make_report

    desk = make_organisation("hotline")
    make_report(desk, code="K7DFG2MQ")
    visitor = visit(make_person("analyst", desk))
    page = visitor.page()
    page.goto(visitor.address)
    page.keyboard.press("Control+k")
    page.keyboard.type("k7df-g2mq")
    page.keyboard.press("Enter")
    expect(page.locator(CHOSEN)).to_contain_text("K7DFG2MQ")
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("main [data-hit]")).to_have_text(re.compile("K7DFG2MQ"))
    expect(page.locator("#find-q")).to_have_value("k7df-g2mq")
    assert page.url == visitor.address + "/find/"
    assert visitor.complaints == []


def test_without_a_script_the_search_is_a_page(visit: Any) -> None:
    from tests.node.factories import make_person

    visitor = visit(make_person("analyst"), java_script_enabled=False)
    page = visitor.page()
    page.goto(visitor.address)
    page.get_by_role("link", name="Search").click()
    page.get_by_label("What do you look for?").fill("no such thing")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".find-none")).to_be_visible()
    assert page.url == visitor.address + "/find/"
