"""Choices of more than twenty can be searched, in Chromium; without a script they are the list that they were."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

NEW_HOST = "/reports/hosts/new/"


def test_a_country_is_found_with_the_keyboard_by_any_part_of_its_name_or_by_its_code(visit: Any) -> None:
    from tests.node.factories import make_member, make_person

    make_member("XB", name="Sudhavia", name_da="Sydhavien")
    visitor = visit(make_person("analyst"))
    page = visitor.page()
    page.goto(visitor.address + NEW_HOST)
    country = page.locator("select[name=country]")
    find = page.get_by_role("combobox", name="Country")
    choices = page.locator(".combo-list [role=option]")
    expect(find).to_have_attribute("aria-expanded", "false")
    find.fill("LAND")
    expect(find).to_have_attribute("aria-expanded", "true")
    expect(choices.first).to_contain_text("Åland Islands")  # of those that hold it, the first in the list
    expect(find).to_have_attribute("aria-activedescendant", str(choices.first.get_attribute("id")))
    assert Axe().run(page).response["violations"] == []
    find.press("Escape")
    expect(find).to_have_attribute("aria-expanded", "false")
    expect(country).to_have_value("")
    find.fill("nether")
    expect(choices).to_have_count(2)  # and the Caribbean Netherlands
    find.press("ArrowDown")
    find.press("ArrowUp")
    find.press("Enter")
    expect(country).to_have_value("NL")
    expect(find).to_have_value("Netherlands")
    expect(page).to_have_url(visitor.address + NEW_HOST)  # it chooses; it sends nothing
    find.press("Enter")
    expect(page).to_have_url(visitor.address + NEW_HOST)
    find.fill("xb")
    find.press("Tab")
    expect(country).to_have_value("XB")
    find.fill("no such country")
    expect(page.get_by_text("Nothing fits").first).to_be_attached()
    find.press("Tab")
    expect(country).to_have_value("XB")
    expect(find).to_have_value("Sudhavia")
    page.locator("main label", has_text="Country").click()
    expect(find).to_be_focused()
    assert page.locator("main [role=combobox]").count() == page.locator("main select[data-found]").count()
    assert Axe().run(page).response["violations"] == []
    assert visitor.complaints == []


def test_what_arrives_later_can_be_searched_too(visit: Any) -> None:
    from tests.node.factories import make_person

    visitor = visit(make_person("analyst"))
    page = visitor.page()
    page.goto(visitor.address + NEW_HOST)
    page.evaluate(
        """() => {
          const dialog = document.createElement("dialog");
          const options = [...Array(30).keys()].map((n) => `<option value="${n}">Choice ${n}</option>`).join("");
          dialog.innerHTML = `<label for="late">Late</label><select id="late">${options}</select>`;
          document.querySelector("main").append(dialog);
          dialog.showModal();
          document.dispatchEvent(new Event("htmx:afterSwap"));
        }"""
    )
    find = page.get_by_role("combobox", name="Late")
    find.fill("29")
    find.press("Escape")
    expect(page.locator("dialog:has(#late)")).to_be_visible()  # Escape closes the list first, and then the dialogue
    find.fill("29")
    find.press("Enter")
    expect(page.locator("#late")).to_have_value("29")
    assert visitor.complaints == []


def test_ticks_of_more_than_twenty_are_narrowed_and_what_is_ticked_stays_in_sight(visit: Any) -> None:
    from tests.node.factories import make_person

    visitor = visit(make_person("analyst"))
    page = visitor.page()
    page.goto(visitor.address + NEW_HOST)
    page.evaluate(
        """() => {
          const tick = (n) => `<input type="checkbox" id="t${n}" name="tick"> <label for="t${n}">Place ${n}</label>`;
          const option = (n) => `<div class="option">${tick(n)}</div>`;
          const list = `<p class="option-group">Low</p>${[...Array(15).keys()].map(option).join("")}`;
          const more = `<p class="option-group">High</p>${[...Array(15).keys()].map((n) => option(n + 15)).join("")}`;
          const set = document.createElement("fieldset");
          set.innerHTML = `<legend>Places</legend><div class="options">${list}${more}</div>`;
          document.querySelector("main form").append(set);
          document.dispatchEvent(new Event("htmx:afterSwap"));
        }"""
    )
    page.get_by_label("Place 3", exact=True).check()
    find = page.get_by_role("searchbox", name="Places")
    find.fill("place 29")
    expect(page.locator(".options .option:visible")).to_have_count(2)
    expect(page.get_by_text("Low", exact=True)).to_be_visible()  # of what is ticked
    page.get_by_label("Place 3", exact=True).uncheck()
    find.fill("29")
    expect(page.locator(".options .option:visible")).to_have_count(1)
    expect(page.get_by_text("Low", exact=True)).to_be_hidden()
    find.press("Enter")
    expect(page).to_have_url(visitor.address + NEW_HOST)
    assert Axe().run(page).response["violations"] == []
    assert visitor.complaints == []


def test_without_a_script_every_country_stands_in_the_list(visit: Any) -> None:
    from tests.node.factories import make_person

    visitor = visit(make_person("analyst"), java_script_enabled=False)
    page = visitor.page()
    page.goto(visitor.address + NEW_HOST)
    country = page.locator("select[name=country]")
    country.select_option("Netherlands")
    expect(country).to_have_value("NL")
    expect(page.locator("main [role=combobox]")).to_have_count(0)
