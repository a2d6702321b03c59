"""The contents of a report's page: read in one transaction, recorded, and unsealed for assessors only."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from django.db import transaction

from vaern.node.base.sealing import Unsealable
from vaern.node.casework.sheets import Sheet, look
from vaern.node.casework.standing import told
from vaern.node.ledger.record import record
from vaern.node.organisations.rules import Permission
from vaern.node.reports.base import matches, originals
from vaern.node.reports.base.claims import first_look
from vaern.node.reports.base.content import arrival_of, item_of
from vaern.node.reports.base.known import SPARED, is_spared
from vaern.node.reports.desk import acts
from vaern.node.reports.exposure.queries import may_show
from vaern.node.reports.models import Item, Original, Report

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vaern.arrivals import Arrival
    from vaern.node.casework.matches import MatchMade
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.base.content import ItemContent


MOST_ITEMS = 200
"""Of new items, and of those that are known or seen, so many are shown; the page says how many more there are."""


@dataclass(frozen=True)
class Thing:
    """One item with its unsealed content.

    Attributes:
        content: None for viewers who do not assess, and if it cannot be unsealed.
        earlier: the earlier report of the same desk that had it, if any.
        further: its matches beside the nearest.
    """

    item: Item
    content: ItemContent | None
    earlier: Report | None
    further: Sequence[MatchMade] = ()


@dataclass(frozen=True)
class ReportSheet(Sheet[Report]):
    """The page of one report.

    Attributes:
        arrival: as it arrived; None for viewers who do not assess, and if it cannot be unsealed.
        sealed_away: it cannot be unsealed: another node's secret, or damage.
        new: items that are neither known nor seen before.
        spared: items on a list or in an earlier report, which need no viewing again.
        total: number of items.
        more: number of items that are not shown.
        duplicates: later reports that only repeat it.
        originals: its source documents without their content; for assessors of its own desk.
        shielded: new items are hidden from the viewer now, by their own budget or break.

    A recipient of a release sees the arrival and its items only. What the owner found out since (known and seen items,
    new locations) is left out.
    """

    arrival: Arrival | None = None
    sealed_away: bool = False
    new: list[Thing] = field(default_factory=list)
    spared: list[Thing] = field(default_factory=list)
    total: int = 0
    more: int = 0
    duplicates: list[Report] = field(default_factory=list)
    originals: list[Original] = field(default_factory=list)
    shielded: bool = False


@transaction.atomic(savepoint=False)
def sheet(viewer: Viewer, report: Report, reason: Reason) -> ReportSheet:
    """Return the contents of a report's page; recorded as a consultation."""
    at = look(viewer, report, reason, acts.CONSULTED)
    first_look(viewer, report)
    assesses = viewer.may(Permission.REPORT_ASSESS)
    arrival, sealed_away = None, False
    if assesses:
        try:
            arrival = arrival_of(report)
        except Unsealable:
            sealed_away = True
    total = report.items_total
    if at.own:
        groups = [_things(items, own=True, assesses=assesses) for items in _own_items(report)]
    else:
        seen = Report.objects.filter(pk=report.pk)  # if the viewer still sees it: a recall takes effect at once
        sent = Item.of(report__in=seen).filter(added=False).order_by("number")
        total = sent.count()
        groups = [_things(sent[:MOST_ITEMS], own=False, assesses=assesses), []]
    return ReportSheet(
        at,
        arrival=arrival,
        sealed_away=sealed_away,
        new=groups[0],
        spared=groups[1],
        total=total,
        more=total - sum(len(group) for group in groups),
        duplicates=_duplicates(report) if at.own else [],
        originals=_originals(report) if at.own and assesses else [],
        shielded=bool(groups[0]) and not may_show(viewer).allowed,
    )


def _own_items(report: Report) -> tuple[Iterable[Item], Iterable[Item]]:
    """Return the first new items, and the first spared ones; of a report that is shown whole they are read at once."""
    items = Item.of(report=report).order_by("number")
    if report.items_total > MOST_ITEMS:
        new = items.exclude(pk__in=items.filter(SPARED).values("pk"))
        return new[:MOST_ITEMS], items.filter(SPARED)[:MOST_ITEMS]
    found = list(items)
    return [one for one in found if not is_spared(one)], [one for one in found if is_spared(one)]


def _things(items: Iterable[Item], *, own: bool, assesses: bool) -> list[Thing]:
    found = list(items)
    earlier = _earlier(found) if own else {}
    met = matches.further(found) if own else {}
    told(chain(found, *met.values()) if own else ())
    return [
        Thing(one, _content(one) if assesses else None, earlier.get(one.seen_in_id), met.get(one.pk, []))
        for one in found
    ]


def _content(item: Item) -> ItemContent | None:
    try:
        return item_of(item)
    except Unsealable:
        return None


def _earlier(items: list[Item]) -> dict[int | None, Report]:
    """Return the earlier reports of the viewer's own organisation in which items were seen, by what was seen there."""
    seen = {one.seen_in_id for one in items if one.seen_in_id}
    there = Item.objects.filter(pk__in=seen).select_related("report").only("report__code") if seen else []
    return {one.pk: one.report for one in there}


def _duplicates(report: Report) -> list[Report]:
    found = Report.of(duplicate_of=report).filter(organisation=report.organisation_id)
    return list(found.only("id", "code", "created_at").order_by("-created_at", "id")[:50])


def _originals(report: Report) -> list[Original]:
    found = Original.of(report=report).select_related("read_by").defer("sealed")
    return list(found.order_by("number")[:MOST_ITEMS])


@transaction.atomic
def original(viewer: Viewer, report: Report, number: int, reason: Reason) -> tuple[Original, bytes] | None:
    """Return a source document of a report of the viewer's own desk, unchanged; recorded.

    Raises:
        Unsealable: it was sealed by another node's secret.
    """
    found = Original.objects.filter(report=report, organisation=viewer.organisation, number=number).first()
    if found is None:
        return None
    data = originals.opened(found)
    record(acts.ORIGINAL_TAKEN, report.subject, viewer.actor, reason, count=number)
    return found, data
