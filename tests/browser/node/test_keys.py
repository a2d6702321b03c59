"""Keys in Chromium: each that a page tells works on it, and none works that it does not tell."""

from __future__ import annotations

import string
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.node.looks import axe, give_reason, picture
from tests.node.factories import make_organisation, make_person
from tests.node.reports.factories import make_report

from vaern.node.reports.models import Report

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from vaern.node.organisations.models import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SINGLE = [*string.ascii_letters, *string.digits, *string.punctuation]
OF_A_FIELD = ["Enter", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"]
"""What a field does with keys is the browser's own; Enter first: after an arrow it applies the choice of a filter."""
TOLD = """() => [...document.querySelectorAll("#keys-dialog [data-told]")].map(
    (row) => [row.dataset.told, row.dataset.toldKeys.split(" ")])"""
TAKEN = """([selector, keys]) => {
    const target = selector ? document.querySelector(selector) : document.body;
    target.focus();
    const pressed = (key) => new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    return keys.filter((key) => !target.dispatchEvent(pressed(key)));
}"""
"""Which keys a page takes for itself."""
FOCUSED = "document.activeElement.id"


@pytest.fixture
def analyst(transactional_db: None) -> Person:
    return make_person("analyst", make_organisation("hotline"))


@pytest.fixture
def reports(analyst: Person) -> list[Report]:
    """Three on the desk; the second is claimed, so that its questions are there."""
    claim = {"claimed_by": analyst, "claimed_until": timezone.now() + timedelta(minutes=25)}
    return [make_report(analyst.organisation, priority=90 - n, **(claim if n == 1 else {})) for n in range(3)]


def told(page: Page) -> list[tuple[str, list[str]]]:
    """What the dialogue on `?` tells here: what is done, and by which keys."""
    page.keyboard.press("?")
    expect(page.locator("#keys-dialog")).to_be_visible()
    found = page.evaluate(TOLD)
    page.keyboard.press("Escape")
    expect(page.locator("#keys-dialog")).to_be_hidden()
    return [(does, keys) for does, keys in found]


def open_at(page: Page, address: str) -> None:
    """Open a page afresh, with its scripts there and nothing focused."""
    page.goto(address)
    if give_reason(page):
        page.wait_for_url(address)
    page.wait_for_load_state()


def check_palette(page: Page, key: str) -> None:
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-q")).to_be_focused()
    before = page.locator("#palette [aria-selected=true]").inner_text()
    if key.startswith("Arrow"):
        page.keyboard.press(key)
        expect(page.locator("#palette [aria-selected=true]")).not_to_have_text(before)
    if key == "Enter":
        link = page.locator("[data-palette-pages] a").last
        label, wanted = (link.text_content() or "").strip(), link.evaluate("(link) => link.href")
        page.keyboard.type(label)
        expect(page.locator("#palette [aria-selected=true]")).to_contain_text(label)
        with page.expect_navigation(url=wanted):
            page.keyboard.press("Enter")
        return
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def check_menu(page: Page, _key: str) -> None:
    page.locator("details.person > summary").click()
    page.keyboard.press("Escape")
    expect(page.locator(".person-menu")).to_be_hidden()


def check_show(page: Page, key: str) -> None:
    for visible in (True, False):
        page.keyboard.press(key)
        expect(page.locator("#keys-dialog")).to_be_visible(visible=visible)


def check_go(page: Page, key: str) -> None:
    first, second = key.split(">")
    link = page.locator("nav.side .entries a").nth(int(second) - 1)
    wanted = link.evaluate("(link) => link.href")
    page.keyboard.press(first)
    expect(page.locator("#keys-said")).to_contain_text(f"{second} {(link.text_content() or '').split()[0]}")
    with page.expect_navigation(url=wanted):
        page.keyboard.press(second)


def check_row(page: Page, key: str) -> None:
    links = page.locator("table[data-keyboard] tbody th[scope=row] a")
    last = links.count() - 1
    assert last >= 2, "too few rows to see where a key leads"
    links.nth(1).focus()
    page.keyboard.press(key)
    wanted = {"j": 2, "ArrowDown": 2, "k": 0, "ArrowUp": 0, "Home": 0, "End": last}[key]
    expect(links.nth(wanted)).to_be_focused()


def check_open(page: Page, key: str) -> None:
    link = page.locator("table[data-keyboard] tbody th[scope=row] a").first
    link.focus()
    with page.expect_navigation(url=link.evaluate("(link) => link.href")):
        page.keyboard.press(key)


def check_choose(page: Page, key: str) -> None:
    page.locator("table[data-keyboard] tbody th[scope=row] a").nth(1).focus()
    for chosen in (1, 0):
        page.keyboard.press(key)
        expect(page.locator(".pick input:checked")).to_have_count(chosen)


def check_search(page: Page, key: str) -> None:
    page.keyboard.press(key)
    expect(page.locator("main [data-search]")).to_be_focused()


def check_claim(page: Page, key: str) -> None:
    link = page.locator("#work tbody th a").first
    pk = str(link.get_attribute("id")).removeprefix("r-")
    link.focus()
    page.keyboard.press(key)
    page.wait_for_selector("text=You work on")
    assert Report.everywhere.get(pk=pk).claimed_by_id


def check_tab(page: Page, key: str) -> None:
    tabs = page.locator("[data-tabs] [role=tab]")
    last = tabs.count() - 1
    tabs.nth(1).click()
    if key in "np":
        page.evaluate("document.activeElement.blur()")
    page.keyboard.press(key)
    wanted = {"n": 2, "ArrowRight": 2, "p": 0, "ArrowLeft": 0, "Home": 0, "End": last}[key]
    expect(tabs.nth(wanted)).to_have_attribute("aria-selected", "true")
    expect(tabs.nth(wanted)).to_be_focused()


def check_first(page: Page, key: str) -> None:
    act = page.locator(".record-acts .primary").inner_text()
    page.keyboard.press(key)
    if act == "Claim":
        expect(page.locator(".messages")).to_contain_text("You work on")
    else:
        assert act == "Assess"
        page.wait_for_url("**/#assess")


def check_more(page: Page, key: str) -> None:
    menu = page.locator(".record-acts details.menu")
    page.keyboard.press(key)
    expect(menu).to_have_attribute("open", "")
    assert menu.evaluate("(menu) => menu.contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def check_copy(page: Page, key: str) -> None:
    page.keyboard.press(key)
    code = page.locator(".record-line .code").inner_text()
    expect(page.locator("#keys-said")).to_have_text(f"Copied: {code}")
    assert page.evaluate("navigator.clipboard.readText()") == code


def check_answer(page: Page, key: str) -> None:
    """A figure answers the question that is next, or does nothing where it has fewer answers."""
    page.reload()
    page.wait_for_load_state()
    options = page.locator("[data-assess] fieldset.next input[type=radio]")
    names = options.evaluate_all("(all) => all.map((one) => one.id)")
    before = page.locator("[data-assess] input[type=radio]:checked").count()
    assert names
    page.keyboard.press(key)
    if int(key) <= len(names):
        expect(page.locator(f"#{names[int(key) - 1]}")).to_be_checked()
    else:
        expect(page.locator("[data-assess] input[type=radio]:checked")).to_have_count(before)


def check_conclude(page: Page, key: str) -> None:
    page.reload()
    page.wait_for_load_state()
    while not page.evaluate("document.activeElement.matches('[data-key-enter]')"):
        before = page.locator("[data-assess] input[type=radio]:checked").count()
        page.keyboard.press("1")
        expect(page.locator("[data-assess] input[type=radio]:checked")).to_have_count(before + 1)
    page.keyboard.press(key)
    expect(page.locator(".messages")).to_be_visible()


CHECKS: dict[str, Callable[[Page, str], None]] = {
    "palette.open": check_palette,
    "palette.choose": check_palette,
    "palette.take": check_palette,
    "palette.close": check_palette,
    "keys.show": check_show,
    "menu.close": check_menu,
    "menu.go": check_go,
    "rows.move": check_row,
    "rows.open": check_open,
    "rows.choose": check_choose,
    "search.focus": check_search,
    "work.claim": check_claim,
    "tabs.move": check_tab,
    "record.more": check_more,
    "record.copy": check_copy,
    "assess.answer": check_answer,
    "record.first": check_first,
    "assess.conclude": check_conclude,
}
"""How each is seen to work; what changes the page is last."""
EVERYWHERE = {"palette.open", "palette.choose", "palette.take", "palette.close", "keys.show", "menu.close", "menu.go"}
ROWS = {"rows.move", "rows.open", "search.focus"}
RECORD = {"tabs.move", "record.first", "record.more", "record.copy"}
PAGES: dict[str, tuple[str, set[str]]] = {
    "today": ("/", EVERYWHERE),
    "a list": ("/directory/", EVERYWHERE | ROWS),
    "the work list": ("/reports/", EVERYWHERE | ROWS | {"rows.choose", "work.claim"}),
    "a record": ("/reports/{free}/", EVERYWHERE | RECORD),
    "its questions": ("/reports/{mine}/", EVERYWHERE | RECORD | {"assess.answer", "assess.conclude"}),
}


@pytest.mark.parametrize("name", PAGES)
def test_each_key_that_a_page_tells_works_and_no_other(
    visit: Any, analyst: Person, reports: list[Report], name: str
) -> None:
    for _n in range(3):
        make_organisation("hotline")
    path, expected = PAGES[name]
    visitor = visit(analyst, permissions=["clipboard-read", "clipboard-write"])
    page = visitor.page()
    here = visitor.address + path.format(free=reports[0].pk, mine=reports[1].pk)
    open_at(page, here)
    found = told(page)
    assert {does for does, _keys in found} == expected
    # Every key that is not told is the browser's.
    single = {key.split(">")[0] for _does, keys in found for key in keys if len(key.split(">")[0]) == 1}
    assert page.evaluate(TAKEN, ["", [key for key in SINGLE if key not in single]]) == []
    for does, keys in sorted(found, key=lambda line: list(CHECKS).index(line[0])):
        for key in keys:
            if page.url != here:
                open_at(page, here)
            CHECKS[does](page, key)
    assert visitor.complaints == []


def test_no_key_acts_while_one_types_and_a_dialogue_has_its_own(
    visit: Any, analyst: Person, reports: list[Report]
) -> None:
    visitor = visit(analyst)
    page = visitor.page()
    open_at(page, f"{visitor.address}/reports/")
    for field in ("main [data-search]", "main form[data-filters] select"):
        assert page.evaluate(TAKEN, [field, [*OF_A_FIELD, *SINGLE]]) == []
    page.locator("main [data-search]").focus()
    page.keyboard.type("?jg2")
    expect(page.locator("main [data-search]")).to_have_value("?jg2")
    assert page.locator("dialog[open]").count() == 0
    # In an open dialogue the keys of the page below do nothing.
    page.locator("[data-dialog=sound-dialog]").click()
    page.locator("#sound").focus()
    assert page.evaluate(TAKEN, ["#sound", [key for key in SINGLE if key != "?"]]) == []
    assert page.evaluate(TAKEN, ["", [key for key in SINGLE if key != "?"]]) == []
    assert {does for does, _keys in told(page)} == EVERYWHERE - {"menu.go"}
    page.keyboard.press("Escape")
    # Somebody who pressed the first of two keys by mistake takes it back; the next key is a key of its own.
    page.keyboard.press("g")
    expect(page.locator("#keys-said")).to_contain_text("g …")
    page.keyboard.press("Escape")
    expect(page.locator("#keys-said")).to_be_empty()
    assert page.evaluate(TAKEN, ["", ["1", "2"]]) == []
    # Radio buttons are no typing.
    open_at(page, f"{visitor.address}/reports/{reports[1].pk}/")
    page.locator("[data-assess] input[type=radio]").first.focus()
    page.keyboard.press("1")
    expect(page.locator("[data-assess] input[type=radio]").first).to_be_checked()
    page.keyboard.press("n")
    expect(page.locator("[data-tabs] [role=tab]").nth(1)).to_be_focused()
    page.keyboard.press("2")
    expect(
        page.locator("[data-assess] input[type=radio]:checked"), "what is out of sight is not answered"
    ).to_have_count(1)
    assert visitor.complaints == []


def test_single_keys_are_switched_off_for_a_person_on_every_page(
    visit: Any, analyst: Person, reports: list[Report]
) -> None:
    visitor = visit(analyst)
    page = visitor.page()
    open_at(page, visitor.address)
    page.locator("details.person > summary").click()
    page.get_by_role("link", name="Keyboard shortcuts").click()
    page.locator("#keys-dialog").get_by_role("link", name="Change").click()
    page.wait_for_url("**/account/#keyboard")
    page.uncheck("#single-keys")
    page.locator("#keyboard").get_by_role("button", name="Save").click()
    page.wait_for_selector("body[data-single-keys=off]")
    for path, expected in PAGES.values():
        open_at(page, visitor.address + path.format(free=reports[0].pk, mine=reports[1].pk))
        assert page.evaluate(TAKEN, ["", SINGLE]) == []
        page.locator("details.person > summary").click()
        page.get_by_role("link", name="Keyboard shortcuts").click()
        found = page.evaluate(TOLD)
        assert found
        assert all(len(key) > 1 and ">" not in key for _does, keys in found for key in keys)
        assert {does for does, _keys in found} < expected
        page.keyboard.press("Escape")
    open_at(page, f"{visitor.address}/reports/")
    check_row(page, "ArrowDown")
    check_palette(page, "ArrowDown")
    open_at(page, f"{visitor.address}/account/")
    page.check("#single-keys")
    page.locator("#keyboard").get_by_role("button", name="Save").click()
    page.wait_for_selector("body:not([data-single-keys])")
    check_show(page, "?")
    assert visitor.complaints == []


@pytest.mark.turns
@pytest.mark.parametrize(
    ("language", "theme", "width"), [("en", "light", 1440), ("da", "dark", 1440), ("da", "light", 390)]
)
def test_the_dialogue_is_well_made(
    visit: Any, analyst: Person, reports: list[Report], language: str, theme: str, width: int
) -> None:
    visitor = visit(analyst, viewport={"width": width, "height": 900})
    visitor.prefer(language, theme)
    page = visitor.page()
    for name, path in (("list", "/reports/"), ("record", f"/reports/{reports[1].pk}/")):
        open_at(page, visitor.address + path)
        page.keyboard.press("g")
        picture(page, f"keys-{name}-begun-{language}-{width}", whole=False)
        assert axe(page) == []
        page.keyboard.press("?")
        expect(page.locator("#keys-dialog")).to_be_visible()
        picture(page, f"keys-{name}-{language}-{width}", whole=False)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.keyboard.press("Escape")
    open_at(page, f"{visitor.address}/account/")
    picture(page, f"keys-account-{language}-{width}")
    assert axe(page) == []
    assert visitor.complaints == []
