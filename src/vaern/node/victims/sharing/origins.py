"""The releases by which a series' members came to its desk: their handling codes go on with the series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from vaern.node.casework.models import Release
from vaern.node.reports.models import Forward
from vaern.node.scans.models import Scan
from vaern.node.victims.models import Member

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from vaern.node.victims.models import Series


def came_with(series: Series) -> QuerySet[Release]:
    """Return the releases by which a series' organisation received the reports and scans that its members lie in."""
    members = Member.of(series=series)
    reports = members.filter(report__isnull=False).values("report")
    scans = members.filter(scan__isnull=False).values("scan")
    forwarded = Forward.of(arrived__in=reports).values("release")
    received: QuerySet[Release] = Release.of(recipient=series.organisation)
    return received.filter(Q(pk__in=forwarded) | Q(kind=Scan.KIND, record__in=scans))
