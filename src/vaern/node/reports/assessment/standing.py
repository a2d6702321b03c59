"""What falls with an entry: items whose matches do not stand are known by another match, or are new again."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from vaern.node.casework.matches import chosen
from vaern.node.reports.base import known, registration
from vaern.node.reports.models import Item, ItemMatch, Report
from vaern.node.reports.triage.actions import score

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def follow(ids: Collection[int]) -> None:
    """Choose the nearest match of items anew, by which of their matches stand; in the caller's transaction.

    What was concluded stays. What nobody has concluded of is looked at as anything new where nothing else spares it.
    """
    items = Item.everywhere.filter(pk__in=ids).order_by("report", "pk")
    for report_id, rows in groupby(items, lambda item: item.report_id):
        report = Report.everywhere.select_for_update(of=("self",), no_key=True).get(pk=report_id)
        if sum([_choose(item, ItemMatch.everywhere.filter(item=item)) for item in rows]):
            _recount(report)


def _choose(item: Item, rows: Iterable[ItemMatch]) -> bool:
    """Put the match first that says most; return whether anything changed."""
    now, first = chosen(rows, (item.known_list, item.known_entry), item.same)
    if first is None:
        return False
    if first is now:
        changed, item.known_fallen = item.known_fallen != first.fallen, first.fallen
        item.save(update_fields=["known_fallen"])
        return changed
    item.known_list, item.known_release, item.known_entry = first.list, first.release, first.entry
    item.known_kind, item.known_distance, item.known_class = first.kind, first.distance, first.class_given
    item.known_fallen, item.known_checked_at = first.fallen, None
    if first.kind in known.NEAR:
        item.same = item.same_by = item.same_at = None  # it was said of the other entry
    item.save()
    return True


def _recount(report: Report) -> None:
    items = Item.of(report=report)
    report.items_known = items.filter(known.KNOWN).count()
    report.items_seen = items.filter(known.SEEN).count()
    report.save(update_fields=["items_known", "items_seen"])
    score(report)
    registration.follow(report)
