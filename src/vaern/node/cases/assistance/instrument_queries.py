"""Every reading of the table of instruments; recorded."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import transaction

from vaern.formats.csv_write import CsvWriter
from vaern.node.cases.assistance import acts
from vaern.node.cases.assistance.actions import question_of
from vaern.node.cases.assistance.data import SHAPES, current, newest, verified_ids
from vaern.node.cases.assistance.instrument_actions import TABLE
from vaern.node.cases.assistance.router import Route, route
from vaern.node.cases.models import InstrumentRow, Verification
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Why

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.node.cases.assistance.records import Book
    from vaern.node.cases.assistance.router import Question
    from vaern.node.organisations.viewers import Viewer

LOOKED = Reason(Why.LEGAL_ASSISTANCE)
HEAD = ["table", "key", "version", "country", "treaty", "since", "until", "bound", "basis", "source", "verified"]


@dataclass(frozen=True)
class Entry:
    """One row as the page shows it.

    Attributes:
        content: as `records` has it.
    """

    row: InstrumentRow
    content: Any
    verified: bool


@dataclass(frozen=True)
class Chosen:
    """What of the table is looked at; "" for everything."""

    table: str = ""
    country: str = ""
    treaty: str = ""
    unverified: bool = False


@transaction.atomic
def rows(viewer: Viewer, chosen: Chosen) -> list[Entry]:
    """Return the rows of the table that count, some of them; recorded."""
    found = _rows(chosen)
    record(acts.ROWS_LISTED, TABLE, viewer.actor, LOOKED, count=len(found))
    return found


def _rows(chosen: Chosen) -> list[Entry]:
    verified = verified_ids()
    return [
        Entry(row, msgspec.convert(row.content, SHAPES[row.table], strict=False), row.pk in verified)
        for row in newest()
        if (not chosen.table or row.table == chosen.table)
        and (not chosen.country or row.country == chosen.country)
        and (not chosen.treaty or row.treaty == chosen.treaty)
        and not (chosen.unverified and row.pk in verified)
    ]


def find(id: int) -> InstrumentRow | None:
    """Return one version of a row."""
    return InstrumentRow.objects.filter(pk=id).select_related("recorded_by").first()


def versions(row: InstrumentRow) -> list[tuple[InstrumentRow, list[Verification]]]:
    """Return every version of a row, the newest first, and who verified each."""
    found = (
        InstrumentRow.objects.filter(table=row.table, key=row.key).select_related("recorded_by").order_by("-version")
    )
    return [
        (one, list(one.verifications.select_related("person", "organisation").order_by("at")))
        for one in found.select_related("recorded_by")
    ]


@transaction.atomic
def exported(viewer: Viewer, chosen: Chosen) -> str:
    """Return the rows as CSV; recorded as a disclosure. A cell that a spreadsheet would run is made text."""
    found = _rows(chosen)
    out = io.StringIO()
    lines = CsvWriter(out)
    lines.row(HEAD)
    for one in found:
        content = one.content
        values = [
            one.row.table, one.row.key, one.row.version, one.row.country, one.row.treaty,
            getattr(content, "since", ""), getattr(content, "until", ""), getattr(content, "bound", ""),
            content.basis.value, content.source, one.verified,
        ]  # fmt: skip
        lines.row("" if value is None else str(value) for value in values)
    record(acts.ROWS_EXPORTED, TABLE, viewer.actor, LOOKED, count=len(found))
    return out.getvalue()


@transaction.atomic
def routed(viewer: Viewer, question: Question) -> tuple[Route, Book]:
    """Return the answer to a question, and the book it was found in; recorded."""
    book = current()
    record(acts.ROUTED, TABLE, viewer.actor, LOOKED)
    return route(question, book), book


def question(viewer: Viewer, now: datetime, **given: Any) -> Question:
    """Return a question of today from the viewer's country."""
    from vaern.node.cases.assistance.actions import requesting_country

    return question_of(given.pop("requesting", "") or requesting_country(viewer), now=now, **given)
