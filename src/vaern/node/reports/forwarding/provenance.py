"""By which release a report came to the desk that has it: what it says about handling goes on with the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.casework.models import Release
from vaern.node.reports.models import Forward

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from vaern.node.reports.models import Report


def came_with(report: Report) -> QuerySet[Release]:
    """Return the release by which a report was forwarded to its desk, also one that was recalled; none for the others.

    Of one record by construction, so everywhere.
    """
    return Release.everywhere.filter(pk__in=Forward.everywhere.filter(arrived=report.pk).values("release"))
