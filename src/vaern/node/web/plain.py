"""What stands in a cell of a table, for a file: the words that people read, moments as ISO 8601 with their zone.

A cell may be HTML. Of a `<time>` its machine-readable value is taken, of what can be pressed or unfolded nothing, and
not what only screen readers are told.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import singledispatch
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.timezone import is_aware, localtime

from vaern.node.web.components import Chip, Clock, Code, Component, Link, When
from vaern.node.web.day import Day

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.web.tables import Column, Table

NOT_SAID = frozenset({"button", "svg", "ul", "script", "style", "form"})
"""Elements whose text is no part of what a cell says; `ul` stands behind a summary."""

VOID = frozenset({"br", "hr", "img", "input", "wbr", "path"})
APART = frozenset({"chip", "quiet"})
"""Classes of what stands apart from the words before it, on a page by its looks."""

EMPTY = "–"
"""How a page shows that there is nothing; a file shows it by nothing."""


class _Words(HTMLParser):
    """Collects the text of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin to be silent, or take the value of a `<time>` or of what is shortened instead of its text."""
        if tag in VOID:
            self.found += [" "] if tag == "br" else []
            return
        given = dict(attrs)
        classes = set((given.get("class") or "").split())
        exact = given.get("datetime") if tag == "time" else given.get("title") if tag == "code" else None
        if self._silent:
            self._silent.append(tag)
        elif exact:
            self.found.append(exact)
            self._silent.append(tag)
        elif tag in NOT_SAID or "visually-hidden" in classes:
            self._silent.append(tag)
        elif APART & classes and "".join(self.found).strip():
            self.found.append("; ")
        elif tag in {"p", "div", "li", "dd", "dt"}:
            self.found.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """Stop being silent."""
        if self._silent and tag not in VOID:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        """Keep text that is said."""
        if not self._silent:
            self.found.append(data)


def words_of(html: str) -> str:
    """Return the words of HTML in one line."""
    parser = _Words()
    parser.feed(html)
    parser.close()
    return re.sub(r"\s+([;,.])", r"\1", " ".join("".join(parser.found).split()))


@singledispatch
def plain(cell: object) -> object:
    """Return what a cell says, as a value of a file."""
    text = str(cell)
    said = words_of(text) if isinstance(text, SafeString) or isinstance(cell, Component) else text
    return "" if said == EMPTY else said


@plain.register
def _(_cell: None) -> object:
    return ""


@plain.register
def _(cell: int | float | Decimal) -> object:
    return str(cell) if isinstance(cell, bool) else cell


@plain.register
def _(cell: datetime) -> object:
    return (localtime(cell) if is_aware(cell) else cell).isoformat(timespec="seconds")


@plain.register
def _(cell: date) -> object:
    return cell.isoformat()


@plain.register
def _(cell: When) -> object:
    return plain(cell.at)


@plain.register
def _(cell: Day) -> object:
    return plain(cell.on)


@plain.register
def _(cell: Clock) -> object:
    return plain(cell.due_at)


@plain.register
def _(cell: Chip | Link) -> object:
    return plain(cell.label)


@plain.register
def _(cell: Code) -> object:
    return str(cell.value)


def heads(table: Table) -> list[str]:
    """Return the headings of a table's file."""
    found = [str(column.label) for column in _columns(table)]
    return [found[0], str(table.marks), *found[1:]] if table.marks else found


def lines(table: Table) -> Iterable[list[object]]:
    """Return the rows of a table's file."""
    shown = [not column.hidden_label for column in table.columns]
    for row in table.rows:
        cells = [plain(cell) for cell, is_shown in zip(row.cells, shown, strict=True) if is_shown]
        if table.marks:
            cells.insert(1, "; ".join(str(plain(mark)) for mark in row.marks))
        yield cells


def _columns(table: Table) -> list[Column]:
    return [column for column in table.columns if not column.hidden_label]
