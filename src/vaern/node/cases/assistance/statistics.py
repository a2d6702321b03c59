"""Numbers of a month by instrument: how many were sent and answered, in how long, and how many clocks lapsed.

Counted when it happens, so that erasing a case takes nothing away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Sum
from django.utils import timezone

from vaern.node.cases.models import AssistanceStatistic

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer


def count(organisation: UUID, at: datetime, name: str, instrument: str, took: timedelta | None = None) -> None:
    """Add one to a number of the month in which it happened; inside the transaction of what happened."""
    month = timezone.localtime(at).date().replace(day=1)
    row, _made = AssistanceStatistic.unscoped.get_or_create(
        organisation_id=organisation, month=month, name=name, instrument=instrument
    )
    hours = round(took.total_seconds() / 3600) if took else 0
    AssistanceStatistic.unscoped.filter(pk=row.pk).update(value=F("value") + 1, hours=F("hours") + hours)


def by_instrument(viewer: Viewer) -> list[dict[str, object]]:  # noqa: ARG001 - the scope is theirs
    """Return the sums of the viewer's organisation by name and instrument."""
    return list(
        AssistanceStatistic.objects.order_by("instrument", "name")
        .values("instrument", "name")
        .annotate(count=Sum("value"), took=Sum("hours"))
    )
