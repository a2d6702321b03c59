"""Every page of the demonstration, as the Nu HTML checker reads it: the judge that the W3C uses."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from tests.browser.node.records import prepare
from tests.browser.node.routes import Search, file_of, routes

from vaern.node.demo.seed import seed
from vaern.node.organisations.actions import begin_node

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

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


def test_every_page_is_html(judge: Path, settings: Any, tmp_path: Path) -> None:
    settings.STEP_UP_SECONDS = settings.IDLE_SECONDS = 24 * 3600
    seed(begin_node(), None, lambda _line: None)
    prepare()
    search = Search()
    pages = [found for route in routes() if (found := search.page(route))]
    for found in pages:
        (tmp_path / f"{file_of(found.name)}.html").write_bytes(opened(search.client(found.person), found.path).content)
    assert len(pages) > 100
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
