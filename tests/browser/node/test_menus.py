"""The head of a record on small windows: every act of its menu is reached, and no word of it widens the page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "height"), [(1280, 400), (390, 480)])
def test_every_act_of_a_menu_that_is_longer_than_the_window_is_reached(visit: Any, width: int, height: int) -> None:
    from tests.node.lists.factories import add, curator, entry_of, make_list

    from vaern.formats.values import normal
    from vaern.records import Signal

    owner = curator()
    made = make_list(owner, "known", holds="wallets", title="Wallets of sellers")
    add(owner, made, entry_of("seller", Signal("wallet", normal("wallet", "0x" + "a1" * 20))))
    visitor = visit(owner.person, viewport={"width": width, "height": height})
    page = visitor.page()
    page.goto(f"{visitor.address}/hash-lists/{made.pk}/")
    page.locator("main input[value=list_quality]").check()
    page.locator("main form button.primary").click()
    menu = page.locator(".record-acts details.menu")
    expect(menu).to_be_visible()
    menu.locator("summary").click()
    listed, last = menu.locator(".menu-list"), menu.locator(".menu-list li").last
    expect(listed).to_be_visible()
    assert listed.evaluate("(list) => list.offsetHeight") <= 0.7 * height
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport(ratio=0.9)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert visitor.complaints == []
