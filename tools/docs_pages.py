"""MkDocs hook: pages of the site that lie elsewhere, and the list of decisions.

ARCHITECTURE.md and its like belong at the root of the repository, where people look for them. Here they
become pages of the site, and links to them and from them are turned so that they hold in both places.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent

PAGES = {
    "ARCHITECTURE.md": "docs/explanation/architecture.md",
    "GLOSSARY.md": "docs/reference/glossary.md",
    "CONTRIBUTING.md": "docs/project/contributing.md",
    "SECURITY.md": "docs/project/security.md",
    "CHANGELOG.md": "docs/project/changelog.md",
}
"""Where in the tree a page lies, and where on the site it would."""

LINK = re.compile(r"(\]\()([^)#\s]+\.md)(#[^)\s]*)?(\))")


def site_links(markdown: str, source: str, shown: str) -> str:
    """Turn the links of a page that lies at `source` so that they hold where the site shows it.

    Args:
        markdown: the page.
        source: its path from the root of the repository.
        shown: its path on the site, `docs/` included; the same as `source` for most.
    """

    def turn(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), link[2]))
        target = PAGES.get(target, target)
        return link[1] + posixpath.relpath(target, posixpath.dirname(shown)) + (link[3] or "") + link[4]

    return LINK.sub(turn, markdown)


def decisions() -> dict[str, str]:
    """The titles of the decisions, by their file names, in their order."""
    pages = sorted((ROOT / "docs/decisions").glob("0*.md"))
    return {page.name: page.read_text("utf-8").splitlines()[0].removeprefix("# ") for page in pages}


def decisions_page() -> str:
    """The page that lists the decisions."""
    lines = [f"- [{title}]({name})" for name, title in decisions().items()]
    return "\n".join(["# Decisions", "", "A page for each choice that costs something to reverse.", "", *lines, ""])


def on_config(config: MkDocsConfig) -> None:
    """Put the decisions into the navigation (called by MkDocs)."""
    section: list[Any] = ["decisions/index.md", *(f"decisions/{name}" for name in decisions())]
    assert config.nav is not None
    next(entry for entry in config.nav if "Decisions" in entry)["Decisions"] = section


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that no file below docs/ holds (called by MkDocs)."""
    for source, shown in PAGES.items():
        content = site_links((ROOT / source).read_text("utf-8"), source, shown)
        files.append(File.generated(config, shown.removeprefix("docs/"), content=content))
    files.append(File.generated(config, "decisions/index.md", content=decisions_page()))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Turn the links of a page below docs/ to the pages above (called by MkDocs)."""
    if page.file.generated_by:
        return markdown
    source = f"docs/{page.file.src_uri}"
    return site_links(markdown, source, source)
