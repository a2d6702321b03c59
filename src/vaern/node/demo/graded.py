"""A series of the demonstration goes to a workstation, and comes back with what an examiner said of each file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from vaern.formats.left import Left
from vaern.formats.vics_write import write
from vaern.node.base.scope import viewing
from vaern.node.casework.workstations import actions, reading, taking
from vaern.node.casework.workstations.documents import document_of
from vaern.node.ledger.rules import Reason, Why
from vaern.node.victims.sheet import workstation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.victims.models import Series
    from vaern.records import Entry

LOOK = Reason(Why.VICTIM_IDENTIFICATION, "what does the workstation say of each file?")
EXAMINER = "Examiner 4 (synthetic)"
CATEGORIES = ("1", "1", "2", "1", "3")
"""Of the files, in their order, again and again; the last five of them wait."""


def do(viewer: Viewer, series: Series) -> None:
    """Let an examiner grade a series, and take the grades."""
    with viewing(viewer.organisation.id):
        goods = workstation.goods(series)
        document = document_of(series, goods, "2.0", goods.country, of_cases=True)
        document = msgspec.structs.replace(document, cases=({**document.cases[0], "ContactName": EXAMINER},))
        left = Left()
        data = b"".join(write(_viewed(goods.entries(document, left)), document, left))
        brought = actions.begin(viewer, LOOK, series, len(data))
        actions.add_piece(brought, data, 0)
        reading.read(brought.pk)
        brought.refresh_from_db()
        actions.take(viewer, LOOK, series, brought, {str(place): "" for place in brought.graded})
        taking.take(brought.pk)


def _viewed(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Grade all but the last files, as the examiner came to them."""
    every = list(entries)
    for number, entry in enumerate(every):
        if number < len(every) - len(CATEGORIES):
            extra = {**entry.extra, "IsPrecategorized": "false"}
            category = CATEGORIES[number % len(CATEGORIES)]
            yield msgspec.structs.replace(entry, classification=category, scheme="VICS 2.0 Default", extra=extra)
        else:
            yield entry
