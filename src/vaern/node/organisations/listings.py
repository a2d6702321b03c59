"""Lists: read a page at a time or taken out whole, recorded each time; what is new since one last looked is marked.

    page = listings.read(                                              # in a query
        viewer, found, ORDER, parameters, act=acts.LISTED, subject=LISTS, reason=TO_WORK,
        looked="scans", came="created_at",
    )

    @listed("scans:scans", gettext_lazy("Scans"), Permission.SCAN_VIEW, kind="scan")     # beside a view
    def scans_table(viewer: Viewer, given: Mapping[str, Any]) -> Table: ...

    list_page(request, ..., table=scans_table(request))

What a page shows and what its file holds come from the same function, so that what a page hides the file hides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import F
from django.urls import reverse

from vaern.node.ledger.record import record
from vaern.node.organisations import looks
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.paging import NEWS, SIZE, Page, Whole, paginate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import Model, QuerySet
    from django.http import HttpRequest

    from vaern.node.ledger.rules import Act, Reason, Subject
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.sorting import Order
    from vaern.node.web.tables import Table

Record = TypeVar("Record", bound="Model")
CAME = "came_to_list"
"""Under which the moment when a row came, or last changed, stands on it."""


def read(
    viewer: Viewer,
    found: QuerySet[Record],
    order: Order,
    given: Mapping[str, Any],
    size: int = SIZE,
    *,
    act: Act,
    subject: Subject,
    reason: Reason,
    details: str = "",
    looked: str = "",
    came: Any = "",
    named: str = "",
) -> Page[Record]:
    """Return a page of a list, and record with how many rows it was shown; inside a transaction.

    A list that is taken out whole was recorded as a whole before its first row left.

    Args:
        viewer: who looks.
        found: the rows, unsorted.
        order: how they stand, and how they can be sorted.
        given: parameters of the request, or `Whole`.
        size: rows per page.
        act: what is recorded.
        subject: of what.
        reason: why.
        details: what was searched for.
        looked: name under which is kept when the person last looked; "" where nothing is ever new in the list.
        came: the moment when a row came or last changed, as an expression or a field.
        named: prefix of the cursors, if the page has several lists.
    """
    whole = isinstance(given, Whole)
    since, only = None, False
    if looked and viewer.person is not None:
        since = (looks.before if whole else looks.note)(viewer.person, looked)
    if since is not None:
        found = found.annotate(**{CAME: F(came) if isinstance(came, str) else came})
        only = given.get(NEWS) == NEWS
        found = found.filter(**{f"{CAME}__gt": since}) if only else found
    page = paginate(found, order, given, size, named=named)
    if since is not None:
        moments = [getattr(row, CAME) for row in page.rows]
        page = replace(page, since=since, news=[at is not None and at > since for at in moments], only_news=only)
    if whole:
        return page if given.get("after") else replace(page, total=found.count())
    record(act, subject, viewer.actor, reason, count=len(page.rows), details=details)
    return page


@dataclass(frozen=True)
class Listing:
    """A list with a page and a file.

    Attributes:
        route: of its page.
        title: what it is called.
        permission: what its page asks for.
        kind: of its records, as the ledger calls them.
        table: returns the rows that an address asks for, to a viewer.
    """

    route: str
    title: Any
    permission: Permission
    kind: str
    table: Callable[[Viewer, Mapping[str, Any]], Table]

    @property
    def name(self) -> str:
        """Its name in the address of its file."""
        return self.route.replace(":", "-")

    @property
    def address(self) -> str:
        """The address of its page."""
        return reverse(self.route)

    def __call__(self, request: HttpRequest) -> Table:
        """Return the page of the list that a request asks for, with the way to its file for whoever may have it."""
        viewer = viewer_of(request)
        return self.offered(viewer, self.table(viewer, request.GET))

    def offered(self, viewer: Viewer, table: Table) -> Table:
        """Return a table of this list with the way to its file, for whoever may have it."""
        if not viewer.may(Permission.LIST_EXPORT) or not table.rows:
            return table
        return replace(table, download=reverse("organisations:download", args=[self.name]))


_LISTINGS: dict[str, Listing] = {}


def listed(
    route: str, title: Any, permission: Permission, *, kind: str
) -> Callable[[Callable[[Viewer, Mapping[str, Any]], Table]], Listing]:
    """Make known that a function returns the table of a list.

    Raises:
        ValueError: another list has this name.
    """

    def register(table: Callable[[Viewer, Mapping[str, Any]], Table]) -> Listing:
        made = Listing(route, title, permission, kind, table)
        if made.name in _LISTINGS:
            raise ValueError(f"two lists are called {made.name}")
        return _LISTINGS.setdefault(made.name, made)

    return register


def find(name: str) -> Listing | None:
    """Return a list by its name."""
    return _LISTINGS.get(name)


def listings() -> dict[str, Listing]:
    """Return all lists that have a file, by name."""
    return dict(_LISTINGS)
