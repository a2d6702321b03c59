"""Work tables: columns, rows, filters, search, sorting, and links to the next and previous page.

The view fills it from a query; the template renders it with `{{ table }}` or `{% table table %}`. There is no search as
you type: the ledger records each search, so each must be deliberate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vaern.node.web.components import Component, Empty, When, numbered
from vaern.node.web.paging import NEWS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vaern.node.web.paging import Page


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        label: its heading.
        sort: its name in the list's `sorting.Order`, or "".
        numeric: numbers, aligned right.
        hidden_label: the heading is for screen readers only (a column of buttons).
        style: a class of its cells.
    """

    label: object
    sort: str = ""
    numeric: bool = False
    hidden_label: bool = False
    style: str = ""

    def __post_init__(self) -> None:
        if not self.label:
            raise ValueError("A column has a label, read aloud if it is not shown: set hidden_label.")

    @property
    def attributes(self) -> SafeString:
        """The class attribute of its cells, or ""."""
        classes = f"{'numeric ' if self.numeric else ''}{self.style}".strip()
        return format_html(' class="{}"', classes) if classes else SafeString("")


@dataclass(frozen=True)
class Row:
    """A row.

    Attributes:
        cells: one for each column: text, numbers, components, or HTML marked safe. The first names the row.
        url: target of the first cell and of Enter.
        tone: one of TONES, shown as a mark at the row's edge.
        marks: components beside the first cell, outside its link.
        id: sent for a row that is selected; the id of its link is `r-` and this.
    """

    cells: Sequence[Any]
    url: str = ""
    tone: str = ""
    marks: Sequence[Any] = ()
    id: str = ""


@dataclass(frozen=True)
class Filter:
    """A filter above the table.

    Attributes:
        name: the query parameter.
        label: what is filtered by.
        choices: pairs of value and label; the table prepends the empty choice.
        value: the current choice, or "".
        unset: label of the empty choice, by default "All"; set it if that does not show all.
        more: shown behind *More filters*.
    """

    name: str
    label: object
    choices: Sequence[tuple[str, object]]
    value: str = ""
    unset: object = ""
    more: bool = False


@dataclass(frozen=True)
class Bulk:
    """Actions on all selected rows at once.

    Attributes:
        form: id of the form that submits them; the page has it, outside the table, with whatever else is sent.
        field: name of the parameter with the ids of the selected rows.
        actions: pairs of a value of the parameter `do` and the label of its button.
    """

    form: str
    field: str
    actions: Sequence[tuple[str, object]]


@dataclass(frozen=True)
class Table(Component):
    """A table.

    Attributes:
        caption: what the rows are; for screen readers, and visible if `show_caption`.
        filters: shown above the table.
        search: the current search text; None if the table has no search.
        search_label: what is searched.
        page: of which the rows are, in their order; None if these are all that there are.
        total: number of all rows, if cheap to know.
        empty: shown if there are no rows.
        keep: further parameters that links and filters preserve.
        id: HTML id, unique in the page.
        named: prefix of the cursor parameters, as in `paging.paginate`.
        bulk: what can be done to selected rows; None if rows cannot be selected.
        style: a class of the table, and with `-filters` of its filters.
        marks: what the marks beside the first cells are, the heading of their column in a file; "" if rows have none.
        download: where its rows can be downloaded, by whoever may.
        fixed: its rows stay as they stand, where another order would rank those whom they are about.
    """

    caption: object
    columns: Sequence[Column]
    rows: Sequence[Row]
    filters: Sequence[Filter] = ()
    search: str | None = None
    search_label: object = ""
    page: Page[Any] | None = None
    total: int | None = None
    empty: Empty | None = None
    show_caption: bool = False
    keep: Mapping[str, str] = field(default_factory=dict)
    id: str = "table"
    named: str = ""
    bulk: Bulk | None = None
    style: str = ""
    marks: object = ""
    download: str = ""
    fixed: bool = False
    template: ClassVar[str] = "web/components/table.html"

    @property
    def filtered(self) -> bool:
        """Whether a filter or search is active."""
        return bool(self.search) or any(choice.value for choice in self._filters)

    @property
    def _filters(self) -> list[Filter]:
        """The filters, with that of what is new where the list is one that people come back to."""
        page = self.page
        if page is None or page.since is None or not (page.only_news or any(page.news)):
            return list(self.filters)
        since = date_format(timezone.localtime(page.since), "SHORT_DATETIME_FORMAT")
        new = [(NEWS, _("New since %(time)s") % {"time": since})]
        return [*self.filters, Filter(NEWS, _("Since I last looked"), new, NEWS if page.only_news else "")]

    @property
    def has_filters(self) -> bool:
        """Whether anything can be chosen or searched above the table."""
        return bool(self._filters) or self.search is not None

    @property
    def first_filters(self) -> list[Filter]:
        """The filters that always stand above the table."""
        return [choice for choice in self._filters if not choice.more]

    @property
    def more_filters(self) -> list[Filter]:
        """The filters that are one click away."""
        return [choice for choice in self._filters if choice.more]

    @property
    def chosen(self) -> int:
        """How many filters are in use."""
        return sum(bool(choice.value) for choice in self._filters)

    @property
    def more_open(self) -> bool:
        """Whether one of those is in use, so that they are to be seen."""
        return any(choice.value for choice in self.more_filters)

    @property
    def sort(self) -> str:
        """The current order: a column's `sort`, with `-` for descending; "" for the list's own."""
        return self.page.sort if self.page else ""

    @property
    def next(self) -> str:
        """The cursor of the next page, or ""."""
        return self.page.next if self.page else ""

    @property
    def previous(self) -> str:
        """The cursor of the previous page, or ""."""
        return self.page.previous if self.page else ""

    @property
    def state(self) -> dict[str, str]:
        """What an address says of the list, but for the page."""
        state = {choice.name: choice.value for choice in self._filters}
        found = {**self.keep, **state, "q": self.search or "", "sort": self.sort}
        return {name: value for name, value in found.items() if value}

    def _link(self, **change: str) -> str:
        return "?" + urlencode({name: value for name, value in {**self.state, **change}.items() if value})

    @property
    def next_url(self) -> str:
        """The URL of the next page, or ""."""
        return self._link(**{f"{self.named}after": self.next}) if self.next else ""

    @property
    def previous_url(self) -> str:
        """The URL of the previous page, or ""."""
        return self._link(**{f"{self.named}before": self.previous}) if self.previous else ""

    @property
    def clear_url(self) -> str:
        """The URL without filters and search."""
        return "?" + urlencode({**self.keep, **({"sort": self.sort} if self.sort else {})})

    @property
    def download_url(self) -> str:
        """The URL of the page that downloads these rows, or ""."""
        return self.download + self._link() if self.download else ""

    @property
    def sorts_itself(self) -> bool:
        """Whether all rows are here, so that the browser can sort them without asking."""
        return self.page is None and len(self.rows) > 1 and not self.fixed

    @property
    def heads(self) -> list[tuple[Column, str, str]]:
        """Each column with the URL that sorts by it and its `aria-sort` value.

        Raises:
            ValueError: a column names a sort that its list does not have.
        """
        found, sorts = [], self.page.sorts if self.page else frozenset()
        for column in self.columns:
            if not column.sort or self.page is None:
                found.append((column, "", ""))
                continue
            if column.sort not in sorts:
                raise ValueError(f"the list {self.id} cannot be sorted by {column.sort}")
            now = {column.sort: "ascending", f"-{column.sort}": "descending"}.get(self.sort, "")
            wanted = f"-{column.sort}" if now == "ascending" else column.sort
            found.append((column, self._link(sort=wanted), now))
        return found

    @property
    def lines(self) -> list[tuple[Row, bool, SafeString, Any, SafeString]]:
        """Each row, whether it is new, attributes and content of its first cell, and the other cells.

        These are HTML already: a page has hundreds, and for each a template would look up the same again.
        """
        first, *others = [column.attributes for column in self.columns]
        news = (self.page.news if self.page else None) or [False] * len(self.rows)
        found = []
        whens = {cell for row in self.rows for cell in row.cells if isinstance(cell, When)}
        moments = {one: one.render() for one in whens}  # a few for many rows: those of one file came at one moment
        for row, new in zip(self.rows, news, strict=True):
            named, *cells = row.cells
            drawn = (moments[cell] if isinstance(cell, When) else numbered(cell) for cell in cells)
            rest = format_html_join("", "<td{}>{}</td>", zip(others, drawn, strict=True))
            found.append((row, new, first, named, rest))
        return found
