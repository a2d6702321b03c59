"""Query of how much viewing triage has saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum

from vaern.node.reports.base.known import SPARED
from vaern.node.reports.models import Item, Report
from vaern.node.reports.rules.states import State

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer


@dataclass(frozen=True)
class Saved:
    """How much viewing was saved. Counts only, so not recorded.

    Attributes:
        items: number of items of all reports.
        known: those on a loaded list.
        seen: those in an earlier report.
        unseen: the others, which need viewing.
        reports, duplicates: number of reports, and of those that nobody had to open because they only repeat another.
    """

    items: int
    known: int
    seen: int
    unseen: int
    reports: int
    duplicates: int

    @property
    def percent(self) -> int:
        """The percentage of items that needed no viewing."""
        return round(100 * (self.items - self.unseen) / self.items) if self.items else 0


def looking_saved(viewer: Viewer) -> Saved:
    """Return how much viewing the viewer's organisation was saved, over its stored reports."""
    own = Report.objects.filter(organisation=viewer.organisation)
    sums = own.aggregate(
        items=Sum("items_total"),
        known=Sum("items_known"),
        seen=Sum("items_seen"),
        reports=Count("id"),
        duplicates=Count("id", filter=Q(state=State.DUPLICATE.value)),
    )
    spared = Item.objects.filter(SPARED, organisation=viewer.organisation).values("pk")
    unseen = Item.objects.filter(organisation=viewer.organisation).exclude(pk__in=spared).count()
    return Saved(unseen=unseen, **{name: value or 0 for name, value in sums.items()})
