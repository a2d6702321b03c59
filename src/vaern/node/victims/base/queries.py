"""Look-ups that every room needs: what a series absorbed, who holds it. Nothing is shown, so nothing is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.casework.models import Release
from vaern.node.organisations.models import Organisation
from vaern.node.victims.models import Series
from vaern.node.victims.rules.clues import Circle, Known

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.victims.models import Clue


def parts_of(id: UUID) -> list[UUID]:
    """Return the ids of a series and of everything that it absorbed, directly or not."""
    found, ahead = [id], [id]
    while ahead:
        ahead = list(Series.everywhere.filter(absorbed_into__in=ahead).values_list("pk", flat=True))
        found += ahead
    return found


def absorbed_by(series: Series) -> QuerySet[Series]:
    """Return the series that a series absorbed, directly or not."""
    found: QuerySet[Series] = Series.everywhere.filter(pk__in=parts_of(series.pk)).exclude(pk=series.pk)
    return found


def recipients_of(series: Series) -> frozenset[UUID]:
    """Return the organisations that see a series of another one now."""
    found = Release.valid().filter(kind=Series.KIND, record=series.pk)
    return frozenset(found.values_list("recipient_id", flat=True))


def holders(series: Series) -> set[UUID]:
    """Return the organisations that hold a series: its owner, and those that see it."""
    return {series.organisation_id, *recipients_of(series)}


def holders_here(series: Series) -> set[UUID]:
    """Return the organisations of this node that hold a series."""
    return set(Organisation.objects.filter(pk__in=holders(series)).values_list("pk", flat=True))


def known_of(clue: Clue, series: Series, recipients: frozenset[UUID]) -> Known:
    """Return the facts that decide who may know of a clue."""
    circle, named = Circle(clue.circle), frozenset(clue.known_to)
    return Known(clue.organisation_id, series.organisation_id, circle, named, recipients)
