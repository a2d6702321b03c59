"""An urgent report across two organisations in a browser, and its outcome home; every page of it by axe-core too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.browser.node.looks import answered, axe, foreground, give_reason, reveal, say_why
from tests.node.reports.forwarding.worlds import GROUND, OrganisationKind, arrive, desk, fresh

from vaern.node.reports.models import Forward, Report

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from vaern.node.organisations.viewers import Viewer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

NOISE = "Failed to load resource: the server responded with a status of 422"


class Window:
    """Somebody's browser; what axe-core, the console and the width say of each page is gathered."""

    def __init__(self, visit: Any, viewer: Viewer, **options: Any) -> None:
        self.visitor = visit(viewer.person, **options)
        self.page: Page = self.visitor.page()
        self.problems: list[str] = []

    def open(self, path: str) -> str:
        """Open a page and look at it; return its words, of all its tabs and folds."""
        self.page.goto(self.visitor.address + path)
        give_reason(self.page)
        self.look(path)
        return " ".join((self.page.locator("main").text_content() or "").split())

    def look(self, name: str) -> None:
        found = axe(self.page) + [line for line in self.visitor.complaints if NOISE not in line]
        if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append("wider than the window")
        self.problems += [f"{name}: {line}" for line in found]

    @property
    def here(self) -> Locator:
        """The page that is open beside the record, or else the page itself."""
        return foreground(self.page)

    def press(self, button: str) -> None:
        self._click(self.here.get_by_role("button", name=button, exact=True, include_hidden=True))

    def follow(self, link: str) -> None:
        self._click(self.here.get_by_role("link", name=link, exact=True, include_hidden=True).first)

    def _click(self, wanted: Locator) -> None:
        reveal(self.page, wanted)
        with answered(self.page):
            wanted.click()


@pytest.mark.turns
@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_an_urgent_report_across_two_organisations_and_its_outcome_home(visit: Any, width: int, theme: str) -> None:
    hotline, police = desk(), desk(OrganisationKind.POLICE)
    report = arrive(hotline, danger_now=True, narrative="Invented for a test.")
    options = {"viewport": {"width": width, "height": 900}}
    ours, theirs = Window(visit, hotline, **options), Window(visit, police, **options)
    for window in (ours, theirs):
        window.visitor.prefer("en", theme)

    ours.open(f"/reports/{report.pk}/")
    ours.follow("Forward")
    ours.look("forward")
    ours.page.get_by_label(police.organisation.name).check()
    say_why(ours.page, "investigation")
    ours.press("Show the recipients")
    assert "under another legal regime" in ours.here.inner_text()
    ours.look("without a ground")
    ours.here.locator("[name=legal_ground]").fill(GROUND)
    ours.press("Show the recipients")
    assert police.organisation.name in ours.here.inner_text()
    assert not Forward.everywhere.exists()
    ours.look("recipients")
    ours.press("Forward")
    one = Forward.everywhere.get()

    code = fresh(one.arrived).code
    assert code in theirs.open("/reports/")
    assert "waits for the outcome" in theirs.open("/")
    assert code in theirs.open("/reports/forwarded/")
    theirs.open(f"/reports/{one.arrived_id}/")
    theirs.follow("Return the outcome")
    theirs.look("outcome")
    theirs.here.locator("[name=outcome][value=victim_safeguarded]").check()
    say_why(theirs.page, "investigation")
    theirs.press("Return the outcome")

    assert "A child was safeguarded" in ours.open("/reports/forwarded/")
    assert "A child was safeguarded" in ours.open(f"/reports/{report.pk}/")
    assert "A child was safeguarded" in ours.open("/reports/sent/")
    ours.open(f"/reports/sent/{one.arrived_id}/")
    ours.open(f"/reports/forwarded/{one.pk}/recall/")
    say_why(ours.page, "investigation")
    ours.press("Recall")
    assert code in theirs.open("/recalls/")
    theirs.follow("Acknowledge")
    theirs.look("acknowledge")
    theirs.here.locator("[name=copy][value=erase]").check()
    say_why(theirs.page, "investigation")
    theirs.press("Acknowledge")
    assert not Report.everywhere.filter(pk=one.arrived_id).exists()
    assert ours.problems + theirs.problems == []
