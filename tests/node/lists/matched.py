"""Files with matches, as reading a scan or taking a report in would leave them: the nearest, and every one as a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F

from vaern.node.reports.models import ItemMatch
from vaern.node.scans.known import counted_as
from vaern.node.scans.models import Finding, FindingMatch, Scan
from vaern.node.scans.rules import COUNTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.reports.models import Item

    Known = tuple[str, str]
    """A list, and an entry of it."""


def add_finding(
    scan: Scan, number: int, met: Sequence[Known], kind: str = "md5", bits: int = 0, **more: Any
) -> Finding:
    """Make a finding with these matches, the first of them the nearest; its scan counts it."""
    given: dict[str, Any] = {"verdict": "new", **more}
    if met:
        name, entry = met[0]
        matched = {"matched_kind": kind, "list": name, "entry": entry, "distance": bits}
        given = {"verdict": "known" if kind == "md5" else "near", **matched, **more}
    made: Finding = Finding.everywhere.create(scan=scan, number=number, **given)
    column = COUNTED[counted_as(made)]
    Scan.everywhere.filter(pk=scan.pk).update(**{column: F(column) + 1})
    FindingMatch.everywhere.bulk_create(
        FindingMatch(finding=made, list=name, entry=entry, kind=kind, distance=bits) for name, entry in met
    )
    return made


def give_matches(item: Item, met: Sequence[Known], kind: str = "md5") -> None:
    """Give an item these matches and no others, the first of them the nearest; saves it."""
    item.known_list, item.known_entry, item.known_kind = (*met[0], kind) if met else ("", "", "")
    item.save()
    ItemMatch.of(item=item).delete()
    ItemMatch.everywhere.bulk_create(ItemMatch(item=item, list=name, entry=entry, kind=kind) for name, entry in met)
