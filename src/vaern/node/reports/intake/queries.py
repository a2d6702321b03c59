"""What intake reads: whether an organisation takes reports, and how much looking was saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum

from vaern.node.base.sql import find
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import ROLES, OrganisationKind, Permission
from vaern.node.reports.models import Item, Report
from vaern.node.reports.rules import State
from vaern.node.reports.sparing import SPARED

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer


def organisation(id: UUID) -> Organisation | None:
    """Return an organisation of the directory, which is open to everybody who is signed in."""
    return find(Organisation, id)


def takes_reports(found: Organisation) -> bool:
    """Whether an organisation is open, and has people who may assess a report."""
    kind = OrganisationKind(found.kind)
    return found.active and any(
        kind in rule.kinds and Permission.REPORT_ASSESS in rule.permissions for rule in ROLES.values()
    )


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
