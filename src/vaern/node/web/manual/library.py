"""The pages of the manual: where they lie, what stands in them, and what a search finds among their headings.

A page is named by its path without suffix: `how-to/cases`. In a package the sources lie beside this module (the build
puts them there), in a working copy where people edit them. They are read once for each process.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from vaern.node.web.manual.rendering import Heading, outline, rendered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

FOLDERS = ("how-to/roles", "how-to", "tutorial", "explanation", "reference", "decisions")
"""Folders of `docs/` that the manual holds, in the order of its contents; decisions are reached by links alone."""

ELSEWHERE = {"reference/glossary": "GLOSSARY.md", "explanation/architecture": "ARCHITECTURE.md"}
"""Pages that lie at the root of the repository, where people look for them."""

ASSET = re.compile(r"[a-z0-9-]+\.(?:png|svg)")
WORD = re.compile(r"\w+")
MOST_FOUND = 30


@dataclass(frozen=True)
class Page:
    """One page.

    Attributes:
        name: its path without suffix.
        headings: below the title, in order.
        html: without the title.
    """

    name: str
    title: str
    headings: Sequence[Heading]
    html: SafeString


@dataclass(frozen=True)
class Found:
    """A heading that a search found.

    Attributes:
        page: the title of its page.
        heading: its words; "" for the page itself.
        anchor: in the page; "" for the page itself.
    """

    name: str
    page: str
    heading: str
    anchor: str


@cache
def root() -> Path:
    """Return the folder in which `docs/` and the pages of `ELSEWHERE` lie."""
    packaged = Path(__file__).parent / "pages"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[5]


@cache
def sources() -> dict[str, str]:
    """Return the source of each page, relative to `root()`, by the page's name."""
    found = {
        f"{folder}/{path.stem}": f"docs/{folder}/{path.name}"
        for folder in FOLDERS
        for path in sorted((root() / "docs" / folder).glob("*.md"))
    }
    return found | {name: path for name, path in ELSEWHERE.items() if (root() / path).is_file()}


def target(source: str, link: str) -> str:
    """Return the name of the page that a link leads to, with its anchor; "" if it leads out of the manual.

    Args:
        source: of the page in which it stands, relative to `root()`.
        link: as it is written there.
    """
    path, sign, anchor = link.partition("#")
    there = posixpath.normpath(posixpath.join(posixpath.dirname(source), path)) if path else source
    name = _names().get(there, "")
    return f"{name}{sign}{anchor}" if name else ""


@cache
def _names() -> dict[str, str]:
    return {source: name for name, source in sources().items()}


@lru_cache(maxsize=64)
def page(name: str) -> Page | None:
    """Return a page, or None if there is none of that name."""
    source = sources().get(name)
    if source is None:
        return None
    title, headings, html = rendered(_text(source), lambda link: target(source, link))
    return Page(name, title, headings, html)


def asset(name: str) -> bytes | None:
    """Return a picture of the pages, or None."""
    path = root() / "docs/assets" / name
    return path.read_bytes() if ASSET.fullmatch(name) and path.is_file() else None


def contents() -> dict[str, list[tuple[str, str]]]:
    """Return the pages by folder, each as name and title, in the order of the titles."""
    found: dict[str, list[tuple[str, str]]] = {folder: [] for folder in FOLDERS if folder != "decisions"}
    for name, headings in outlines().items():
        if (folder := posixpath.dirname(name)) in found:
            found[folder].append((name, headings[0].text))
    return {folder: sorted(pages, key=lambda pair: pair[1].casefold()) for folder, pages in found.items()}


@cache
def outlines() -> dict[str, Sequence[Heading]]:
    """Return the headings of every page, the title first, without rendering one."""
    return {name: outline(_text(source)) for name, source in sources().items()}


def search(text: str) -> list[Found]:
    """Return the pages and headings that have all words or beginnings of words, titles first."""
    wanted = [word.casefold() for word in WORD.findall(text)]
    if not wanted:
        return []
    titles: list[Found] = []
    below: list[Found] = []
    for name, headings in outlines().items():
        title = headings[0].text
        for place, heading in enumerate(headings):
            if _has(f"{heading.text} {title}" if place else title, wanted) and (
                not place or _has(heading.text, wanted, 1)
            ):
                found = Found(name, title, heading.text if place else "", heading.anchor if place else "")
                (below if place else titles).append(found)
    return [*titles, *below][:MOST_FOUND]


def _has(text: str, wanted: Sequence[str], least: int = 0) -> bool:
    """Whether a text has words that begin with those wanted: with all of them, or with at least some."""
    words = _folded(text)
    there = sum(f"\n{one}" in words for one in wanted)
    return there >= (least or len(wanted))


@lru_cache(maxsize=10_000)
def _folded(text: str) -> str:
    """Return the words of a heading, each behind the end of a line: all are asked of at each letter that is typed."""
    return "".join(f"\n{word.casefold()}" for word in WORD.findall(text))


def _text(source: str) -> str:
    return (root() / source).read_text("utf-8")
