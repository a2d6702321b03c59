"""Every page that a role can open: no axe finding, no complaint of the browser, no request elsewhere; and its picture.

The pages come from the router and the records from the demonstration, which real actions made, so that a new page is
here without a line written. Look at `.screenshots/` after a run.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from tests.browser.node.conftest import SCREENSHOTS, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse, Page, Response
    from tests.browser.node.routes import Route

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NOISE = "Failed to load resource: the server responded with a status of 4"


@pytest.fixture
def alliance(transactional_db: None) -> None:
    """The people and records of the demonstration."""
    from vaern.node.demo.seeding import seed
    from vaern.node.organisations.actions import begin_node

    seed(begin_node(), None, lambda _line: None)


def axe(page: Page) -> list[str]:
    """Return what axe-core finds. It is put into the page by the debugger, which the page's policy does not bind."""
    page.wait_for_load_state()  # a page whose first words are there is not yet all there
    page.evaluate(AXE)
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", RULES)
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


class Walk:
    """One tour of all pages in one language and theme."""

    def __init__(self, visit: Any, language: str, theme: str) -> None:
        self.visit, self.language, self.theme = visit, language, theme
        self.visitors: dict[Any, tuple[Visitor, Page]] = {}
        self.problems: list[str] = []
        self.seen: list[str] = []

    def tab(self, person: Any) -> tuple[Visitor, Page]:
        """Return the person's own tab; None is somebody who is not signed in."""
        key = person and person.pk
        if key not in self.visitors:
            visitor = self.visit(person)
            visitor.prefer(self.language, self.theme)
            self.visitors[key] = visitor, visitor.page()
        return self.visitors[key]

    def go(self, route: Route) -> None:
        """Open a route as the first person to whom it shows a page, and look at that page."""
        from tests.browser.node.routes import candidates, people_for

        tried: list[str] = []
        for person in [None, *people_for(route)] if route.permission is None else people_for(route):
            visitor, page = self.tab(person)
            for path in candidates(route, person):
                visitor.complaints.clear()
                # Chromium shows no page for a 405 without content, and is then late for the next one: so ask before.
                before = visitor.context.request.get(visitor.address + path)
                if before.status in {401, 405} or (before.status == 200 and not self.is_page(before)):
                    return  # of a program that gives a key, a form's address without a page of its own, or a file
                answer = page.goto(visitor.address + path)
                assert answer
                tried.append(f"{person}: {path} {answer.status}")
                here = urlsplit(page.url).path == path.partition("?")[0]
                if answer.status == 200 and here and self.is_page(answer):
                    self.look(route, visitor, page)
                    return
        self.problems.append(f"{route.name}: nobody sees it ({'; '.join(tried[:4]) or 'no address'})")

    def homes(self) -> None:
        """Look at the front page of each role."""
        from tests.browser.node.routes import Route, people_for

        seen = set()
        for person in people_for(Route("home", (), None)):
            if person.roles[0] not in seen:
                seen.add(person.roles[0])
                visitor, page = self.tab(person)
                visitor.complaints.clear()
                page.goto(f"{visitor.address}/")
                self.look(Route(f"home:{person.roles[0]}", (), None), visitor, page)

    def is_page(self, answer: Response | APIResponse) -> bool:
        return "text/html" in answer.headers.get("content-type", "")

    def look(self, route: Route, visitor: Visitor, page: Page) -> None:
        """Check a page, and keep its picture."""
        from tests.browser.node.routes import OWN_LANGUAGE

        if give_reason(page):
            assert not give_reason(page), "the reason was not taken"
        found = axe(page)
        found += [line for line in visitor.complaints if NOISE not in line]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append("wider than the window")
        own_language = route.name in OWN_LANGUAGE
        if page.locator("html").get_attribute("lang") != self.language and not own_language:
            found.append("in another language")
        if page.locator(".synthetic").count() != 1:
            found.append("does not say that it is synthetic")
        if page.locator("[data-failed]").count():
            found.append("has a card that could not be shown")
        if page.locator("h1").count() != 1:
            found.append(f"has {page.locator('h1').count()} h1")
        self.problems += [f"{route.name}: {line}" for line in found]
        self.seen.append(route.name)
        page.screenshot(path=SCREENSHOTS / f"{route.file}.{self.language}.{self.theme}.png", full_page=True)


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("da", "dark")])
def test_every_page(alliance: None, visit: Any, settings: Any, language: str, theme: str) -> None:
    from tests.browser.node.routes import prepare, routes

    # Everybody signs in at their first page, and a slow machine comes to their last one much later.
    settings.STEP_UP_SECONDS = settings.IDLE_SECONDS = 24 * 3600
    SCREENSHOTS.mkdir(exist_ok=True)
    prepare()
    walk = Walk(visit, language, theme)
    for route in routes():
        walk.go(route)
    walk.homes()
    print(f"{len(walk.seen)} pages: {' '.join(walk.seen)}")
    assert len(walk.seen) > 40
    print(*walk.problems, sep="\n")
    assert not walk.problems


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("da", "dark")])
def test_steps_of_signing_in(visit: Any, language: str, theme: str) -> None:
    """The pages that show themselves only at their turn: set-up, the second step, recovery codes, step-up."""
    from allauth.mfa.models import Authenticator
    from tests.browser.node.routes import Route
    from tests.node.factories import PASSWORD, make_person, totp_code

    SCREENSHOTS.mkdir(exist_ok=True)
    walk = Walk(visit, language, theme)
    person = make_person("press")
    visitor = visit()
    visitor.prefer(language, theme)
    page = visitor.page()

    def look(name: str) -> None:
        walk.look(Route(name, (), None), visitor, page)

    def sign_in() -> None:
        page.goto(f"{visitor.address}/account/login/")
        page.locator("#id_login").fill(person.email)
        page.locator("#id_password").fill(PASSWORD)
        page.locator("main button.primary").click()

    def open_step(path: str, proof: str) -> None:
        """Open a page that asks for a fresh proof first, if it does."""
        page.goto(f"{visitor.address}/account/second-factor/{path}")
        if "reauthenticate" in page.url:
            field = page.locator("main form input:visible").first
            look("account_reauthenticate" if field.get_attribute("type") == "password" else "mfa_reauthenticate")
            field.fill(proof)
            page.locator("main button.primary").first.click()
            page.wait_for_url(f"**/{path}")

    sign_in()
    page.wait_for_selector(".person-name")
    open_step("totp/activate/", PASSWORD)
    look("mfa_activate_totp")
    assert page.locator("svg.qr").bounding_box()["width"] > 150  # type: ignore[index]
    page.locator("main details summary").click()
    secret = page.locator("main details code").inner_text()
    page.locator("main input[name=code]").fill(totp_code(secret))
    page.locator("main button.primary").click()
    page.wait_for_selector(".codes")
    look("mfa_view_recovery_codes")
    code = page.locator(".codes li").first.inner_text()
    open_step("totp/deactivate/", code)
    look("mfa_deactivate_totp")
    assert Authenticator.objects.filter(user=person).count() == 2
    visitor.context.clear_cookies(name="session")
    sign_in()
    page.wait_for_selector("main input[name=code]")
    look("mfa_authenticate")
    print(*walk.problems, sep="\n")
    assert not walk.problems
