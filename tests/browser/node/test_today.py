"""Today in Chromium: by keyboard, without a script, and noticing by itself what is new."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser.node.looks import axe

if TYPE_CHECKING:
    from vaern.node.web.items import Item

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SEEN = re.compile("/today/live/")


def item(number: int, *, news: bool = True) -> Item:
    from vaern.node.web.items import Button, Item

    what = "The host answered." if news else "Trace where it is."
    name, about = f"Live abuse · RECORD{number}", f"report/{number}"
    tone = "good" if news else "warning"
    return Item(name, what, Button("Open", "/activity/"), about, tone, news=f"n{number}" if news else "")


def test_news_comes_by_itself_is_set_aside_by_keyboard_and_brought_back(
    visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.node.factories import make_person

    from vaern.node.web import items

    found = [item(1), item(2, news=False)]
    monkeypatch.setattr(items, "_PROVIDERS", [])
    items.register("reports", "Reports", lambda _viewer: list(found))
    visitor = visit(make_person("analyst"))
    page = visitor.page()
    page.clock.install()
    page.goto(f"{visitor.address}/")
    expect(page).to_have_title(re.compile(r"^\(2\) Today"))
    menu = page.locator(".side a[href='/']")
    expect(menu).to_have_text(re.compile(r"Today\s*2"))
    assert axe(page) == []

    found.append(item(3))
    with page.expect_response(SEEN) as polled:
        page.clock.run_for(31_000)
    assert polled.value.request.headers["vaern-poll"] == "1"
    third = page.locator(".item", has_text="RECORD3")
    expect(third).to_be_visible()

    third.get_by_role("button", name="Set aside").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".item", has_text="RECORD3")).to_have_count(0)
    expect(page.locator(".today-undo")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".item", has_text="RECORD3")).to_be_visible()

    page.locator(".item", has_text="RECORD1").get_by_role("button", name="Open").click()
    expect(page).to_have_url(re.compile("/activity/$"))
    page.goto(f"{visitor.address}/")
    expect(page.locator(".item", has_text="RECORD1")).to_have_count(0)
