"""How much looking the sorting of reports has saved."""

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
    """How much looking was saved. Numbers only, so nothing is recorded.

    Attributes:
        items: things that reports were about.
        known: of these, on a list at hand.
        seen: in an earlier report.
        unseen: neither: what somebody has to look at.
        reports, duplicates: reports, and those that nobody had to open because they only repeat another.
    """

    items: int
    known: int
    seen: int
    unseen: int
    reports: int
    duplicates: int

    @property
    def percent(self) -> int:
        """The share of the items that nobody needed to look at."""
        return round(100 * (self.items - self.unseen) / self.items) if self.items else 0


def looking_saved(viewer: Viewer) -> Saved:
    """Return how much looking the viewer's organisation was saved, over the reports that it keeps."""
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
