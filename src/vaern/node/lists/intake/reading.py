"""Reading a file into staged entries, in memory that does not grow with it; nothing of the list changes here."""

from __future__ import annotations

import time
from contextlib import closing
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.formats import FormatError
from vaern.formats.csv_mappings import CsvMapping
from vaern.formats.draft import value_id
from vaern.formats.reader import Reader
from vaern.formats.signals import render
from vaern.node.base.sql import run
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.lists.base.against import doubts, lists_against, states
from vaern.node.lists.curation.actions import entry_columns
from vaern.node.lists.intake import acts, comparison, pieces
from vaern.node.lists.intake.faults import LONGEST, FaultFile
from vaern.node.lists.models import IntakeFault, ListIntake, StagedEntry
from vaern.node.lists.rules.intake import IntakeEvent, IntakeState, after
from vaern.node.lists.rules.lists import SIGNALS, Holds, told
from vaern.records import Entry, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

AT_ONCE, SIZE_AT_ONCE = 1_000, 16 << 20
"""Entries that are written at once at most, and the bytes of their signals: those of videos are large."""

MOST_FAULTS = 10_000
"""Faults that the database keeps, and pages show; the file of faults has them all."""

TOLD_EACH = 0.5
"""Seconds between two notes of how far the reading is."""

QUALITY = Reason(Why.LIST_QUALITY)
COLUMNS = (
    *("intake_id", "row", "withdrawn", "junk", "ident", "scheme", "classification", "series", "victim_identified"),
    *("licence", "basis", "jurisdiction", "source", "updated", "ends", "positive", "negative", "classes_differ"),
    *("signals_mark", "body"),
)
COPY = f"COPY {StagedEntry._meta.db_table} ({', '.join(COLUMNS)}) FROM STDIN (FORMAT BINARY)"
_OF_ENTRY = itemgetter(*COLUMNS[4:-1])
TYPES = (
    *("uuid", "int8", "bool", "text", "text", "text", "text", "text", "bool"),
    *("text", "text", "text", "text", "timestamptz", "date", "int2", "int2", "bool", "int8", "bytea"),
)
"""Of the columns: what is copied in binary, which costs half of what text does, has to say its types."""


def read(id: UUID) -> int:
    """Read the file of an intake and compare it with its list; return how many entries there were.

    After a crash it begins anew. A file that is no list fails the intake, with the reason in words.
    """
    intake = ListIntake.everywhere.select_related("list__organisation").filter(pk=id).first()
    if intake is None or IntakeState(intake.state) is not IntakeState.READING:
        return 0
    _forget(intake)  # what a crash left
    stage = Stage(intake)
    try:
        with closing(stage), closing(_opened(intake)) as reader:
            for item in reader:
                stage.put(item, reader.line)
            stage.finish()
        compare(intake, reader.format, stage)
    except ListIntake.DoesNotExist:  # its list was erased
        return 0
    except (FormatError, ChildProcessError) as error:
        _forget(intake)
        fail(intake, _why(intake, error))
        return 0
    return stage.rows


def _why(intake: ListIntake, error: Exception) -> str:
    """Return why a file is no list. Of keywords, no word of it: what a reader quotes of its beginning may be one."""
    if Holds(intake.list.holds) is Holds.KEYWORDS:
        return _("The file cannot be read as keywords. Send text with one a line, or a table with a column “keyword”.")
    return str(error).replace(str(pieces.path_of(intake.pk)), _("The file"))


def _forget(intake: ListIntake) -> None:
    StagedEntry.erase(intake=intake)
    IntakeFault.of(intake=intake).delete()
    pieces.remove_faults(intake.pk)


def _opened(intake: ListIntake) -> Reader:
    """Open the file of an intake: a table by the mapping that was saved for its list, unless its columns were said.

    Of a list that holds no hashes, what it holds is told to the reader, for no line says it of itself.

    Raises:
        FormatError: it cannot be read as a list at all.
        ChildProcessError: its reader ended before it could say.
    """
    saved, kind = intake.list.csv_mapping, told(Holds(intake.list.holds))
    return Reader(
        pieces.path_of(intake.pk),
        format=intake.format or None,
        columns=intake.columns or ({"hash": kind} if kind else None),
        tables=msgspec.convert(saved, CsvMapping) if saved and not intake.columns else None,
    )


def fail(intake: ListIntake, why: str) -> None:
    """Say that an intake failed, and why; its file goes."""
    intake.state, intake.why = after(IntakeState(intake.state), IntakeEvent.FAIL).value, why[:1_000]
    intake.ended_at = timezone.now()
    intake.save(update_fields=["state", "why", "ended_at"])
    pieces.remove(intake.pk)


@transaction.atomic
def compare(intake: ListIntake, format_name: str, stage: Stage) -> None:
    """Compare what was staged with the list, and let it wait for a decision.

    Raises:
        ListIntake.DoesNotExist: as `hold`.
    """
    hold(intake)
    comparison.keep_last(intake)
    counts = comparison.counts(intake)
    intake.format, intake.read, intake.faults = format_name, stage.rows, stage.faults
    intake.against = stage.against
    intake.added, intake.changed, intake.same = counts.added, counts.changed, counts.same
    intake.withdrawn, intake.lost = counts.withdrawn, counts.lost
    intake.state = after(IntakeState(intake.state), IntakeEvent.COMPARED).value
    intake.save()
    record(acts.READ, intake.subject, NODE, QUALITY, count=stage.rows)
    transaction.on_commit(lambda: pieces.remove(intake.pk), robust=True)


def hold(intake: ListIntake) -> None:
    """Keep an intake from being erased, until the transaction ends, beside what is written of it: no constraint does.

    Raises:
        ListIntake.DoesNotExist: it was erased, with its list.
    """
    if not run("SELECT id FROM lists_listintake WHERE id = %s FOR KEY SHARE", [intake.pk]):
        raise ListIntake.DoesNotExist


class Stage:
    """Takes what the reader gives, and writes it in parts.

    Args:
        intake: whose entries they become.
        named: the source names its entries; else one whose id is its line is named by what it is about.

    Attributes:
        rows, faults: how many were taken so far.
        against: what its entries are compared with, as `against.states`.
    """

    def __init__(self, intake: ListIntake, *, named: bool = False) -> None:
        self._named = named
        self.rows = self.faults = 0
        self._intake = intake
        self._takes = SIGNALS[Holds(intake.list.holds)]
        self._entries: list[Entry] = []
        self._size = 0
        self._found: list[IntakeFault] = []
        self._faults = FaultFile(intake)
        self._told = time.monotonic()
        self._against = lists_against(intake.list)
        self.against = states(self._against)

    def put(self, item: Entry | Problem, line: int) -> None:
        """Take an entry or a fault that stood in a line.

        Raises:
            ListIntake.DoesNotExist: as `hold`.
        """
        if isinstance(item, Problem):
            self._fault(item.line, item.reason, junk=item.quarantined)
            return
        if "\0" in item.id:
            self._fault(line, _("The id of the entry holds the character NUL, which no database keeps."))
            return
        if (
            item.id == str(line) and item.signals and not self._named
        ):  # the source has no ids: what it is about names the entry
            first = item.signals[0]
            item = msgspec.structs.replace(item, id=value_id(first.kind, render(first)))
        if not self._takes.issuperset([one.kind for one in item.signals]):
            wrong = sorted({one.kind for one in item.signals} - self._takes)
            self._fault(line, _("This list does not take %(kinds)s.") % {"kinds": ", ".join(wrong)})
            return
        self._entries.append(item)
        self._size += sum([len(one.value) for one in item.signals])
        if len(self._entries) == AT_ONCE or self._size > SIZE_AT_ONCE:
            self._write()

    def _fault(self, line: int, reason: str, *, junk: bool = False) -> None:
        reason = reason[:LONGEST]
        self.faults += 1
        self._faults.put(line, reason, junk=junk)
        if self.faults <= MOST_FAULTS:
            self._found.append(IntakeFault(intake=self._intake, line=line, reason=reason, junk=junk))
        if self.faults % AT_ONCE == 0:
            self._write()

    def finish(self) -> None:
        """Write what is left.

        Raises:
            ListIntake.DoesNotExist: as `hold`.
        """
        self._write()
        self._faults.finish()
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {StagedEntry._meta.db_table}")  # else what compares them takes them for a handful

    def close(self) -> None:
        """Let go of what is open, whatever was written."""
        self._faults.close()

    def _write(self) -> None:
        with transaction.atomic():
            hold(self._intake)
            IntakeFault.everywhere.bulk_create(self._found, batch_size=1_000)
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit = off")  # after a crash the reading begins anew
                with cursor.copy(COPY) as copy:
                    copy.set_types(TYPES)
                    for row in self._as_rows():
                        copy.write_row(row)
            self.rows += len(self._entries)
            if time.monotonic() - self._told > TOLD_EACH:
                ListIntake.everywhere.filter(pk=self._intake.pk).update(read=self.rows, faults=self.faults)
                self._told = time.monotonic()
        self._found, self._entries, self._size = [], [], 0

    def _as_rows(self) -> Iterator[tuple[Any, ...]]:
        found = doubts(self._entries, self._against)
        for number, entry in enumerate(self._entries, start=self.rows):
            columns = entry_columns(entry)
            body = msgspec.msgpack.encode(entry)
            yield (
                self._intake.pk,
                number,
                entry.recalled,
                found[place].code if (place := number - self.rows) in found else "",
                *_OF_ENTRY(columns),
                body,
            )
