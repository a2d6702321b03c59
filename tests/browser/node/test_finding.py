"""Choices of more than twenty can be searched, in Chromium; without a script they are the list that they were."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

NEW_HOST = "/reports/hosts/new/"


def test_a_country_is_found_by_any_part_of_its_name(visit: Any) -> None:
    from tests.node.factories import make_member, make_person

    make_member("XB", name="Sudhavia", name_da="Sydhavien")
    visitor = visit(make_person("analyst"))
    page = visitor.page()
    page.goto(visitor.address + NEW_HOST)
    country = page.locator("select[name=country]")
    find = page.get_by_role("searchbox", name="Find in the list: Country")
    find.fill("LAND")
    expect(country).to_have_value("AX")  # Åland Islands: of those that hold it, the first in the list
    expect(page.locator("output.find-count")).not_to_have_text("")
    find.fill("nether")
    expect(country).to_have_value("NL")
    expect(page.locator("output.find-count")).to_have_text("2")  # and the Caribbean Netherlands
    find.press("Enter")
    expect(page).to_have_url(visitor.address + NEW_HOST)
    find.fill("sudh")
    expect(country).to_have_value("XB")
    find.fill("")
    expect(country).to_have_value("XB")
    expect(country.locator("option[value=NL]")).to_have_count(1)
    find.fill("no such country")
    expect(country).to_have_value("XB")
    assert page.locator("main input[type=search]").count() == page.locator("main select[data-found]").count()
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
    expect(page.locator("main input[type=search]")).to_have_count(0)
