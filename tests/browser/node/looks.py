"""How a page is looked at and worked on: by axe-core, with its reason, beside its record, and in a picture of it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from tests.browser.node.conftest import SCREENSHOTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
EVERY_RULE = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
WORDS_AND_COLOURS = {
    "type": "rule",
    "values": [
        "color-contrast",
        "link-in-text-block",
        "target-size",
        "html-has-lang",
        "html-lang-valid",
        "valid-lang",
        "document-title",
        "button-name",
        "link-name",
        "label",
        "empty-heading",
        "empty-table-header",
        "image-alt",
        "identical-links-same-purpose",
    ],
}
"""What another language or theme can break; the structure of a page is the same in each."""

NOISE = "Failed to load resource: the server responded with a status of 4"


RUN = "options => window.axe ? axe.run(document, options) : null"


def axe(page: Page, run_only: dict[str, Any] = EVERY_RULE) -> list[str]:
    """Return what axe-core finds. It is put into the page by the debugger, which the page's policy does not bind.

    A tab for many pages has it put into each (`add_init_script(AXE)`), which spares sending it anew.
    """
    page.wait_for_load_state()  # a page whose first words are there is not yet all there
    # What passes is not written down, and style sheets are not fetched anew: half of the time, and nobody reads it.
    options = {"runOnly": run_only, "resultTypes": ["violations"], "preload": False}
    found = page.evaluate(RUN, options)
    if found is None:
        page.evaluate(AXE)
        found = page.evaluate(RUN, options)
    return [
        f"axe {violation['id']}: {node['html'][:200]} ({node['failureSummary']})"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def give_reason(page: Page) -> bool:
    """Answer the reason dialogue, if that is the page; return when the next page is there."""
    page.wait_for_load_state()
    form = page.locator("main form[action$='/reason/']")
    if not form.count():
        return False
    form.locator("input[name$=why]").first.check()
    with page.expect_navigation():  # what is read straight after a click may still be the page before
        form.locator("button.primary").click()
    return True


LISTEN = """() => {
    window.answers = 0
    document.addEventListener("vaern:shown", () => { window.answers += 1 }, { once: true })
}"""
ANSWERED = "() => window.answers !== 0"
"""Whether the page has drawn an answer where it stands, or is another page, which counts nothing."""


@contextmanager
def answered(page: Page) -> Iterator[None]:
    """Wait after an act until its answer is there: another page, a page beside the record, or the record anew."""
    page.evaluate(LISTEN)
    yield
    page.wait_for_function(ANSWERED)
    page.wait_for_load_state()


def foreground(page: Page) -> Locator:
    """Return what is worked in: the page that is open beside the record, or the page itself."""
    beside = page.locator("#act[open] [data-act-body]")
    return beside if beside.count() else page.locator("main")


def reveal(page: Page, wanted: Locator) -> None:
    """Choose the tab that something of a record is in, and unfold it, as people do who look for it."""
    tab = wanted.evaluate("one => one.closest('[data-tab][hidden]')?.id ?? ''")
    if tab:
        page.locator(f"[role=tab][aria-controls='{tab}']").click()
    folds = wanted.locator("xpath=ancestor::details[not(@open)]")
    for _n in range(folds.count()):
        folds.first.locator("xpath=./summary").click()  # the outermost first


def say_why(page: Page, why: str) -> None:
    """Give a reason in the form that is open: where one is suggested, unfold the others first."""
    form = foreground(page)
    folded = form.locator("details.reason:not([open]) > summary")
    if folded.count():
        folded.first.click()
    form.locator(f"[name$=why][value={why}]").first.check()


def picture(page: Page, name: str, *, whole: bool = True) -> None:
    """Keep a picture of a page in `.screenshots/`. In CI nobody looks, and each takes a seventh of a second."""
    if not os.environ.get("CI"):
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=whole)
