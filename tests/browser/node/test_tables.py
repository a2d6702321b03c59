"""Tables in Chromium: filters apply as they change, whole tables are sorted in place, and life without a script."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SCANS = "/scans/"


def test_a_choice_applies_at_once_and_has_the_focus_again(visit: Any) -> None:
    from tests.node.factories import make_person

    visitor = visit(make_person("analyst"))
    page = visitor.page()
    page.goto(visitor.address + SCANS)
    page.get_by_label("State").select_option("reviewed")
    page.wait_for_url("**/scans/?*state=reviewed*")
    expect(page.get_by_label("State")).to_be_focused()
    page.get_by_label("State").press("ArrowUp")
    page.wait_for_timeout(300)
    assert "state=reviewed" in page.url, "with the keyboard it applies when it is left, not at each arrow"
    page.get_by_label("State").press("Enter")
    page.wait_for_url(lambda url: "state=reviewed" not in url)
    page.get_by_label("Reference").fill("drive")
    page.get_by_label("Whose").select_option("own")
    page.wait_for_url("**/scans/?*whose=own*")
    assert "q=drive" in page.url
    assert Axe().run(page).response["violations"] == []
    assert visitor.complaints == []


def test_a_whole_table_is_sorted_in_place_by_numbers_days_and_words(visit: Any) -> None:
    from tests.node.factories import make_person

    visitor = visit(make_person("analyst"))
    page = visitor.page()
    page.goto(visitor.address + "/components/")
    table = page.locator("#whole")

    def column(number: int) -> list[str]:
        return [cell.inner_text() for cell in table.locator(f"tbody tr > :nth-child({number})").all()]

    page.get_by_role("button", name="Files").click()
    assert column(3) == sorted(column(3), key=lambda text: int(text.replace(",", "")))
    expect(table.locator("th[aria-sort=ascending]")).to_have_count(1)
    page.get_by_role("button", name="Files").press("Enter")
    assert column(3) == sorted(column(3), key=lambda text: -int(text.replace(",", "")))
    page.get_by_role("button", name="Review").press("Enter")
    days = table.locator("time").evaluate_all("(all) => all.map((one) => one.getAttribute('datetime'))")
    assert days == sorted(days)
    page.locator("#whole").get_by_role("button", name="Scan").click()
    assert column(1) == sorted(column(1), key=str.casefold)
    assert Axe().run(page).response["violations"] == []
    assert visitor.complaints == []


def test_on_a_phone_the_first_row_is_on_the_first_screen(visit: Any) -> None:
    from tests.node.factories import make_person
    from tests.node.reports.factories import make_report

    person = make_person("analyst")
    for _n in range(3):
        make_report(person.organisation)
    visitor = visit(person, viewport={"width": 390, "height": 844})
    page = visitor.page()
    page.goto(visitor.address + "/reports/")
    row = page.locator("#work tbody tr").first.bounding_box()
    assert row is not None
    assert row["y"] + row["height"] < 844
    expect(page.get_by_label("Due")).to_be_hidden()
    page.get_by_text("Filters", exact=True).click()
    expect(page.get_by_label("Due")).to_be_visible()


def test_without_a_script_the_button_shows_and_rows_stand_as_served(visit: Any) -> None:
    from tests.node.factories import make_person

    visitor = visit(make_person("analyst"), java_script_enabled=False)
    page = visitor.page()
    page.goto(visitor.address + SCANS)
    page.get_by_label("State").select_option("reviewed")
    page.get_by_role("button", name="Show").click()
    assert "state=reviewed" in page.url
    page.goto(visitor.address + "/components/")
    expect(page.locator("#whole thead button")).to_have_count(0)
