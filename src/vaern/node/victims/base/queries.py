"""Which series it is, what it absorbed, and who holds it: what every room asks. Shows nothing and records nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.casework.models import Release
from vaern.node.victims.models import Series

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet


def parts_of(id: UUID) -> list[UUID]:
    """Return a series and all that it absorbed, and what these absorbed."""
    found, ahead = [id], [id]
    while ahead:
        ahead = list(Series.everywhere.filter(absorbed_into__in=ahead).values_list("pk", flat=True))
        found += ahead
    return found


def absorbed_by(series: Series) -> QuerySet[Series]:
    """Return what a series absorbed, directly or not."""
    found: QuerySet[Series] = Series.everywhere.filter(pk__in=parts_of(series.pk)).exclude(pk=series.pk)
    return found


def recipients_of(series: Series) -> frozenset[UUID]:
    """Return the organisations that see a series of another one now."""
    found = Release.valid().filter(kind=Series.KIND, record=series.pk)
    return frozenset(found.values_list("recipient_id", flat=True))


def holders(series: Series) -> set[UUID]:
    """Return the organisations that hold a series: its owner, and those that see it."""
    return {series.organisation_id, *recipients_of(series)}
