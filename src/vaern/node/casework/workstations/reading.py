"""Reading a graded document against its record, in memory that does not grow with it; nothing of the record changes.

The document is read by a process of its own (`formats.reader`). What each medium is of the record is staged, by the
part, with its category, and every fault with its place.
"""

from __future__ import annotations

from contextlib import closing
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.formats import FormatError
from vaern.formats.reader import Reader
from vaern.node.base.scope import viewing
from vaern.node.casework.workstations import acts, files
from vaern.node.casework.workstations.graded import Category, Counted, category_of, examiner_of
from vaern.node.casework.workstations.kinds import kind_of
from vaern.node.casework.workstations.models import (
    LONGEST_FAULT,
    LONGEST_KEY,
    GradedDocument,
    GradedFault,
    GradedMedium,
)
from vaern.node.casework.workstations.rules import GradedEvent, GradedState, after
from vaern.node.casework.workstations.said import HASHES, has_further_hashes, kept_of, named, said_of
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.records import Entry

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.casework.models import Casework
    from vaern.node.casework.workstations.kinds import Returning
    from vaern.records import Problem

AT_ONCE = 2_000
"""Media that are compared with the record at once."""

MOST_FAULTS = 10_000
"""Faults that are kept; of others the number."""

MOST_FIELDS = 100
"""Names of fields that are counted each by itself; those beyond are counted together."""

MOST_CATEGORIES = 1_000
"""Categories of one document. A scheme has ten; whoever names a thousand has none."""


def read(id: UUID) -> int:
    """Read a document and compare it with its record; return how many media there were.

    After a crash it begins anew. A document of which nothing can be read fails, with the reason in words.
    """
    document = GradedDocument.everywhere.select_related("organisation").filter(pk=id).first()
    if document is None or GradedState(document.state) is not GradedState.READING:
        return 0
    kind = kind_of(document.kind)
    with viewing(document.organisation_id):
        record = kind.find(document.record)
    if record is None:  # it was erased, or recalled
        _fail(document, _("The record is not here any more."))
        return 0
    forget(document)
    stage = Stage(document, kind, record)
    try:
        with closing(Reader(files.path_of(document.pk), format="vics")) as reader:
            for item in reader:
                stage.put(item, reader.line)
            stage.finish()
        _compared(document, stage, examiner_of(reader.contacts))
    except GradedDocument.DoesNotExist:  # rejected, or erased with its organisation
        return 0
    except (FormatError, ChildProcessError) as error:
        forget(document)
        _fail(document, str(error).replace(str(files.path_of(document.pk)), _("The file")))
        return 0
    return stage.read


def forget(document: GradedDocument) -> None:
    """Erase what was read of a document."""
    GradedMedium.of(document=document)._raw_delete("default")  # type: ignore[attr-defined]  # noqa: SLF001
    GradedFault.of(document=document)._raw_delete("default")  # type: ignore[attr-defined]  # noqa: SLF001


def _fail(document: GradedDocument, why: str) -> None:
    state = after(GradedState.READING, GradedEvent.FAIL).value
    rows = GradedDocument.everywhere.filter(pk=document.pk, state=GradedState.READING.value)
    rows.update(state=state, why=why[:1_000], ended_at=timezone.now())
    files.remove(document.pk)


@transaction.atomic
def _compared(document: GradedDocument, stage: Stage, examiner: str) -> None:
    """Let a document wait for a decision; one in which nothing of the record was graded fails, with its faults.

    Raises:
        GradedDocument.DoesNotExist: it was rejected meanwhile.
    """
    rows = GradedDocument.everywhere.select_for_update(of=("self",), no_key=True).select_related("organisation")
    current: GradedDocument = rows.get(pk=document.pk, state=GradedState.READING.value)
    current.examiner = examiner
    current.categories = msgspec.to_builtins(stage.counted)
    usable = bool(current.graded)
    current.state = after(GradedState.READING, GradedEvent.COMPARED if usable else GradedEvent.FAIL).value
    if not usable:
        current.ended_at = timezone.now()
        GradedMedium.of(document=current)._raw_delete("default")  # type: ignore[attr-defined]  # noqa: SLF001
    current.save(update_fields=["state", "examiner", "categories", "ended_at"])
    write(acts.READ, current.subject, NODE, Reason(Why(current.reason)), count=stage.read)
    transaction.on_commit(lambda: files.remove(current.pk), robust=True)


class Stage:
    """Brings media and what they are of the record together, so many at once, and writes that down.

    Args:
        document: that is read.
        kind, record: what it is compared with.
    """

    def __init__(self, document: GradedDocument, kind: Returning, record: Casework) -> None:
        self._document, self._kind, self._record = document, kind, record
        self._resolve = kind.resolver(record)
        self._rows: list[tuple[int, Entry]] = []
        self._faults: list[GradedFault] = []
        self._places: dict[Category, int] = {}
        self._names: set[str] = set()
        self.counted: list[Counted] = []
        self.read = self.found = self.unknown = self.faults = 0

    def put(self, item: Entry | Problem, line: int) -> None:
        """Take a medium or a fault that stood at a record of the document.

        Raises:
            GradedDocument.DoesNotExist: it was rejected meanwhile.
        """
        if isinstance(item, Entry):
            self._rows.append((line, item))
        else:
            self._fault(item.line, item.reason)
        if len(self._rows) >= AT_ONCE or len(self._faults) >= AT_ONCE:
            self._write()

    def finish(self) -> None:
        """Write what is left.

        Raises:
            GradedDocument.DoesNotExist: as `put`.
        """
        self._write()

    def _fault(self, medium: int, what: str) -> None:
        self.faults += 1
        if self.faults <= MOST_FAULTS:
            self._faults.append(GradedFault(document=self._document, medium=medium, what=what[:LONGEST_FAULT]))

    @transaction.atomic
    def _write(self) -> None:
        """Stage what was read. Of two grades of one file the first stays, wherever in the document they are."""
        known = [sorted(keys) for keys in self._resolve([row for _line, row in self._rows])]
        met = {key for keys in known for key in keys}
        rows = GradedMedium.of(document=self._document).filter(key__in=met)
        there = {key: (category, medium) for key, category, medium in rows.values_list("key", "category", "medium")}
        fresh: dict[str, tuple[int, int]] = {}
        media: dict[str, Entry] = {}
        for (line, row), keys in zip(self._rows, known, strict=True):
            self.unknown += not keys
            for key in keys:
                self._take(line, key, self._place(row, line), there, fresh)
                media.setdefault(key, row)
        kept = self._count_said({key: (place, media[key]) for key, (place, _line) in fresh.items()})
        GradedMedium.everywhere.bulk_create(
            GradedMedium(document=self._document, key=key, category=place, medium=line, said=kept.get(key, {}))
            for key, (place, line) in fresh.items()
        )
        GradedFault.everywhere.bulk_create(self._faults)
        self._count({key: place for key, (place, _line) in fresh.items()})
        self.read += len(self._rows)
        self.found += len(fresh)
        self._tell()
        self._rows, self._faults = [], []

    def _take(
        self, line: int, key: str, place: int, there: dict[str, tuple[int, int]], fresh: dict[str, tuple[int, int]]
    ) -> None:
        before = there.get(key) or fresh.get(key)
        if len(key) > LONGEST_KEY:
            self._fault(line, _("is called by more than is kept, and was left out"))
        elif before is None:
            fresh[key] = (place, line)
        elif before[0] != place:
            said = _("has another category than record %(record)s, which is the same file: the first stays")
            self._fault(line, said % {"record": before[1]})

    def _place(self, row: Entry, line: int) -> int:
        """Return the place of a medium's category; of more than there can be, that of nothing graded."""
        category = category_of(row)
        if category not in self._places and len(self._places) >= MOST_CATEGORIES:
            self._fault(line, _("has a further category, beyond all that are kept: it grades nothing"))
            category = Category("", "")
        if category not in self._places:
            self._places[category] = len(self.counted)
            self.counted.append(Counted(category))
        return self._places[category]

    def _count(self, fresh: dict[str, int]) -> None:
        """Count media by category, and how each was graded before."""
        standing = self._kind.standing(self._record, self._document.organisation_id, list(fresh)) if fresh else {}
        for place, keys in groupby(sorted(fresh, key=lambda key: fresh[key]), key=lambda key: fresh[key]):
            one = self.counted[place]
            before = [standing.get(key, "") for key in keys]
            one.media += len(before)
            if one.category.grades:
                same = before.count(str(one.category))
                one.same += same
                one.other += len(before) - before.count("") - same

    def _count_said(self, fresh: dict[str, tuple[int, Entry]]) -> dict[str, dict[str, str]]:
        """Count what is said of media beside their category, by the field; return what is kept of that, by the key."""
        sent = self._kind.sent(self._record, list(fresh)) if fresh else {}
        every = {}
        for key, (place, medium) in fresh.items():
            one, as_sent = self.counted[place], sent.get(key) or Entry("")
            said = said_of(medium, as_sent)
            kept = kept_of(said) if self._kind.keeps and one.category.grades else {}
            others = {named(name) for name in said if name not in kept}
            self._add(one.kept, {named(name) for name in kept})
            self._add(one.said, others | ({HASHES} if has_further_hashes(medium, as_sent) else set()))
            if kept:
                every[key] = kept
        return every

    def _add(self, counts: dict[str, int], names: set[str]) -> None:
        for name in {self._field(name) for name in sorted(names)}:
            counts[name] = counts.get(name, 0) + 1

    def _field(self, name: str) -> str:
        """Return under which name a field is counted; "" for those beyond all that are counted by themselves."""
        if name and name not in self._names and len(self._names) < MOST_FIELDS:
            self._names.add(name)
        return name if name in self._names else ""

    def _tell(self) -> None:
        """Note how far the reading is.

        Raises:
            GradedDocument.DoesNotExist: there is nothing to note it of.
        """
        rows = GradedDocument.everywhere.filter(pk=self._document.pk, state=GradedState.READING.value)
        if not rows.update(read=self.read, found=self.found, unknown=self.unknown, faults=self.faults):
            raise GradedDocument.DoesNotExist
