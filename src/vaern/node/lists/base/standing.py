"""Which matches stand: those made before follow what becomes of the entry that they were made with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from vaern.node.casework.standing import Fallen
from vaern.node.lists.models import EntryRecall, HashList, ListEntry
from vaern.node.lists.rules.entries import EntryState
from vaern.node.reports.assessment import standing as reports
from vaern.node.reports.models import ItemMatch
from vaern.node.scans import standing as scans
from vaern.node.scans.models import FindingMatch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

CODES = {
    EntryState.LIVE.value: "",
    EntryState.DISPUTED.value: Fallen.DISPUTED.value,
    EntryState.QUARANTINED.value: Fallen.QUARANTINED.value,
    EntryState.RECALLED.value: Fallen.RECALLED.value,
}
"""Why matches with an entry in a state do not stand; "" where they do. One that ended was right while it was there."""

AT_ONCE = 500
"""Entries of one transaction."""


def codes_of(hash_list: HashList, idents: Sequence[str]) -> dict[str, str]:
    """Return of entries why matches with them do not stand, "" where they do; without those of which nobody can say."""
    rows = ListEntry.of(list=hash_list).filter(ident__in=idents, state__in=CODES)
    found = {ident: CODES[state] for ident, state in rows.values_list("ident", "state")}
    gone = EntryRecall.of(list=hash_list).filter(ident__in=idents, ended_at=None).values_list("ident", flat=True)
    return {**dict.fromkeys(gone, Fallen.RECALLED.value), **found}


@transaction.atomic
def follow(hash_list: HashList, idents: Sequence[str]) -> int:
    """Let all matches with some entries follow these; return how many matches changed."""
    by_code: dict[str, list[str]] = {}
    for ident, code in codes_of(hash_list, idents).items():
        by_code.setdefault(code, []).append(ident)
    changed = 0
    items, findings = set[int](), set[int]()
    for code, some in by_code.items():
        for table, of, ids in ((ItemMatch, "item_id", items), (FindingMatch, "finding_id", findings)):
            rows: Any = table.everywhere.filter(list=hash_list.name, entry__in=some).exclude(fallen=code)
            ids.update(rows.values_list(of, flat=True))
            changed += rows.update(fallen=code)
    reports.follow(items)
    scans.follow(findings)
    return changed


def follow_soon(hash_list: HashList, ident: str) -> None:
    """Let matches with an entry follow it, by a job that commits with what became of it; most entries have none."""
    from vaern.node.lists.base.jobs import follow_standing

    if any(table.everywhere.filter(list=hash_list.name, entry=ident).exists() for table in (ItemMatch, FindingMatch)):
        follow_standing.defer(list=str(hash_list.pk), entry=ident)


def follow_one(id: UUID, ident: str) -> int:
    """Let all matches with one entry follow it."""
    hash_list = HashList.everywhere.filter(pk=id).first()
    return follow(hash_list, [ident]) if hash_list else 0


def follow_all() -> int:
    """Let all matches with lists that are kept here follow: also those that were made by an older copy of a list."""
    changed = 0
    for hash_list in HashList.everywhere.order_by("name"):
        met = {
            *ItemMatch.everywhere.filter(list=hash_list.name).order_by().values_list("entry", flat=True).distinct(),
            *FindingMatch.everywhere.filter(list=hash_list.name).order_by().values_list("entry", flat=True).distinct(),
        }
        ordered = sorted(met)
        for begin in range(0, len(ordered), AT_ONCE):
            changed += follow(hash_list, ordered[begin : begin + AT_ONCE])
    return changed
