"""Reading exposure: for oneself, for a welfare lead, and as the truth behind a viewed flag. For nobody else."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from django.db.models import Q, Sum
from django.utils import timezone

from vaern.node.reports.exposure import rules
from vaern.node.reports.exposure.rules import Extent, Limits, Shield
from vaern.node.reports.models import Assessment, Budget, Exposure

if TYPE_CHECKING:
    from vaern.arrivals import Viewed
    from vaern.node.organisations.models import Person
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Item, Report


def limits_of(person: Person) -> Limits:
    """Return what somebody set for themselves, or what holds until they do."""
    found = Budget.unscoped.filter(person=person).first()
    if found is None:
        return Limits()
    return Limits(found.daily, found.hard, found.interleave, found.not_now_until)


def files_today(person: Person) -> int:
    """Return how many files somebody declared since midnight."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    found = Exposure.unscoped.filter(person=person, at__gte=midnight).aggregate(files=Sum("files"))
    return int(found["files"] or 0)


def may_show(viewer: Viewer) -> Shield:
    """Return whether something unknown may be put before the viewer now. A key is no eye, so nothing shields it."""
    if viewer.person is None:
        return rules.shield(Limits(), 0, timezone.now())
    return rules.shield(limits_of(viewer.person), files_today(viewer.person), timezone.now())


def viewed(report: Report, item: Item) -> Viewed:
    """Return what people of the report's organisation looked at of one item: the truth for documents that leave.

    Only what they declared counts, never a match, a list or what a sender says. A declaration is erased after 90 days;
    how much it was stays with the assessment that it was made for.
    """
    alone = report.items_total <= 1
    ours = {"organisation": report.organisation_id}
    about = Q(item=item.pk) | Q(item__isnull=True)
    declared = list(Exposure.unscoped.filter(about, report=report.pk, **ours).values_list("extent", "item"))
    declared += Assessment.unscoped.filter(about, report=report, **ours).values_list("extent", "item")
    return rules.viewed(
        (Extent.PART, False) if extent == rules.SOME else (Extent(extent), alone or of is not None)
        for extent, of in declared
    )
