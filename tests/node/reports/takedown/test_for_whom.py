"""Who gets which list, said alike everywhere: addresses for those who see addresses, domains for access providers.

The law: whatever names an access provider names domains in the same breath, in pages, docstrings, documentation and
Danish; and the form by which addresses leave names those who see them.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po
from django.urls import reverse
from django.utils import translation
from tests.node.factories import sign_in
from tests.node.reports.takedown.worlds import make_world

from vaern.node.reports.domains import forms as of_domains
from vaern.node.reports.takedown import forms as of_addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

ROOT = Path(__file__).parents[4]
NODE = ROOT / "src/vaern/node"
PROVIDER = re.compile(r"\baccess\s+provider", re.IGNORECASE)
DOMAINS = re.compile(r"\bdomains?\b", re.IGNORECASE)
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "GLOSSARY.md", ROOT / "README.md", ROOT / "ARCHITECTURE.md"]
SEE = {"en": ("platform", "search engine", "proxy"), "da": ("platform", "søgemaskine", "proxy")}
GET = {"en": ("access provider", "domain"), "da": ("internetudbyder", "domæne")}


def paragraphs(path: Path) -> Iterator[str]:
    """A page in parts: paragraphs, rows of tables and items of lists."""
    yield from re.split(r"\n\s*\n|\n(?=\||\s*[-*] |\s*\d+\. |#)", path.read_text("utf-8"))


def strings(path: Path) -> Iterator[str]:
    """The docstrings and texts of a module."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def where_named() -> list[tuple[str, str]]:
    found = [(str(path.relative_to(ROOT)), part) for path in PAGES for part in paragraphs(path)]
    for path in sorted(NODE.rglob("*.py")):
        found += [(str(path.relative_to(ROOT)), text) for text in strings(path)]
    for path in sorted((NODE / "reports/templates").rglob("*.html")):
        found += [(str(path.relative_to(ROOT)), line) for line in path.read_text("utf-8").splitlines()]
    return [(where, text) for where, text in found if PROVIDER.search(text)]


@pytest.mark.once
def test_whatever_names_an_access_provider_speaks_of_domains() -> None:
    found = where_named()
    assert {where for where, _text in found} >= {"docs/how-to/takedown.md", "src/vaern/node/reports/takedown/forms.py"}
    assert [(where, text) for where, text in found if not DOMAINS.search(text)] == []


def test_the_danish_says_so_too() -> None:
    with (NODE / "reports/locale/da/LC_MESSAGES/django.po").open("rb") as file:
        found = [(str(one.id), str(one.string).lower()) for one in read_po(file) if PROVIDER.search(str(one.id))]
    assert len(found) > 3
    assert [english for english, danish in found if "internetudbyder" not in danish or "domæne" not in danish] == []


@pytest.mark.parametrize("language", ["en", "da"])
def test_each_form_says_who_may_have_its_list(language: str) -> None:
    with translation.override(language):
        addresses = str(of_addresses.ExportForm.base_fields["to_whom"].help_text).lower()
        domains = str(of_domains.ExportForm.base_fields["to_whom"].help_text).lower()
    for word in (*SEE[language], *GET[language]):
        assert word in addresses, word
    for word in GET[language]:
        assert word in domains, word
    for word in SEE[language]:
        assert word not in domains, word


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "da"])
def test_the_pages_of_the_address_list_say_for_whom_it_is(client: Client, language: str) -> None:
    person = make_world().person
    sign_in(client, person)
    type(person).everybody.filter(pk=person.pk).update(language=language)
    for name in ("blocks", "export-blocks"):
        page = client.get(reverse(f"reports:{name}")).content.decode().lower()
        for word in (*SEE[language][:2], *GET[language]):
            assert word in page, (name, word)


def test_the_how_to_and_the_threat_model_name_those_who_see_addresses() -> None:
    how_to = (ROOT / "docs/how-to/takedown.md").read_text("utf-8")
    part = how_to.partition("## Where nothing helps: the blocking list\n")[2].partition("\n## ")[0]
    rows = [
        line
        for line in (ROOT / "docs/explanation/threat-model-node.md").read_text("utf-8").splitlines()
        if "to read the blocking list" in line
    ]
    assert len(rows) == 1
    for text in (part, rows[0]):
        for word in SEE["en"]:
            assert word in text.replace("proxies", "proxy"), word
