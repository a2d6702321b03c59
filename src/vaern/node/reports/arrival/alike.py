"""Find near duplicates among reports that arrived at the same moment; in a job, so that intake never waits for them.

Two reports whose transactions overlap search committed rows only, and so miss each other. A job compares recent
arrivals with one another. It misses no such pair, however the transactions overlap:

- A transaction has its number before it searches (`repeats.lock`). A round notes the largest id of the near signals,
  and waits until every transaction has ended that had a number by then.
- It compares all that is there above the mark of the round before the last. Take two that missed each other. The one
  with the smaller id is above that mark in the round that first reaches it, and in the next. The other began before
  the first ended, so before the first of these two rounds was done with waiting; so by the second it has ended too.

An item is only said to repeat one with a smaller number, and never one that repeats it: of things that are alike, one
always stays that a person has to look at.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from vaern.matching import DISTANCE
from vaern.node.base.sql import run
from vaern.node.ledger import folds
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.reports.arrival import acts
from vaern.node.reports.intake.near import Flat
from vaern.node.reports.intake.videos import KIND as VIDEO
from vaern.node.reports.intake.videos import Videos
from vaern.node.reports.models import Item, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from vaern.node.reports.intake.near import Searchable

BEFORE, LAST = "reports.alike.before", "reports.alike.last"
"""The marks of the last two rounds (`ledger.folding`)."""

PATIENCE = 20.0
"""Seconds that a round waits for transactions to end; after that the next round begins where this one did."""

BLOCK = 1_000
"""Values that are searched for at once, so that the hits of one search fit into memory."""

KINDS: dict[str, Callable[[], Searchable]] = {"pdq": Flat, VIDEO: Videos}
"""The near signals, what holds them, and in which order they decide, as at arrival."""

TO_WORK = Reason(Why.ASSESSMENT)

_END = "SELECT coalesce(max(id), 0), pg_snapshot_xmax(pg_current_snapshot())::text::bigint FROM reports_nearsignal"
_OLDEST = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_ARRIVED = """
    SELECT n.organisation_id, n.kind, n.value, i.id, i.report_id, i.seen_in_id IS NULL AND i.seen_by = ''
    FROM reports_nearsignal n JOIN reports_item i ON i.id = n.item_id WHERE n.id > %s ORDER BY n.id
"""
_LEADS_TO = """
    WITH RECURSIVE chain(id, seen_in_id) AS (
        SELECT id, seen_in_id FROM reports_item WHERE id = %s
        UNION SELECT i.id, i.seen_in_id FROM reports_item i JOIN chain ON i.id = chain.seen_in_id
    )
    SELECT count(*), coalesce(bool_or(id = %s), false) FROM chain
"""


class Alike(NamedTuple):
    """An earlier item that looks like a later one; the smallest is the best match.

    Attributes:
        order: of the kind of signal in `KINDS`.
        distance: bits.
        item: its number.
    """

    order: int
    distance: int
    item: int


@dataclass
class Arrived:
    """The near signals of one organisation and kind, with their items and whether each item repeats none yet."""

    values: list[bytes] = field(default_factory=list)
    items: list[int] = field(default_factory=list)
    unseen: list[int] = field(default_factory=list)


def find_alike() -> int:
    """Find near duplicates among arrivals since the round before the last; return how many items repeat one."""
    if (end := _settled()) is None:
        return 0
    last = folds.folded(LAST)
    found = compare(folds.folded(BEFORE))
    folds.reach(BEFORE, last)
    folds.reach(LAST, end)
    return found


def compare(after: int) -> int:
    """Compare the items whose near signals have a higher id with one another, and store which repeat an earlier one.

    The node does this for every organisation; items of different organisations are never compared. Idempotent.

    Returns:
        How many items were found to repeat one.
    """
    arrived: dict[tuple[UUID, str], Arrived] = defaultdict(Arrived)
    reports: dict[int, UUID] = {}
    for own, kind, value, item, report, unseen in run(_ARRIVED, [after]):
        if kind not in KINDS:
            continue
        those, reports[item] = arrived[own, kind], report
        if unseen:
            those.unseen.append(len(those.values))
        those.values.append(bytes(value))
        those.items.append(item)
    looks: dict[int, set[Alike]] = defaultdict(set)
    for (_own, kind), those in arrived.items():
        _search(kind, those, reports, looks)
    by_report: dict[UUID, list[int]] = defaultdict(list)
    for item in sorted(looks):
        by_report[reports[item]].append(item)
    return sum(_note(report, {item: sorted(looks[item]) for item in items}) for report, items in by_report.items())


def _settled() -> int | None:
    """Return the largest id of a near signal, once all have ended that were under way then; None if they do not."""
    ((end, number),) = run(_END, [])
    until = time.monotonic() + PATIENCE
    while run(_OLDEST, [])[0][0] < number:
        if time.monotonic() > until:
            return None
        time.sleep(0.05)
    return int(end)


def _search(kind: str, those: Arrived, reports: dict[int, UUID], looks: dict[int, set[Alike]]) -> None:
    """Add to `looks`, by item that was not seen before, the items of other reports with a smaller number near it."""
    held, order = KINDS[kind](), list(KINDS).index(kind)
    held.add(those.values, those.items)
    for start in range(0, len(those.unseen), BLOCK):
        block = those.unseen[start : start + BLOCK]
        for number, other, distance in held.search([those.values[row] for row in block], DISTANCE):
            item = those.items[block[number]]
            if other < item and reports[other] != reports[item]:
                looks[item].add(Alike(order, distance, other))


@transaction.atomic
def _note(id: UUID, looks: dict[int, list[Alike]]) -> int:
    """Note what items of a report repeat, under one entry of the ledger; return how many of them do.

    The report stays where it is, whoever works on it: only the facts that are shown change. What is alike counts as new
    until a person says that it is the same (`base.known`), so that its scores stay too.
    """
    report = Report.everywhere.select_for_update(no_key=True).filter(pk=id).first()
    if report is None:
        return 0
    items = Item.of(report=report).filter(pk__in=looks, seen_in=None, seen_by="").order_by("pk")
    found = 0
    for item in items:
        if best := _first_that_stays(item.pk, looks[item.pk]):
            item.seen_in_id, item.seen_by = best.item, list(KINDS)[best.order]
            item.save(update_fields=["seen_in", "seen_by"])
            found += 1
    if found:
        record(acts.FOUND_ALIKE, report.subject, NODE, TO_WORK, count=found)
    return found


def _first_that_stays(item: int, looks: Iterable[Alike]) -> Alike | None:
    """Return the best that was not erased meanwhile and does not itself repeat the item, however indirectly."""
    for look in looks:
        ((there, leads_back),) = run(_LEADS_TO, [look.item, item])
        if there and not leads_back:
            return look
    return None
