"""Acts in place: the page of an act opens beside its record, and what came of it stands there without a page load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser.node.looks import AXE, EVERY_RULE, axe
from tests.node.factories import make_person
from tests.node.reports.factories import make_report

from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page
    from tests.browser.node.conftest import Visitor

    from vaern.node.organisations.models import Person
    from vaern.node.reports.models import Report

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def analyst(transactional_db: None) -> Person:
    return make_person(Role.ANALYST)


@pytest.fixture
def desk(visit: Callable[..., Visitor], analyst: Person) -> Visitor:
    """The browser of an analyst at her desk."""
    return visit(analyst)


def _open(desk: Visitor, report: Report) -> tuple[Page, list[str]]:
    """Open a report's page; the list gets the address of each load after it."""
    page = desk.page()
    page.goto(f"{desk.address}/reports/{report.pk}/")
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))
    return page, loads


def _offer(page: Page, name: str) -> None:
    page.locator(".record-acts summary").click()
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.locator("#act")).to_be_visible()


def test_a_button_acts_where_it_stands(desk: Visitor, analyst: Person) -> None:
    report = make_report(analyst.organisation)
    page, loads = _open(desk, report)
    page.get_by_role("button", name="Claim").click()
    expect(page.locator(".messages")).to_contain_text(f"You work on {report.code} now.")
    expect(page.locator(".record-line")).to_contain_text("You work on it")
    assert loads == []
    assert page.evaluate("document.activeElement.matches('.messages')"), "what came of it is read first"
    report.refresh_from_db()
    assert report.claimed_by_id == analyst.pk


def test_a_table_still_sorts_itself_after_an_act(visit: Callable[..., Visitor]) -> None:
    from tests.node.cases.evidence.worlds import desk as police
    from tests.node.cases.factories import WHY, make_case

    from vaern.node.base.scope import viewing
    from vaern.node.cases.rules.people import Category
    from vaern.node.cases.work import statements

    investigator = police()
    case = make_case(investigator)
    with viewing(investigator.organisation.id):
        for reference in ("K-2031-02", "K-2031-01"):
            statements.add_party(investigator, WHY, case, Category.SUSPECT, reference)
    visitor = visit(investigator.person)
    page = visitor.page()
    page.goto(f"{visitor.address}/cases/{case.pk}/#people")
    sorters = page.locator("#people .sorter")
    expect(sorters.first).to_be_visible()
    before = sorters.count()
    page.get_by_role("link", name="Add a person").click()
    drawer = page.locator("#act")
    drawer.get_by_label("Suspect").check()
    drawer.get_by_label("Reference").fill("K-2031-03")
    drawer.locator("form button.primary").click()
    expect(page.locator(".messages")).to_be_visible()
    page.get_by_role("tab", name="Content").click()
    expect(page.locator("#people tbody tr")).to_have_count(3)
    assert sorters.count() == before
    assert visitor.complaints == []


def test_a_page_opens_as_a_drawer_says_what_is_wrong_and_closes_when_it_is_done(desk: Visitor, analyst: Person) -> None:
    report = make_report(analyst.organisation)
    before = report.review_date
    page, loads = _open(desk, report)
    _offer(page, "Keep longer")
    drawer = page.locator("#act")
    expect(drawer.get_by_role("heading", name="Keep this report longer")).to_be_visible()
    drawer.get_by_role("button", name="Keep until that day").click()
    expect(drawer.get_by_role("alert")).to_contain_text("New end date")
    until = before.replace(year=before.year + 1)
    drawer.get_by_label("New end date").fill(until.isoformat())
    drawer.get_by_role("button", name="Keep until that day").click()
    expect(drawer).not_to_be_visible()
    expect(page.locator(".messages")).to_be_visible()
    assert loads == []
    assert page.url == f"{desk.address}/reports/{report.pk}/"
    report.refresh_from_db()
    assert report.review_date == until
    desk.complaints[:] = [said for said in desk.complaints if "422" not in said]  # the browser's note of the refusal


def test_nothing_of_two_pages_has_the_same_name(desk: Visitor, analyst: Person) -> None:
    report = make_report(analyst.organisation)
    desk.context.add_init_script(AXE)
    page, _loads = _open(desk, report)
    _offer(page, "Forward")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids))
    assert axe(page, EVERY_RULE) == []


def test_cancel_and_escape_close_it_and_the_focus_is_back(desk: Visitor, analyst: Person) -> None:
    page, loads = _open(desk, make_report(analyst.organisation))
    for close in ("link", "Escape"):
        _offer(page, "Keep longer")
        if close == "link":
            page.locator("#act").get_by_role("link", name="Cancel").click()
        else:
            page.keyboard.press("Escape")
        expect(page.locator("#act")).not_to_be_visible()
    assert loads == []


def test_the_reason_is_changed_on_the_page_that_it_was_suggested_for(desk: Visitor, analyst: Person) -> None:
    report = make_report(analyst.organisation)
    page, _loads = _open(desk, report)
    page.get_by_role("link", name="Change the reason").click()
    page.get_by_label("Quality of a hash list").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".opened")).to_contain_text("Quality of a hash list")


def test_tabs_by_keyboard_and_by_address(desk: Visitor, analyst: Person) -> None:
    report = make_report(analyst.organisation)
    page, _loads = _open(desk, report)
    tabs = page.get_by_role("tab")
    tabs.first.focus()
    for name in ("Content", "Work", "History", "Overview"):
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", name=name)).to_be_focused()
        shown: Any = page.evaluate("[...document.querySelectorAll('[data-tab]:not([hidden])')].map((one) => one.id)")
        assert shown == [f"tab-{name.lower()}"]
    page.goto(f"{desk.address}/reports/{report.pk}/#external")
    expect(page.get_by_role("tab", name="Content")).to_have_attribute("aria-selected", "true")


def test_without_a_script_everything_stands_below_each_other_and_acts_are_pages(
    visit: Callable[..., Visitor], analyst: Person
) -> None:
    visitor = visit(analyst, java_script_enabled=False)
    page = visitor.page()
    report = make_report(analyst.organisation)
    page.goto(f"{visitor.address}/reports/{report.pk}/")
    assert page.locator("[data-tab]:visible").count() == page.locator("[data-tab]").count() > 1
    page.locator(".record-acts summary").click()
    page.get_by_role("link", name="Keep longer").click()
    expect(page.get_by_role("heading", name="Keep this report longer")).to_be_visible()
    assert page.url.endswith(f"/reports/{report.pk}/keep/")
