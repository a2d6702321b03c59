"""Markdown of the documentation as HTML that the node's content security policy takes.

By markdown-it-py (CommonMark): HTML in a source stays text, so what comes out holds only tags that stand here or there.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.token import Token

COMMENT = re.compile(r"^<!--.*?-->\n?", re.MULTILINE | re.DOTALL)
ADMONITION = re.compile(r'^!!! \w+ "([^"\n]+)"\n((?:    .*\n?)+)', re.MULTILINE)
LOW_OR_HIGH = re.compile(r"&lt;(/?su[bp])&gt;")
DEEPEST = 3
"""Of the headings that a table of contents shows."""


@dataclass(frozen=True)
class Heading:
    """A heading: its level (1 is the title), its words, and the anchor that leads to it."""

    level: int
    text: str
    anchor: str


def anchor_of(text: str) -> str:
    """Return the anchor of a heading, as MkDocs and GitHub give it."""
    plain = re.sub(r"[^\w\s-]", "", text).strip().lower()
    return re.sub(r"\s+", "-", plain)


def outline(source: str) -> list[Heading]:
    """Return the headings of a page, the title first."""
    return _headings(_PARSER.parse(_prepared(source)))


def rendered(source: str, link: Callable[[str], str]) -> tuple[str, list[Heading], SafeString]:
    """Return a page's title, its headings below it, and its HTML without the title.

    Args:
        source: Markdown.
        link: from a relative link to the page of the manual that it leads to; "" where it leads to none.
    """
    tokens = _PARSER.parse(_prepared(source))
    headings = _headings(tokens)
    if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        del tokens[:3]
    for token in tokens:
        _settle(token, link)
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    html = LOW_OR_HIGH.sub(r"<\1>", html)
    return headings[0].text, headings[1:], mark_safe(html)  # noqa: S308 - HTML of the sources is escaped


def _prepared(source: str) -> str:
    """Take comments away, and write remarks of MkDocs as quotations."""
    text = COMMENT.sub("", source)
    return ADMONITION.sub(_quoted, text)


def _quoted(remark: re.Match[str]) -> str:
    return f"> **{remark[1]}**\n>\n" + re.sub(r"^    ", "> ", remark[2], flags=re.MULTILINE)


def _headings(tokens: Sequence[Token]) -> list[Heading]:
    found: list[Heading] = []
    taken: set[str] = set()
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            text = "".join(child.content for child in inline.children or () if child.type in {"text", "code_inline"})
            anchor, number = anchor_of(text), 0
            while anchor in taken:
                number += 1
                anchor = f"{anchor_of(text)}_{number}"
            taken.add(anchor)
            opening.attrSet("id", anchor)
            found.append(Heading(int(opening.tag[1]), text, anchor))
    return found


def _settle(token: Token, link: Callable[[str], str]) -> None:
    """Turn links and pictures to where they are in the node, and alignment into a class: no style stands in a page."""
    if str(token.attrs.pop("style", "")).endswith("right"):
        token.attrSet("class", "numeric")
    children = token.children or []
    for place, child in enumerate(children):
        if child.type == "image":
            child.attrSet("src", f"/manual/assets/{posixpath.basename(str(child.attrs['src']))}")
        elif child.type == "link_open" and not re.match(r"[a-z]+:", href := str(child.attrs["href"])):
            if there := link(href):
                name, sign, anchor = there.partition("#")
                child.attrSet("href", f"/manual/{name}/{sign}{anchor}")
            else:  # what the manual does not hold is named, and leads nowhere
                child.tag = "span"
                child.attrs.clear()
                next(one for one in children[place:] if one.type == "link_close").tag = "span"


def _pre(self: Any, tokens: Sequence[Token], place: int, _options: Any, _env: Any) -> str:
    return f'<pre tabindex="0"><code>{escape(tokens[place].content)}</code></pre>\n'


def _table_open(self: Any, _tokens: Sequence[Token], _place: int, _options: Any, _env: Any) -> str:
    return '<div class="table-scroll" tabindex="0" role="group" aria-label="Table"><table class="data">\n'


def _table_close(self: Any, _tokens: Sequence[Token], _place: int, _options: Any, _env: Any) -> str:
    return "</table></div>\n"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    for name, rule in {
        "fence": _pre,
        "code_block": _pre,
        "table_open": _table_open,
        "table_close": _table_close,
    }.items():
        parser.add_render_rule(name, rule)
    return parser


_PARSER = _parser()
