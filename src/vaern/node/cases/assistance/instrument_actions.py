"""What people do to the table of instruments: verify a row, correct it by a new version, add one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from vaern.node.cases.assistance import acts
from vaern.node.cases.assistance.data import SHAPES, current, party_key
from vaern.node.cases.assistance.reading import problems
from vaern.node.cases.models import InstrumentRow, Verification
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Subject

if TYPE_CHECKING:
    from vaern.node.cases.assistance.records import Party
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

TABLE = Subject("instrument_row")
LOCK = 0x56_49_4E_53


class RowError(ValueError):
    """What was asked for cannot be done to the table; the message says why, for the person who asked."""


@transaction.atomic
def verify(viewer: Viewer, reason: Reason, row: InstrumentRow, document: str) -> Verification:
    """Say that a version of a row agrees with a document that one has read. Saying it again changes nothing.

    Raises:
        RowError: it is not the version that counts, no document is named, or a program says it.
    """
    if viewer.person is None:
        raise RowError(_("A person verifies, not a key."))
    if not document.strip():
        raise RowError(_("Name the document, and the day on which you read it."))
    if newest_of(row).pk != row.pk:
        raise RowError(_("This version was corrected: verify the newest."))
    found, made = Verification.objects.get_or_create(
        row=row, person=viewer.person,
        defaults={"organisation": viewer.organisation, "document": document.strip()[:300]},
    )  # fmt: skip
    if made:
        record(acts.VERIFIED, TABLE, viewer.actor, reason, details=f"{row}: {document.strip()[:300]}")
    return found


@transaction.atomic
def correct(viewer: Viewer, reason: Reason, row: InstrumentRow, **change: Any) -> InstrumentRow:
    """Record the next version of a row, with what has changed; the old one stays as it was, and is no longer asked.

    Raises:
        RowError: it is not the newest, nothing changes, or the table would contradict itself.
    """
    _lock_table()
    if newest_of(row).pk != row.pk:
        raise RowError(_("Somebody corrected this row meanwhile: look at the newest version."))
    before = msgspec.convert(row.content, SHAPES[row.table], strict=False)
    try:
        after = msgspec.convert(
            msgspec.to_builtins(msgspec.structs.replace(before, **change)), SHAPES[row.table], strict=False
        )
    except (TypeError, msgspec.ValidationError) as error:
        raise RowError(str(error)) from None
    if after == before:
        raise RowError(_("Nothing was changed."))
    made = InstrumentRow.objects.create(
        table=row.table, key=row.key, version=row.version + 1, country=row.country, treaty=row.treaty,
        content=msgspec.to_builtins(after), from_file=False, recorded_by=viewer.person, words=reason.words[:500],
    )  # fmt: skip
    _hold_together()
    record(acts.CORRECTED, TABLE, viewer.actor, reason, details=str(made))
    return made


@transaction.atomic
def add_party(viewer: Viewer, reason: Reason, party: Party) -> InstrumentRow:
    """Record that a country is bound by a treaty, or stays out of it, of which the table says nothing yet.

    Raises:
        RowError: there is such a row, or the table would contradict itself.
    """
    _lock_table()
    key = party_key(party)
    if InstrumentRow.objects.filter(table="party", key=key).exists():
        raise RowError(_("There is such a row: correct it."))
    made = InstrumentRow.objects.create(
        table="party", key=key, version=1, country=party.country, treaty=party.treaty,
        content=msgspec.to_builtins(msgspec.structs.replace(party, verified=False)), from_file=False,
        recorded_by=viewer.person, words=reason.words[:500],
    )  # fmt: skip
    _hold_together()
    record(acts.ADDED, TABLE, viewer.actor, reason, details=str(made))
    return made


def newest_of(row: InstrumentRow) -> InstrumentRow:
    """Return the version of a row that counts."""
    return InstrumentRow.objects.filter(table=row.table, key=row.key).order_by("version").last() or row


def plausible(day: date) -> bool:
    """Whether a day can be one on which a treaty begins or ends for a country."""
    return date(1900, 1, 1) <= day <= date(2100, 1, 1)


def _hold_together() -> None:
    for problem in problems(current()):
        raise RowError(problem)


def _lock_table() -> None:
    """Let one person at a time change the table: what it says as a whole is checked."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
