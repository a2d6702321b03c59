"""Queries of rows of law, all recorded."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from vaern.formats.csv_write import CsvWriter
from vaern.node.law import acts
from vaern.node.law.data import entries, newest, verified_ids
from vaern.node.law.models import LawRow
from vaern.node.law.records import Basis
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Why

if TYPE_CHECKING:
    from vaern.node.law.data import Entry
    from vaern.node.law.models import Verification
    from vaern.node.law.registers import Register
    from vaern.node.organisations.viewers import Viewer

LOOKED = Reason(Why.LEGAL_ASSISTANCE)
HEAD = ["table", "key", "version", "country", "about", "since", "until", "bound", "basis", "source", "day", "verified"]


@dataclass(frozen=True)
class Chosen:
    """What of a register is looked at; "" for everything.

    Attributes:
        unverified: only what no person has compared with its source.
    """

    table: str = ""
    country: str = ""
    about: str = ""
    unverified: bool = False

    def holds(self, one: Entry) -> bool:
        """Whether a row is among what was chosen."""
        return (
            self.table in {"", one.row.table}
            and self.country in {"", one.row.country}
            and self.about in {"", one.row.about}
            and not (self.unverified and one.verified)
        )


@dataclass(frozen=True)
class Listed:
    """What of a register was chosen.

    Attributes:
        all: every row that counts.
        chosen: those that were asked for.
    """

    all: list[Entry]
    chosen: list[Entry]

    @property
    def uncertain(self) -> int:
        """How many of the chosen rows nobody read in their source, and nobody verified."""
        return sum(not one.verified and Basis(one.content.basis) is not Basis.READ for one in self.chosen)


@transaction.atomic
def rows(viewer: Viewer, register: Register, chosen: Chosen) -> Listed:
    """Return the rows of a register that count, and those of them that were chosen; recorded."""
    found = _listed(register, chosen)
    record(acts.LISTED, acts.ROWS, viewer.actor, LOOKED, count=len(found.chosen), details=register.code)
    return found


def to_verify(viewer: Viewer, register: Register, chosen: Chosen) -> tuple[list[Entry], int]:
    """Return the chosen rows that the viewer can verify, and how many are left to somebody else.

    Left are those that the viewer recorded; those that the viewer has verified are in neither.
    """
    by = viewer.person.pk if viewer.person is not None else None
    open_rows = [one for one in _listed(register, chosen).chosen if not one.verified]
    others = [one for one in open_rows if one.row.from_file or one.row.recorded_by_id != by]
    return others, len(open_rows) - len(others)


def counts(register: Register) -> tuple[int, int]:
    """Return how many rows of a register count, and how many of them nobody has verified; numbers only."""
    found, verified = newest(register.codes), verified_ids()
    return len(found), sum(row.pk not in verified for row in found)


def _listed(register: Register, chosen: Chosen) -> Listed:
    found = entries(register.codes)
    return Listed(found, [one for one in found if chosen.holds(one)])


def find(id: int) -> LawRow | None:
    """Return one version of a row."""
    return LawRow.objects.filter(pk=id).select_related("recorded_by").first()


def versions(row: LawRow) -> list[tuple[LawRow, list[Verification]]]:
    """Return every version of a row, the newest first, and who verified each."""
    found = LawRow.objects.filter(table=row.table, key=row.key).select_related("recorded_by").order_by("-version")
    return [(one, list(one.verifications.select_related("person", "organisation").order_by("at"))) for one in found]


@transaction.atomic
def exported(viewer: Viewer, register: Register, chosen: Chosen) -> str:
    """Return the rows as CSV; recorded as a disclosure. A cell that a spreadsheet would run is made text."""
    found = _listed(register, chosen).chosen
    out = io.StringIO()
    lines = CsvWriter(out)
    lines.row(HEAD)
    for one in found:
        content = one.content
        values = [
            one.row.table,
            one.row.key,
            one.row.version,
            one.row.country,
            one.row.about,
            getattr(content, "since", ""),
            getattr(content, "until", ""),
            getattr(content, "bound", ""),
            Basis(content.basis).value,
            content.source,
            content.day,
            one.verified,
        ]
        lines.row("" if value is None else str(value) for value in values)
    record(acts.EXPORTED, acts.ROWS, viewer.actor, LOOKED, count=len(found), details=register.code)
    return out.getvalue()
