"""Every page of the demonstration, as the Nu HTML checker reads it: the judge that the W3C uses."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from lxml import html
from tests.browser.node.routes import candidates, people_for, prepare, routes
from tests.node.factories import sign_in

from vaern.node.demo.seeding import seed
from vaern.node.organisations.actions import begin_node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse
    from tests.browser.node.routes import Route

    from vaern.node.organisations.models import Person

NU = Path(__file__).parents[2] / ".conformance/bin/vnu"
pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def judge() -> Path:
    """Return the checker. Also in CI it is there only where npm and Java are."""
    if not NU.exists():
        pytest.skip("the Nu HTML checker is not installed: make conformance-setup brings it where npm and Java are")
    return NU


def opened(client: Client, path: str) -> HttpResponse:
    """Open a page, and answer the question for a reason that may come before."""
    answer = client.get(path)
    if answer.status_code == 200 and b"/reason/" in answer.content:
        for form in html.fromstring(answer.content.decode()).xpath("//main//form[contains(@action, '/reason/')]"):
            why = form.xpath(".//input[contains(@name, 'why')]")[0]
            fields = {**dict(form.fields), why.get("name"): why.get("value")}
            answer = client.post(form.action, {name: value or "" for name, value in fields.items()}, follow=True)
    return answer


class Visitors:
    """People of the demonstration, each signed in with a client of their own."""

    def __init__(self) -> None:
        self.clients: dict[str, Client] = {}

    def pages(self, route: Route) -> Iterator[HttpResponse]:
        """Yield what each person who may come gets at each address of the route, a stranger first."""
        for person in [None, *people_for(route)] if route.permission is None else people_for(route):
            for path in candidates(route, person):
                yield opened(self._client(person), path)

    def _client(self, person: Person | None) -> Client:
        key = str(person and person.pk)
        if key not in self.clients:
            self.clients[key] = Client()
            if person:
                sign_in(self.clients[key], person)
        return self.clients[key]


def test_every_page_is_html(judge: Path, settings: Any, tmp_path: Path) -> None:
    settings.STEP_UP_SECONDS = settings.IDLE_SECONDS = 24 * 3600
    seed(begin_node(), None, lambda _line: None)
    prepare()
    visitors, kept = Visitors(), 0
    for route in routes():
        for answer in visitors.pages(route):
            is_page = answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html")
            if is_page:
                (tmp_path / f"{route.file}.html").write_bytes(answer.content)
                kept += 1
            if is_page or answer.status_code in {200, 405}:  # 405: a form's address without a page of its own
                break
    assert kept > 100, kept
    assert complaints(judge, tmp_path) == []
    (tmp_path / "wrong.html").write_text("<!doctype html><title>x</title><p><div></p>", "utf-8")
    assert complaints(judge, tmp_path)


def complaints(judge: Path, folder: Path) -> list[str]:
    """Return each error, with the page and its place; one of a kind for a page."""
    command = [judge, "--format", "json", "--errors-only", "--exit-zero-always", *sorted(folder.glob("*.html"))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    found = {
        (one["url"].rpartition("/")[2], one["message"]): f"line {one.get('lastLine')}: {one.get('extract', '')}"
        for one in json.loads(done.stderr)["messages"]
    }
    return [f"{page}: {message} ({where})" for (page, message), where in found.items()]
