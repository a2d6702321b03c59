"""Every page that a role can open: no axe finding, no complaint of the browser, no request elsewhere; and its picture.

The pages come from the router and the records from the demonstration, which real actions made, so that a new page is
here without a line written. Look at `.screenshots/` after a run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from tests.browser.node.looks import AXE, EVERY_RULE, NOISE, WORDS_AND_COLOURS, axe, give_reason, picture
from tests.conftest import has_turn

if TYPE_CHECKING:
    from tests.browser.node.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LOOKS = [("en", "light"), ("da", "dark")]
SHOWN = """() => {
    const count = (selector) => document.querySelectorAll(selector).length
    return {
        wide: document.documentElement.scrollWidth > innerWidth,
        over: [...document.querySelectorAll(".record-main .table-scroll")].some(
            (one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === "visible"),
        language: document.documentElement.lang,
        synthetic: count(".synthetic"), failed: count("[data-failed]"), headings: count("h1"),
        asks: count("main form[action$='/reason/']"),
    }
}"""
AT_REST = """() => !document.querySelector("[data-door]:not([hidden]):not([data-ready])")"""
"""Whether the door of a press event has put away what it needs without a network; other pages ask for nothing more."""


@pytest.fixture
def alliance(transactional_db: None) -> None:
    """The people and records of the demonstration."""
    from vaern.node.demo.seed import seed
    from vaern.node.organisations.actions import begin_node

    seed(begin_node(), None, lambda _line: None)


class Walk:
    """Look at pages in one language and theme, in one tab: a page that is left open goes on asking the node."""

    def __init__(self, visit: Any, language: str, theme: str) -> None:
        self.language, self.theme = language, theme
        self.visitor: Visitor = visit()
        self.visitor.prefer(language, theme)
        self.visitor.context.add_init_script(AXE)
        self.tab = self.visitor.page()
        self.problems: list[str] = []
        self.seen: list[str] = []

    def go(self, name: str, session: str, path: str) -> None:
        """Open a page as whose session it is, and look at it."""
        self.visitor.take(session)
        self.visitor.complaints.clear()
        answer = self.tab.goto(self.visitor.address + path)
        assert answer
        if answer.status != 200 or urlsplit(self.tab.url).path != path.partition("?")[0]:
            self.problems.append(f"{name}: {path} answers {answer.status} at {self.tab.url}")
        else:
            self.look(name)

    def axe(self, name: str) -> list[str]:
        """Ask axe-core for everything in the first look; in another, of each page in its turn, what that can break."""
        if (self.language, self.theme) == LOOKS[0]:
            return axe(self.tab, EVERY_RULE)
        return axe(self.tab, WORDS_AND_COLOURS) if has_turn(name, 0, 4) else []

    def look(self, name: str) -> None:
        """Check the page that is open, and keep its picture."""
        from tests.browser.node.routes import OWN_LANGUAGE, file_of

        page = self.tab
        page.wait_for_load_state()
        page.wait_for_function(AT_REST)  # what it still asks for would be refused to the next person
        shown = page.evaluate(SHOWN)
        if shown["asks"]:
            give_reason(page)
            shown = page.evaluate(SHOWN)
            assert not shown["asks"], "the reason was not taken"
        found = self.axe(name)
        found += [line for line in self.visitor.complaints if NOISE not in line]
        if shown["wide"]:
            found.append("wider than the window")
        if shown["over"]:
            found.append("a table lies over the facts beside it")
        if shown["language"] != self.language and name not in OWN_LANGUAGE:
            found.append("in another language")
        if shown["synthetic"] != 1:
            found.append("does not say that it is synthetic")
        if shown["failed"]:
            found.append("has a card that could not be shown")
        if shown["headings"] != 1:
            found.append(f"has {shown['headings']} h1")
        self.problems += [f"{name} ({self.language}, {self.theme}): {line}" for line in found]
        self.seen.append(name)
        picture(page, f"{file_of(name)}.{self.language}.{self.theme}")


@pytest.mark.parametrize("half", [0, 1])
def test_every_page(alliance: None, visit: Any, settings: Any, half: int) -> None:
    """One search for who sees what of every other route, and each page that is found in both languages and themes."""
    from tests.browser.node.records import prepare
    from tests.browser.node.routes import Search, routes

    # Everybody signs in at their first page, and a slow machine comes to their last one much later.
    settings.STEP_UP_SECONDS = settings.IDLE_SECONDS = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 24 * 3600
    prepare()
    search = Search()
    pages = [found for route in list(routes())[half::2] if (found := search.page(route))]
    pages += search.homes()[half::2]
    problems = search.problems
    for language, theme in LOOKS:
        walk = Walk(visit, language, theme)
        for found in pages:
            walk.go(found.name, found.session, found.path)
        print(f"{len(walk.seen)} pages: {' '.join(walk.seen)}")
        assert len(walk.seen) > 40
        problems += walk.problems
    print(*problems, sep="\n")
    assert not problems, f"{len(problems)} problems; the first: {problems[0]}"


@pytest.mark.turns
@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_steps_of_signing_in(visit: Any, language: str, theme: str) -> None:
    """The pages that show themselves only at their turn: set-up, the second step, recovery codes, step-up."""
    from allauth.mfa.models import Authenticator
    from tests.node.factories import PASSWORD, make_person, totp_code

    walk = Walk(visit, language, theme)
    person = make_person("press")
    visitor, page, look = walk.visitor, walk.tab, walk.look

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
