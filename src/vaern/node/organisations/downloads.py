"""A list as a file: counted and recorded once, then read and sent page by page, so that its length costs no memory."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import translation

from vaern.formats.csv_write import CsvWriter
from vaern.node.base.scope import viewing
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Subject
from vaern.node.organisations import acts
from vaern.node.organisations.actions import allow
from vaern.node.organisations.rules import Permission
from vaern.node.web.paging import Whole
from vaern.node.web.plain import heads, lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.listings import Listing
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.tables import Table

BOM = "\ufeff"
"""By it spreadsheets know that the file is UTF-8."""

CURSORS = ("after", "before")


def asked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an address asks for, without the page at which it stands."""
    return {name: value for name, value in given.items() if not name.endswith(CURSORS)}


@transaction.atomic
def begin(viewer: Viewer, listing: Listing, reason: Reason, given: Mapping[str, Any]) -> Iterator[bytes]:
    """Record that a list leaves the node as a file, with its length and the names of its filters; return the file.

    What was searched for is kept with the names, as it is where somebody searches a page. Rows that come while the
    file is sent are not sent: never more leaves than was recorded.
    """
    allow(viewer, Permission.LIST_EXPORT)
    allow(viewer, listing.permission)
    given = asked(given)
    first = listing.table(viewer, Whole(given))
    count = _count(first)
    record(
        acts.LIST_DOWNLOADED,
        Subject(listing.kind, None, viewer.organisation.id),
        viewer.actor,
        reason,
        count=count,
        details=_details(listing, first),
    )
    return _sent(viewer, listing, given, first, count, translation.get_language() or "en")


def _count(first: Table) -> int:
    total = first.page.total if first.page else None
    return len(first.rows) if total is None else total


def _details(listing: Listing, first: Table) -> str:
    names = [name for name in first.state if name not in {"q", *first.keep}]
    return "; ".join(filter(None, [listing.name, ", ".join(names), first.search]))


def _sent(
    viewer: Viewer, listing: Listing, given: Mapping[str, Any], table: Table, left: int, language: str
) -> Iterator[bytes]:
    yield _written([heads(table)], BOM)
    while True:
        with viewing(viewer.organisation.id), translation.override(language):
            rows = list(lines(table))[:left]
            after, left = table.next, left - len(rows)
            text = _written(rows)
            table = listing.table(viewer, Whole({**given, "after": after})) if after and left else table
        yield text
        if not after or not left:
            return


def _written(rows: Iterable[list[Any]], before: str = "") -> bytes:
    out = io.StringIO(newline="")
    CsvWriter(out).rows(rows)
    return (before + out.getvalue()).encode()
