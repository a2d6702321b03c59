"""What people do, done with the keyboard alone; and everything but passkeys without a script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from vaern.node.organisations.sessions import BY_ITSELF

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
IS_FOCUSED = "element => element === document.activeElement"


def tab_to(page: Page, wanted: Locator, most: int = 120) -> None:
    """Press Tab until something has the focus, as people do who cannot point."""
    for _press in range(most):
        if wanted.evaluate(IS_FOCUSED):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{wanted} cannot be reached by Tab")


def focused(page: Page) -> str:
    """The words of what has the focus."""
    return str(page.evaluate("document.activeElement.innerText || document.activeElement.name || ''")).strip()


def test_signing_in_with_both_factors(visit: Any) -> None:
    from tests.node.factories import PASSWORD, make_person, make_totp, totp_code

    person = make_person("analyst")
    secret = make_totp(person)
    visitor = visit()
    page = visitor.page()
    page.goto(visitor.address)
    tab_to(page, page.locator("header").get_by_role("link", name="Sign in"))
    page.keyboard.press("Enter")
    expect(page.locator("#id_login")).to_be_focused()
    page.keyboard.type(person.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/authenticate/**")
    tab_to(page, page.locator("main input[name=code]"))
    page.keyboard.type(totp_code(secret))
    page.keyboard.press("Enter")
    expect(page.locator("summary .person-name")).to_have_text(person.name)
    page.wait_for_load_state()  # the scripts are there
    tab_to(page, page.locator("details.person > summary"))
    page.keyboard.press("Enter")
    expect(page.locator(".person-menu")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator(".person-menu")).to_be_hidden()
    expect(page.locator("details.person > summary")).to_be_focused()
    assert visitor.complaints == []


def test_a_wrong_password_is_told_at_the_summary(visit: Any) -> None:
    visitor = visit()
    page = visitor.page()
    page.goto(f"{visitor.address}/account/login/")
    expect(page.locator("#id_login")).to_be_focused()
    page.keyboard.type("nobody@hotline.example")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong wrong wrong")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".error-summary")).to_have_text(re.compile(r"^\s*There is a problem"))


def test_reading_and_releasing_a_scan(visit: Any) -> None:
    from tests.node.scans.worlds import make_world

    world = make_world()
    first = world.scan("Journal 1 (synthetic)")
    world.scan("Journal 2 (synthetic)")
    visitor = visit(world.officer)
    page = visitor.page()
    page.goto(f"{visitor.address}/scans/")

    # The table: / to search, j and k or the arrows from row to row, Enter to open.
    page.keyboard.press("/")
    expect(page.locator("main [data-search]")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.type("j")
    expect(page.locator("main [data-search]")).to_have_value("j")  # a letter in a field is a letter
    page.locator("main [data-search]").evaluate("element => { element.value = ''; element.blur(); }")
    names = page.locator("tbody th[scope=row] a").all_inner_texts()
    assert len(names) == 2
    seen = []
    for key in ("j", "j", "j", "k", "ArrowDown", "Home", "End"):
        page.keyboard.press(key)
        seen.append(focused(page))
    assert seen == [names[n] for n in (0, 1, 1, 0, 1, 0, 1)]
    page.keyboard.press("Home" if names[0] == first.reference else "End")
    page.keyboard.press("Enter")

    # The record: the reason that fits it is given, and the ledger has it.
    page.wait_for_selector(f".record-head:has-text('{first.reference}')")
    expect(page.locator(".opened")).to_contain_text("The ledger recorded it")

    # The release: a form beside the record, then who will receive, and only then the release.
    page.wait_for_load_state()  # the scripts are there
    tab_to(page, page.locator(".record-acts summary"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Release", exact=True))
    page.keyboard.press("Enter")
    drawer = page.locator("#act[open]")
    tab_to(page, drawer.locator("input[name=recipients]").first)
    page.keyboard.press("Space")
    tab_to(page, drawer.locator("input[name=legal_ground]"))
    page.keyboard.type("LED article 9 (synthetic)")
    tab_to(page, drawer.locator("details.reason > summary"))
    page.keyboard.press("Enter")
    tab_to(page, drawer.locator("input[name=why]:checked"))
    tab_to(page, drawer.locator("[data-act-body] form button.primary"))
    page.keyboard.press("Enter")
    expect(drawer.locator(".recipients li")).to_have_count(1)
    expect(drawer.locator(".recipients .tlp")).to_have_count(1)
    tab_to(page, drawer.locator("[data-act-body] form button.primary"))
    page.keyboard.press("Enter")
    expect(drawer).to_have_count(0)
    expect(page.locator(".messages")).to_be_focused()
    tab_to(page, page.locator("[role=tab][aria-selected=true]"))
    while page.get_by_role("tab", name="Work").get_attribute("aria-selected") != "true":
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="Released to")).to_be_visible()
    assert visitor.complaints == []


def test_dialogues_open_close_and_give_the_focus_back(visit: Any) -> None:
    visitor = visit()
    page = visitor.page()
    page.goto(f"{visitor.address}/components/")
    opener, dialog = page.locator("[data-dialog=more]"), page.locator("dialog#more")
    tab_to(page, opener)
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    assert dialog.evaluate("dialog => dialog.contains(document.activeElement)")
    for _press in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    assert dialog.locator("input[name=dialog-why]").count() > 5
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    assert visitor.complaints == []


def test_a_secret_is_copied(visit: Any) -> None:
    visitor = visit(permissions=["clipboard-read", "clipboard-write"])
    page = visitor.page()
    page.goto(f"{visitor.address}/components/")
    tab_to(page, page.locator("[data-copy]"))
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-copy]:has-text('Copied')")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator(".secret-value").inner_text()


def test_a_job_tells_how_far_it_is(visit: Any) -> None:
    visitor = visit()
    page = visitor.page()
    asked: list[dict[str, str]] = []
    page.on("request", lambda request: asked.append(request.headers) if "/progress/" in request.url else None)
    page.goto(f"{visitor.address}/components/")
    page.wait_for_selector(".progress.done")
    expect(page.get_by_role("progressbar").first).to_have_attribute("value", "100")
    assert asked
    assert all(BY_ITSELF.lower() in headers for headers in asked), "nobody asked; it keeps no session alive"
    assert visitor.complaints == []


def test_the_focus_is_seen_wherever_it_is(visit: Any) -> None:
    visitor = visit()
    page = visitor.page()
    page.goto(f"{visitor.address}/components/")
    seen = set()
    for _press in range(70):
        page.keyboard.press("Tab")
        ring = page.evaluate("""() => {
            const element = document.activeElement;
            const style = getComputedStyle(element);
            return [element.outerHTML.slice(0, 80), style.outlineStyle, parseFloat(style.outlineWidth)];
        }""")
        if not ring[0].startswith("<body"):
            seen.add(ring[0])
            assert ring[1] not in {"none", ""}, ring
            assert ring[2] >= 2, ring
    assert len(seen) > 25


@pytest.mark.parametrize("path", ["/components/", "/account/login/"])
@pytest.mark.parametrize(("width", "height"), [(320, 256), (320, 800), (768, 1024), (3840, 2160)])
def test_nothing_is_cut_off_at_any_size(visit: Any, path: str, width: int, height: int) -> None:
    """320 × 256 is a window of 1280 × 1024 at 400 % (WCAG 2.2, 1.4.10)."""
    visitor = visit(viewport={"width": width, "height": height})
    page = visitor.page()
    page.goto(visitor.address + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.evaluate("""() => [...document.querySelectorAll("main *, header *")].filter((element) => {
        const box = element.getBoundingClientRect();
        const hidden = element.closest(".visually-hidden, .table-scroll, dialog, legend, .person-menu, .heat");
        return !hidden && box.width && box.right > innerWidth + 1;
    }).map((element) => element.outerHTML.slice(0, 100))""")
    assert cut == []


def test_the_theme_and_the_language_are_chosen_and_kept(visit: Any) -> None:
    for scheme, other in (("light", "Dark"), ("dark", "Light")):
        visitor = visit(color_scheme=scheme)
        page = visitor.page()
        page.goto(f"{visitor.address}/account/login/")
        before = page.evaluate("getComputedStyle(document.body).backgroundColor")
        tab_to(page, page.get_by_role("button", name=other))
        page.keyboard.press("Enter")
        page.wait_for_selector(f"html[data-theme={other.lower()}]")
        page.wait_for_load_state()  # the styles are there
        expect(page.locator("body")).not_to_have_css("background-color", before)
        page.get_by_role("button", name="Dansk").click()
        expect(page.locator("html[lang=da] h1")).to_have_text("Log ind")
        page.reload()
        expect(page.locator(f"html[lang=da][data-theme={other.lower()}]")).to_have_count(1)
        page.get_by_role("button", name="Automatisk").click()
        page.wait_for_selector("html:not([data-theme])")
        expect(page.locator("body")).to_have_css("background-color", before)


def test_everything_works_without_a_script(visit: Any) -> None:
    visitor = visit(java_script_enabled=False)
    page = visitor.page()
    page.goto(f"{visitor.address}/components/")
    expect(page.locator("[data-copy]")).to_be_hidden()  # a button that could do nothing is not there
    with page.expect_navigation():
        page.locator("[data-dialog=more]").click()
    assert page.url.endswith("/components/")  # the page with the same
    page.locator("[name=state]").select_option("done")
    with page.expect_navigation():
        page.get_by_role("button", name="Show").click()
    expect(page.locator("table#scans tbody tr")).to_have_count(2)
    with page.expect_navigation():
        page.get_by_role("link", name="Clear").click()
    expect(page.locator("table#scans tbody tr")).to_have_count(6)
    page.locator(".score.compact summary").first.click()
    expect(page.locator(".score.compact .score-parts").first).to_be_visible()
    assert visitor.complaints == []


def test_paper_shows_the_content_and_no_tools(visit: Any) -> None:
    visitor = visit(color_scheme="dark")
    page = visitor.page()
    page.goto(f"{visitor.address}/components/")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for tool in (".filters", ".paging", ".buttons", ".tabs", ".top-tools", ".person"):
        assert page.locator(f"{tool}:visible").count() == 0
    assert page.locator("table.data:visible").count() > 0
    assert page.locator(".synthetic:visible").count() == 1
