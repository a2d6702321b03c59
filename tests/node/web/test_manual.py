"""The manual inside the node: whole, safe, and there on every page of the work area."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_person, sign_in

from vaern.node.organisations.checks import declarations
from vaern.node.web.manual import library
from vaern.node.web.manual.places import fits, place_of, places
from vaern.node.web.manual.rendering import anchor_of, rendered

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.web.manual.places import Place

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted(library.sources())
TAGS = {
    *(
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "hr",
        "br",
        "pre",
        "code",
        "em",
        "strong",
    ),
    *("a", "img", "div", "table", "thead", "tbody", "tr", "th", "td", "span", "sub", "sup"),
}
ATTRIBUTES = {"id", "href", "src", "alt", "title", "class", "start", "tabindex", "role", "aria-label"}
OUT_OF_IT = {"CHANGELOG.md", "CONTRIBUTING.md", "README.md", "SECURITY.md"}
"""What the pages lead to and the manual does not hold."""


class Tags(HTMLParser):
    """Collects tags, attributes, addresses and anchors."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.anchors: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in {"href", "src"}:
                self.addresses.append(value or "")
            if name == "id":
                self.anchors.add(value or "")


def anchors(name: str) -> set[str]:
    page = library.page(name)
    assert page, name
    return {heading.anchor for heading in page.headings} | {anchor_of(page.title)}


def routes_of_the_work_area() -> list[str]:
    return [
        route
        for route, declared in declarations()
        if route.startswith("/") and declared and declared.permission and not declared.refused
    ]


def section(target: str) -> str:
    """The text from an anchor to the next heading that is not below it; a whole page without an anchor."""
    name, _, anchor = target.partition("#")
    text = (library.root() / library.sources()[name]).read_text("utf-8")
    if not anchor:
        return text
    lines = text.splitlines()
    begin = next(n for n, line in enumerate(lines) if line.startswith("#") and anchor_of(line.lstrip("#")) == anchor)
    level = len(lines[begin]) - len(lines[begin].lstrip("#"))
    after = (n for n in range(begin + 1, len(lines)) if re.match(rf"#{{1,{level}}} ", lines[n]))
    return "\n".join(lines[begin : next(after, len(lines))])


def test_every_page_of_the_work_area_has_its_help() -> None:
    routes = routes_of_the_work_area()
    assert len(routes) > 400
    assert [route for route in routes if place_of(route) is None] == []


def test_each_place_is_one_of_the_node_and_stands_once() -> None:
    routes = routes_of_the_work_area()
    begins = [begin for place in places() for begin in place.routes]
    assert len(begins) == len(set(begins))
    assert [begin for begin in begins if not any(fits(begin, route) for route in routes)] == []
    counted = {begin for route in routes for begin in (place_of(route) or places()[0]).routes if fits(begin, route)}
    assert set(begins) - counted == set(), "of no route the longest"


@pytest.mark.parametrize("place", places(), ids=lambda place: place.routes[0])
def test_what_helps_is_there_and_speaks_of_it(place: Place) -> None:
    name, _, anchor = place.help.partition("#")
    assert not anchor or anchor in anchors(name)
    text = " ".join(re.sub(r"[*`]", "", section(place.help)).replace("’", "'").lower().split())
    assert place.says
    assert [words for words in place.says if words not in text] == []


@pytest.mark.once
@pytest.mark.parametrize("name", PAGES)
def test_each_page_holds_only_what_the_policy_takes_and_leads_nowhere_that_is_not(name: str) -> None:
    page = library.page(name)
    assert page
    assert page.title
    found = Tags(page.html)
    assert found.tags <= TAGS
    assert found.attributes <= ATTRIBUTES
    assert found.anchors == {heading.anchor for heading in page.headings}
    for address in found.addresses:
        if address.startswith("/manual/assets/"):
            assert library.asset(address.removeprefix("/manual/assets/"))
        elif address.startswith("/"):
            there, _, anchor = address.removeprefix("/manual/").partition("#")
            assert not anchor or anchor in anchors(there.rstrip("/")), address
            assert there.rstrip("/") in PAGES, address
        else:
            assert re.match(r"https?://", address), address


@pytest.mark.parametrize("name", PAGES)
def test_what_leads_out_of_the_manual_is_known(name: str) -> None:
    source = library.sources()[name]
    text = (library.root() / source).read_text("utf-8")
    prose = re.sub(r"^```.*?^```$|^    [^\n]*$|`[^`\n]*`", "", text, flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)", prose):
        if not re.match(r"[a-z]+:", link) and not library.target(source, link):
            path = link.partition("#")[0]
            assert Path(path).name in OUT_OF_IT or not path.endswith(".md"), link


@given(st.text(alphabet="<>&\"'`[]()!#*-| \nabjs:/.=", max_size=200))
def test_no_source_can_write_tags_of_its_own(source: str) -> None:
    _title, _headings, html = rendered(f"# Title\n\n{source}", lambda _link: "")
    found = Tags(html)
    assert found.tags <= TAGS
    assert found.attributes <= ATTRIBUTES
    assert not any(address.lower().startswith(("javascript:", "data:", "vbscript:")) for address in found.addresses)


def test_html_in_a_source_stays_text() -> None:
    _title, _headings, html = rendered('# T\n\n<script src="x"></script> a<sub>1</sub>\n\n<img src=x onerror=y>', str)
    assert Tags(html).tags == {"p", "sub"}


def test_a_column_of_numbers_has_a_class_and_no_style() -> None:
    _title, _headings, html = rendered("# T\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n", str)
    assert 'class="numeric"' in html
    assert "style" not in html


@pytest.mark.once
def test_each_heading_is_found_by_its_words() -> None:
    for name, headings in library.outlines().items():
        title = headings[0].text
        if any(char.isalnum() for char in title):
            assert name in {one.name for one in library.search(title)}, title
        for heading in headings[1:]:
            found = library.search(f"{heading.text} {title}")
            assert (name, heading.anchor) in {(one.name, one.anchor) for one in found}, (title, heading.text)


@given(st.text(max_size=80))
def test_a_search_finds_no_more_than_it_shows_and_never_fails(text: str) -> None:
    assert len(library.search(text)) <= library.MOST_FOUND


@pytest.mark.parametrize("name", ["../../pyproject.toml", "how-to/../../README", "how-to", "", "how-to/none"])
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    assert library.page(name) is None
    assert library.asset(name) is None


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "da"])
def test_a_page_links_its_help_and_the_help_says_its_language(client: Client, language: str) -> None:
    sign_in(client, make_person("investigator"))
    client.cookies["django_language"] = language
    cases = client.get("/cases/").content.decode()
    assert f'href="{reverse("manual-page", args=["how-to/cases"])}"' in cases
    page = client.get("/manual/how-to/cases/").content.decode()
    assert '<article class="manual-text" lang="en">' in page
    with translation.override(language):
        said = translation.gettext("The help is written in English.") in page
    assert said == (language == "da")
    assert client.get("/manual/?q=evidence").status_code == 200
    assert client.get("/manual/how-to/no-such-page/").status_code == 404
    assert client.get("/manual/assets/states-case.svg")["Content-Type"] == "image/svg+xml"


@pytest.mark.slow
def test_a_package_brings_its_pages_along(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT / "packaging" / "node", check=True, capture_output=True)
    names = set(ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    missing = {f"vaern/node/web/manual/pages/{source}" for source in library.sources().values()} - names
    assert missing == set()
