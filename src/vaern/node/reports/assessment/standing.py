"""What falls with an entry: items whose matches do not stand are known by another match, or are new again."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from vaern.node.base.sql import run
from vaern.node.casework.matches import chosen
from vaern.node.reports.base import known, registration
from vaern.node.reports.models import Item, ItemMatch, Report
from vaern.node.reports.triage.actions import score

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

_PUT_FIRST = """
    UPDATE reports_item i SET known_list = m.list, known_release = m.release, known_entry = m.entry,
        known_kind = m.kind, known_distance = m.distance, known_class = m.class_given, known_fallen = m.fallen,
        known_fallen_at = m.fallen_at,
        known_checked_at = CASE WHEN (i.known_list, i.known_entry) = (m.list, m.entry) THEN i.known_checked_at END
    FROM reports_itemmatch m WHERE m.id = ANY(%(matches)s) AND i.id = m.item_id RETURNING i.id
"""
"""Makes matches the nearest of their items."""


def locked(ids: Collection[int]) -> Sequence[Report]:
    """Lock the reports of items, before anything of these is read or written; return them."""
    rows = Report.everywhere.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(pk__in=Item.everywhere.filter(pk__in=ids).values("report")).order_by("pk"))


def follow(ids: Collection[int], held: Sequence[Report]) -> None:
    """Choose the nearest match of items anew, by which of their matches stand; in the caller's transaction.

    What was concluded stays. What nobody has concluded of is looked at as anything new where nothing else spares it.

    Args:
        ids: of the items.
        held: their reports, locked.
    """
    by_report: dict[UUID, list[Item]] = defaultdict(list)
    for item in Item.everywhere.filter(pk__in=ids).order_by("pk"):
        by_report[item.report_id].append(item)
    by_item: dict[int, list[ItemMatch]] = defaultdict(list)
    for match in ItemMatch.everywhere.filter(item__in=ids):
        by_item[match.item_id].append(match)
    changed, first, forgotten = list[Report](), list[int](), list[int]()
    for report in held:
        before = len(first)
        for item in by_report[report.pk]:
            now, nearest = chosen(by_item[item.pk], (item.known_list, item.known_entry), item.same)
            if nearest is None or (nearest is now and item.known_fallen == nearest.fallen):
                continue
            first.append(nearest.pk)
            if nearest is not now and nearest.kind in known.NEAR:
                forgotten.append(item.pk)
        changed += [report] if len(first) > before else []
    if not first:
        return
    run(_PUT_FIRST, {"matches": first}, prepare=False)
    said = Item.everywhere.filter(pk__in=forgotten)  # of the other entry
    said.update(same=None, same_by=None, same_at=None)
    for report in changed:
        _recount(report)


def _recount(report: Report) -> None:
    items = Item.of(report=report)
    report.items_known = items.filter(known.KNOWN).count()
    report.items_seen = items.filter(known.SEEN).count()
    report.save(update_fields=["items_known", "items_seen"])
    score(report)
    registration.follow(report)
