"""When each person last looked at a series: later changes are marked as new to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from vaern.node.victims.models import Look, Series

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer


def seen(viewer: Viewer) -> Q:
    """Return the condition that the viewer looked at a series after it last changed."""
    own = Look.objects.filter(series=OuterRef("pk"), person=viewer.person, looked_at__gte=OuterRef("changed_at"))
    return Q(Exists(own))


def note(viewer: Viewer, series: Series) -> datetime | None:
    """Record that a person looks at a series; return when they last did. Looks within a minute count as one."""
    if viewer.person is None:
        return None
    now = timezone.now()
    found, made = Look.objects.get_or_create(
        series=series, person=viewer.person, defaults={"organisation": viewer.organisation, "looked_at": now}
    )
    if made:
        return None
    before = found.looked_at
    found.looked_at = now
    found.save(update_fields=["looked_at"])
    return before


def looked_at(viewer: Viewer, shown: list[Series]) -> set[UUID]:
    """Return which of some series the viewer looked at after they last changed."""
    found = Series.objects.filter(pk__in=[one.pk for one in shown]).filter(seen(viewer))
    return set(found.values_list("pk", flat=True))
