"""The release by which a report came to its desk; its handling continues to apply to the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.casework.models import Release
from vaern.node.reports.models import Forward

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from vaern.node.reports.models import Report


def came_with(report: Report) -> QuerySet[Release]:
    """Return the release by which a report was forwarded to its desk, even if recalled; none if not forwarded."""
    return Release.of(pk__in=Forward.of(arrived=report).values("release"))
