"""What people do to rows of law: verify one or a whole list, correct one by a new version, add one, withdraw one.

A second person verifies: nobody verifies what they recorded themselves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal, Stale
from vaern.node.base.sql import lock
from vaern.node.law import acts
from vaern.node.law.data import new_row
from vaern.node.law.models import LawRow, Verification
from vaern.node.law.registers import table_of
from vaern.node.ledger.record import record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.law.registers import LawTable, Register
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.models import Person
    from vaern.node.organisations.viewers import Viewer

LOCK = 0x56_4C_41_57
LONGEST_DOCUMENT = 300


@transaction.atomic
def verify(viewer: Viewer, reason: Reason, row: LawRow, document: str) -> Verification:
    """Verify a version of a row against a document that the viewer has read. Repeating it changes nothing.

    Raises:
        Refusal: it is not the current version, no document is named, or the viewer is a program or recorded it.
    """
    person, document = _reader(viewer, document)
    if newest_of(row).pk != row.pk:
        raise Conflict(_("This version was corrected: verify the newest."))
    if row.recorded_by_id == person.pk:
        raise Refusal(_("You recorded this version yourself: somebody else verifies it."))
    found, made = Verification.objects.get_or_create(
        row=row, person=person, defaults={"organisation": viewer.organisation, "document": document}
    )
    if made:
        table_of(row.table)[0].loaded()
        record(acts.VERIFIED, acts.ROWS, viewer.actor, reason, details=f"{row}: {document}")
    return found


@transaction.atomic
def verify_list(viewer: Viewer, reason: Reason, register: Register, ids: Sequence[int], document: str) -> int:
    """Verify several rows against one document; return how many the viewer had not verified before.

    Raises:
        Refusal: as in `verify`, for any of the rows; then none is verified.
    """
    person, document = _reader(viewer, document)
    rows = list(LawRow.objects.filter(pk__in=ids, table__in=register.codes))
    if not rows or len(rows) != len(set(ids)):
        raise Refusal(_("Some of these rows are not in this register: look at the list again."))
    later = LawRow.objects.filter(table__in=register.codes).order_by("table", "key", "-version")
    counting = set(later.distinct("table", "key").values_list("pk", flat=True))
    if any(row.pk not in counting for row in rows):
        raise Stale(_("Some of these rows were corrected meanwhile: look at the list again."))
    if any(row.recorded_by_id == person.pk for row in rows):
        raise Refusal(_("You recorded some of these rows yourself: somebody else verifies them."))
    known = set(Verification.objects.filter(row__in=rows, person=person).values_list("row_id", flat=True))
    made = [
        Verification(row=row, person=person, organisation=viewer.organisation, document=document)
        for row in rows
        if row.pk not in known
    ]
    Verification.objects.bulk_create(made)
    if made:
        register.loaded()
        record(
            acts.LIST_VERIFIED, acts.ROWS, viewer.actor, reason, count=len(made), details=f"{register.code}: {document}"
        )
    return len(made)


@transaction.atomic
def correct(viewer: Viewer, reason: Reason, row: LawRow, **change: Any) -> LawRow:
    """Record the next version of a row with changes; the old one is kept unchanged and no longer counts.

    Raises:
        Refusal: it is not the newest, nothing changes, or the table would contradict itself.
    """
    register, table = table_of(row.table)
    before = _current(row, table)
    try:
        after = table.read(msgspec.to_builtins(msgspec.structs.replace(before, **change)))
    except (TypeError, msgspec.ValidationError) as error:
        raise Refusal(_("What stands here is not what this table takes."), field=_column(error)) from None
    if after == before:
        raise Refusal(_("Nothing was changed."))
    made = new_row(table, after, row, **_by(viewer, reason))
    made.save()
    _settle(register)
    record(acts.CORRECTED, acts.ROWS, viewer.actor, reason, details=str(made))
    return made


def _column(error: Exception) -> str:
    """Return which column a row was refused for, "" where it was the row as a whole."""
    found = re.search(r"at `\$\.(\w+)", str(error))
    return found.group(1) if found else ""


@transaction.atomic
def add(viewer: Viewer, reason: Reason, table: str, content: Any) -> LawRow:
    """Record a new row.

    Raises:
        Refusal: there is such a row, or the table would contradict itself.
    """
    _lock_tables()
    register, kind = table_of(table)
    before = LawRow.objects.filter(table=table, key=kind.key(content)).order_by("version").last()
    if before is not None and not before.withdrawn:
        raise Conflict(_("There is such a row: correct it."))
    made = new_row(kind, content, before, **_by(viewer, reason))
    made.save()
    _settle(register)
    record(acts.ADDED, acts.ROWS, viewer.actor, reason, details=str(made))
    return made


@transaction.atomic
def withdraw(viewer: Viewer, reason: Reason, row: LawRow) -> LawRow:
    """Record the withdrawal of a row; its versions are kept unchanged and no longer count.

    Raises:
        Refusal: it is not the newest, or the table would contradict itself.
    """
    register, table = table_of(row.table)
    made = new_row(table, _current(row, table), row, withdrawn=True, **_by(viewer, reason))
    made.save()
    _settle(register)
    record(acts.WITHDRAWN, acts.ROWS, viewer.actor, reason, details=str(made))
    return made


def newest_of(row: LawRow) -> LawRow:
    """Return the version of a row that counts."""
    return LawRow.objects.filter(table=row.table, key=row.key).order_by("version").last() or row


def _current(row: LawRow, table: LawTable) -> Any:
    """Return what a row says, if it is the version that counts; the tables are locked from here on."""
    _lock_tables()
    if newest_of(row).pk != row.pk:
        raise Stale(_("Somebody corrected this row meanwhile: look at the newest version."))
    if row.withdrawn:
        raise Conflict(_("This row was withdrawn: add it anew."))
    return table.read(row.content)


def _reader(viewer: Viewer, document: str) -> tuple[Person, str]:
    """Return who verifies, and the document that they name."""
    if viewer.person is None:
        raise Refusal(_("A person verifies, not a key."))
    if not document.strip():
        raise Refusal(_("Name the document, and the day on which you read it."), field="document")
    return viewer.person, document.strip()[:LONGEST_DOCUMENT]


def _by(viewer: Viewer, reason: Reason) -> dict[str, Any]:
    return {"from_file": False, "recorded_by": viewer.person, "words": reason.words[:500]}


def _settle(register: Register) -> None:
    """Refuse a change that makes the register inconsistent, and otherwise notify its app."""
    for problem in register.problems():
        raise Refusal(problem)
    register.loaded()


def _lock_tables() -> None:
    """Serialise changes to rows, because tables are checked as a whole."""
    lock(LOCK)
