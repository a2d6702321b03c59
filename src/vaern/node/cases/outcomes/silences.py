"""Whether a silent case asks that nothing is told of a report or a series, as `victims.wishes.silences` asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from vaern.node.cases.models import Link
from vaern.node.cases.outcomes.actions import is_silent

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID


def is_silenced(reports: Collection[UUID], series: Collection[UUID]) -> bool:
    """Return whether one of these reports or series is in a silent case of any organisation."""
    links = Link.everywhere.filter(Q(report__in=reports) | Q(series__in=series)).select_related("case")
    return any(is_silent(link.case) for link in links)
