"""Mark report items whose removal a survivor wishes, and whether that was confirmed."""

from __future__ import annotations

from contextlib import suppress
from itertools import groupby
from typing import TYPE_CHECKING

from vaern.node.base.jobs import each
from vaern.node.base.sealing import Unsealable
from vaern.node.reports.base.known import NEAR
from vaern.node.reports.models import Item, Report
from vaern.node.reports.rules.marks import Mark, Wished
from vaern.node.reports.rules.states import OPEN, State
from vaern.node.reports.triage.actions import score
from vaern.node.victims.models import Confirmation
from vaern.node.victims.wishes import matches

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID


def mark_of(hashes: Iterable[tuple[int, str, int]]) -> Mark | None:
    """Return the mark for a set of watched hashes: a confirmed one first, then a digest, then the nearest.

    Args:
        hashes: the number, the kind and the bits of each.
    """
    found = list(hashes)
    known = set(
        Confirmation.everywhere.filter(watched__in={number for number, _kind, _bits in found}).values_list(
            "watched", flat=True
        )
    )
    order = sorted((number not in known, kind in NEAR, bits, kind) for number, kind, bits in found)
    if not order:
        return None
    unverified, _near, bits, kind = order[0]
    return Mark(Wished.UNVERIFIED if unverified else Wished.CONFIRMED, kind, bits)


def mark(items: Collection[int]) -> int:
    """Update the marks of items, one transaction a report; return how many changed.

    Open reports are scored again.
    """
    rows = Item.everywhere.filter(pk__in=items).order_by("report", "pk").values_list("report", "pk")
    by_report = {report: [pk for _report, pk in pairs] for report, pairs in groupby(rows, lambda row: row[0])}
    return each("wishes.marks", by_report.items(), lambda pair: _mark(*pair))


def _mark(id: UUID, items: list[int]) -> int:
    report = Report.everywhere.select_for_update(no_key=True).filter(pk=id).first()
    changed = put(items) if report is not None else 0
    if report is not None and changed and State(report.state) in OPEN:
        with suppress(Unsealable):  # the page of the report says so
            score(report)
    return changed


def put(items: Collection[int]) -> int:
    """Write the marks of some items, in the caller's transaction; return how many changed."""
    hashes: dict[int, list[tuple[int, str, int]]] = {}
    for one in matches.of_items(list(items)):
        hashes.setdefault(one.thing, []).append((one.hash, one.kind, one.distance))
    changed = 0
    for item in Item.everywhere.filter(pk__in=items).order_by("pk"):
        found = mark_of(hashes.get(item.pk, []))
        now = (found.wished.value, found.by, found.bits) if found else ("", "", 0)
        if now == (item.wished, item.wished_by, item.wished_bits):
            continue
        item.wished, item.wished_by, item.wished_bits = now
        if not found and item.known_kind not in NEAR and item.seen_by not in NEAR:
            item.same = item.same_by = item.same_at = None  # it was said of the wish alone
        item.save(update_fields=["wished", "wished_by", "wished_bits", "same", "same_by", "same_at"])
        changed += 1
    return changed
