"""The releases by which a case and its reports came to its desk: their terms of handling go on with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.cases.base.absorbed import whole
from vaern.node.cases.models import Handover, Link
from vaern.node.casework.models import Release
from vaern.node.reports.models import Forward

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from vaern.node.cases.models import Case


def handed_with(case: Case) -> QuerySet[Release]:
    """Return the releases by which a case, or one that it absorbed, was handed over to its desk."""
    arrived = Handover.of(arrived__in=whole(case))
    return Release.of(pk__in=arrived.values("release"))


def linked_with(case: Case) -> QuerySet[Release]:
    """Return the releases by which the reports were forwarded to its desk that are linked with a case."""
    links = Link.of(case__in=whole(case))
    to_reports = Forward.of(arrived__in=links.filter(report__isnull=False).values("report"))
    forwards = to_reports | Forward.of(pk__in=links.filter(forward__isnull=False).values("forward"))
    return Release.of(pk__in=forwards.values("release"))
