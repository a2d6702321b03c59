"""A node that serves, and Chromium before it: what the tests of pages ask for."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from tests.node import conftest as node_conftest
from tests.node.conftest import (  # noqa: F401 - fixtures and a hook, and the node for tests that they belong to
    inbox,
    pytest_xdist_setupnodes,
    static_files,
)

# Playwright runs a loop in this thread, and Django would refuse queries because of it; nothing here is asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from vaern.node.organisations.models import Person

ROOT = Path(__file__).resolve().parents[3]
SCREENSHOTS = ROOT / ".screenshots"
PATIENCE = 120_000
"""Milliseconds until something that does not happen is a failure: a busy machine is slow, and not wrong.

The first page of a process is the slowest: the node's templates and half of its modules are read for it.
"""

expect.set_options(timeout=PATIENCE)


django_db_setup = node_conftest.django_db_setup


@pytest.fixture(scope="session")
def address(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The address of a node over the test's database. Tests that use it are `django_db(transaction=True)`."""
    from django.test.testcases import LiveServerThread
    from django.test.utils import modify_settings

    with django_db_blocker.unblock(), modify_settings(ALLOWED_HOSTS={"append": "localhost"}):
        # WhiteNoise serves styles and scripts, as in a real node, not the test server's own handler.
        thread = LiveServerThread("localhost", lambda application: application)
        thread.daemon = True
        thread.start()
        thread.is_ready.wait()
        if thread.error:
            raise thread.error
        yield f"http://localhost:{thread.port}"
        thread.terminate()


@dataclass
class Visitor:
    """A browser profile of its own, and what it complained of."""

    context: BrowserContext
    address: str
    complaints: list[str] = field(default_factory=list)

    def page(self) -> Page:
        """Open a tab that listens to everything that may not happen."""
        page = self.context.new_page()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", self._asked)
        return page

    def _said(self, message: Any) -> None:
        if message.type not in {"debug", "verbose"}:  # what Chromium would find nicer
            self.complaints.append(f"console: {message.text}")

    def _asked(self, request: Any) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.address).netloc:
            self.complaints.append(f"request to another host: {request.url}")

    def take(self, session: str) -> None:
        """Go on with this session, or with none."""
        from django.conf import settings

        name = settings.SESSION_COOKIE_NAME
        self.context.clear_cookies(name=name)
        if session:
            self.context.add_cookies([{"name": name, "value": session, "url": self.address}])

    def prefer(self, language: str = "", theme: str = "") -> None:
        """Choose the language and the theme, as the forms of the pages do."""
        chosen = {"django_language": language, "theme": theme}
        self.context.add_cookies([{"name": k, "value": v, "url": self.address} for k, v in chosen.items() if v])


@pytest.fixture
def visit(transactional_db: None, browser: Browser, address: str) -> Iterator[Any]:
    """Make visitors: `visit(person)` is signed in, `visit(None)` is not; other options are the browser's.

    `of`: another browser than that of all tests. `second_factor`: of those who need not have one, whether they gave it.
    """
    contexts: list[BrowserContext] = []

    def visit(
        person: Person | None = None, of: Browser = browser, second_factor: bool | None = None, **options: Any
    ) -> Visitor:
        from django.conf import settings
        from django.test import Client
        from tests.node.factories import sign_in

        session = ""
        context = of.new_context(**{"locale": "en-GB", "viewport": {"width": 1440, "height": 900}, **options})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if person:
            client = Client()
            sign_in(client, person, second_factor=second_factor)
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
        visitor = Visitor(context, address)
        visitor.take(session)
        return visitor

    yield visit
    for context in contexts:
        context.close()
