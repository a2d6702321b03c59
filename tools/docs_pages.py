"""Write the pages of the site to build/docs, from docs/ and from what lies elsewhere: the step before MkDocs.

ARCHITECTURE.md and its like belong at the root of the repository, where people look for them. Here they
become pages of the site, and links to them and from them are turned so that they hold in both places. Any
program that builds a site of a folder of Markdown can do the rest: nothing here is a plug-in of one of them.

    python tools/docs_pages.py [FOLDER]
"""

from __future__ import annotations

import posixpath
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WRITTEN = ROOT / "build" / "docs"
"""Where mkdocs.yml looks for the pages."""

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


def write(folder: Path) -> None:
    """Write every page and every asset of the site; what a folder held before goes."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "docs", folder)
    for page in folder.rglob("*.md"):
        source = f"docs/{page.relative_to(folder).as_posix()}"
        page.write_text(site_links(page.read_text("utf-8"), source, source), "utf-8")
    for source, shown in PAGES.items():
        page = folder / shown.removeprefix("docs/")
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(site_links((ROOT / source).read_text("utf-8"), source, shown), "utf-8")
    (folder / "decisions" / "index.md").write_text(decisions_page(), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else WRITTEN)
