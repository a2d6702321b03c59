"""A table that people work in: columns, rows, filters, search, sorting, and the links to the next and previous page.

The view fills it from a query; the template draws it with `{{ table }}` or `{% table table %}`. Nothing is searched
while somebody types: each search is a read that the ledger records, so each is meant.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from vaern.node.web.components import Component, Empty

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        label: its head.
        sort: the name under which the view sorts by it, or empty.
        numeric: figures, set to the right.
        hidden_label: the head is read aloud but not shown (a column of buttons).
    """

    label: object
    sort: str = ""
    numeric: bool = False
    hidden_label: bool = False

    def __post_init__(self) -> None:
        if not self.label:
            raise ValueError("A column has a label, read aloud if it is not shown: set hidden_label.")


@dataclass(frozen=True)
class Row:
    """A row.

    Attributes:
        cells: one for each column: text, numbers, components, or HTML marked safe. The first names the row.
        url: where Enter and the first cell lead.
        tone: one of TONES, a mark at the row's edge.
    """

    cells: Sequence[Any]
    url: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Filter:
    """A choice above the table.

    Attributes:
        name: the parameter in the address.
        label: what is chosen.
        choices: pairs of value and words; the table adds the empty choice in front.
        value: what is chosen now, or empty.
        unset: what the empty choice is called; "All" if it is not said, so say it where it does not show all.
    """

    name: str
    label: object
    choices: Sequence[tuple[str, object]]
    value: str = ""
    unset: object = ""


@dataclass(frozen=True)
class Table(Component):
    """The whole.

    Attributes:
        caption: what the rows are; read aloud, and shown if `show_caption`.
        filters: choices above the table.
        search: what is searched for now; None if there is no search.
        search_label: what the search looks at.
        sort: how it is sorted now: a column's `sort`, with `-` in front for descending.
        next, previous: cursors of `paging.Page`, empty at the ends.
        total: how many there are in all, if that is known cheaply.
        empty: what stands there if there are no rows.
        keep: further parameters that links and filters keep.
        id: of the table in the page; two tables of a page need two.
        named: stands before the parameters of its cursors, as in `paging.paginate`.
    """

    caption: object
    columns: Sequence[Column]
    rows: Sequence[Row]
    filters: Sequence[Filter] = ()
    search: str | None = None
    search_label: object = ""
    sort: str = ""
    next: str = ""
    previous: str = ""
    total: int | None = None
    empty: Empty | None = None
    show_caption: bool = False
    keep: Mapping[str, str] = field(default_factory=dict)
    id: str = "table"
    named: str = ""
    template: ClassVar[str] = "web/components/table.html"

    @property
    def filtered(self) -> bool:
        """Whether a filter or the search leaves rows out."""
        return bool(self.search) or any(choice.value for choice in self.filters)

    @property
    def _state(self) -> dict[str, str]:
        state = {choice.name: choice.value for choice in self.filters}
        return {**self.keep, **state, "q": self.search or "", "sort": self.sort}

    def _link(self, **change: str) -> str:
        return "?" + urlencode({name: value for name, value in {**self._state, **change}.items() if value})

    @property
    def next_url(self) -> str:
        """The address of the next page, or empty."""
        return self._link(**{f"{self.named}after": self.next}) if self.next else ""

    @property
    def previous_url(self) -> str:
        """The address of the previous page, or empty."""
        return self._link(**{f"{self.named}before": self.previous}) if self.previous else ""

    @property
    def clear_url(self) -> str:
        """The address without filters and search."""
        return "?" + urlencode({**self.keep, **({"sort": self.sort} if self.sort else {})})

    @property
    def heads(self) -> list[tuple[Column, str, str]]:
        """Each column with the address that sorts by it, and how it is sorted now (as `aria-sort` says it)."""
        found = []
        for column in self.columns:
            if not column.sort:
                found.append((column, "", ""))
                continue
            now = {column.sort: "ascending", f"-{column.sort}": "descending"}.get(self.sort, "")
            wanted = f"-{column.sort}" if now == "ascending" else column.sort
            found.append((column, self._link(sort=wanted), now))
        return found

    @property
    def lines(self) -> list[tuple[Row, list[tuple[Column, Any]]]]:
        """Each row with its cells beside their columns."""
        return [(row, list(zip(self.columns, row.cells, strict=True))) for row in self.rows]
