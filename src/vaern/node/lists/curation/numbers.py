"""External identifiers of entries: an entry is no record of casework, and carries them all the same.

The ledger knows an entry by an id that is computed of its list and its own id there, and cannot be turned back. An
entry that carries an identifier has a row by that id (`NumberedEntry`), written with the first of them; no other entry
costs anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.base.refusals import Conflict
from vaern.node.base.rows import one_or_none
from vaern.node.casework.kinds import RecordKind
from vaern.node.casework.releases import actions as releases
from vaern.node.external import passage
from vaern.node.external import queries as external
from vaern.node.external.kinds import Kind, Part
from vaern.node.external.labels import system
from vaern.node.external.rules import goes
from vaern.node.lists.base.changes import locked_entry
from vaern.node.lists.base.pages import at_entry, crumbs, own_entry_or_404
from vaern.node.lists.models import HashList, ListEntry, NumberedEntry
from vaern.node.lists.rules.entries import EntryState, ledger_id
from vaern.node.lists.survivors.following import check_by_hand
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from django.db.models import OuterRef, QuerySet

    from vaern.arrivals import External
    from vaern.node.casework.models import Casework
    from vaern.node.ledger.rules import Subject
    from vaern.node.organisations.viewers import Viewer

READS = frozenset({Permission.HASHLIST_WORK, Permission.HASHLIST_VOTE, Permission.SERIES_WORK, Permission.CASE_WORK})
"""Whoever has one of these reads the numbers; a platform that received the list does not: one of ICSE tells what the
police hold."""


class _Page(RecordKind):
    """The page of an entry; of one that the list has no more there is none."""

    def url(self, subject: Subject) -> str:
        """Return the address of an entry's page."""
        row = one_or_none(NumberedEntry.objects.filter(pk=subject.id).select_related("list"))
        entry = entry_of(row) if row else None
        return at_entry(entry) if entry else ""


def entry_of(row: NumberedEntry) -> ListEntry | None:
    """Return the entry that carries identifiers; None where its list has it no more."""
    entry: ListEntry | None = one_or_none(ListEntry.of(list=row.list).filter(ident=row.ident))
    if entry is not None:
        entry.list = row.list
    return entry


def _names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return how people call entries, by id: list and entry; those of the viewer's organisation alone."""
    rows = NumberedEntry.objects.filter(list__in=HashList.own.all(), pk__in=list(ids)).select_related("list")
    return {row.pk: f"{row.list.title}: {row.ident[:24]}" for row in rows}


def _records(id: OuterRef) -> QuerySet[NumberedEntry]:
    return NumberedEntry.of(pk=id).values("list")  # type: ignore[return-value]


def _lock(viewer: Viewer, entry: ListEntry) -> ListEntry:
    """Lock an entry for a change of what is noted of it, and note by which id it is found.

    Raises:
        Refusal: the list is not theirs, or follows the wishes of survivors, whose entries nobody ties to anything; or
            the entry has ended.
    """
    current = releases.locked(viewer, entry.list)
    check_by_hand(current)
    row = locked_entry(current, entry)
    if EntryState(row.state) is EntryState.ENDED:
        raise Conflict(_("The entry is not on the list any more."))
    NumberedEntry.everywhere.get_or_create(pk=row.subject.id, defaults={"list": current, "ident": row.ident})
    return row


KIND = Kind(
    ListEntry,
    _lock,
    lambda _entry: None,
    Permission.HASHLIST_WORK,
    READS,
    part=Part(
        of=HashList.KIND,
        record=lambda entry: entry.list,
        records=_records,
        page=_Page(
            ListEntry.KIND,
            gettext_lazy("Entry"),
            "lists:entry",
            Permission.HASHLIST_VIEW,
            _names,
            acknowledged_by=Permission.HASHLIST_VIEW,
        ),
        find=own_entry_or_404,
        at=lambda entry: [entry.list_id, entry.pk],
        crumbs=lambda entry: [*crumbs(entry.list), (entry.ident, at_entry(entry))],
    ),
)


def ids_of(entries: Iterable[ListEntry]) -> dict[UUID, ListEntry]:
    """Return entries by the ids under which the ledger knows them."""
    return {ledger_id(one.list_id, one.ident): one for one in entries}


def rows_with(viewer: Viewer, text: str) -> QuerySet[NumberedEntry]:
    """Return the entries that carry an identifier of this value, as far as the viewer may know of it."""
    found = external.roots(viewer, ListEntry.KIND, text) if KIND.may_read(viewer) else set()
    rows: QuerySet[NumberedEntry] = NumberedEntry.objects.filter(pk__in=found).select_related("list__organisation")
    return rows.order_by("list__title", "ident")


def idents_with(viewer: Viewer, hash_list: HashList, text: str) -> list[str]:
    """Return the ids of the entries of a list that carry an identifier of this value."""
    return list(rows_with(viewer, text).filter(list=hash_list).values_list("ident", flat=True))


def idents_having(viewer: Viewer, hash_list: HashList, which: str) -> QuerySet[Any]:
    """Return the ids of the entries of a list with an identifier of the viewer's organisation, as of `having`."""
    rows = NumberedEntry.of(list=hash_list).filter(external.having(viewer, ListEntry.KIND, which))
    return rows.values("ident")


def along(record: Casework, handling: str) -> list[tuple[str, bool]]:
    """Return how many identifiers of a list's entries go along with a release under a label, and how many stay."""
    if not isinstance(record, HashList):
        return []
    sums: dict[tuple[str, bool], int] = {}
    for code, widest, number in passage.counted(ListEntry.KIND, NumberedEntry.of(list=record).values("pk")):
        key = (code, goes(widest, handling))
        sums[key] = sums.get(key, 0) + number
    said = _("%(system)s, on entries: %(n)s")
    return [(said % {"system": system(code), "n": number}, does) for (code, does), number in sorted(sums.items())]


def carried(
    hash_list: HashList, entries: Sequence[ListEntry], handling: str, came: str = ""
) -> dict[str, tuple[External, ...]]:
    """Return the identifiers that a document of entries carries under a label, by the entry's id; as `leaving`."""
    rows = NumberedEntry.of(list=hash_list).filter(ident__in=[one.ident for one in entries])
    idents = dict(rows.values_list("pk", "ident"))
    found = passage.leaving(ListEntry.KIND, idents, handling, came) if idents else {}
    return {idents[id]: said for id, said in found.items()}


def forget(hash_list: HashList, idents: Sequence[str] | None = None) -> None:
    """Erase the identifiers of entries that are erased, of all entries of a list that is."""
    rows = NumberedEntry.of(list=hash_list)
    rows = rows if idents is None else rows.filter(ident__in=idents)
    passage.forget_all(ListEntry.KIND, rows.values("pk"))
    rows._raw_delete("default")  # type: ignore[attr-defined]  # noqa: SLF001 - nothing hangs on it
