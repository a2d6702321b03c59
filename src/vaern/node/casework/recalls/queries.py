"""Which recalls wait for whom, each with the copy that its recipient has."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from vaern.node.casework import kinds
from vaern.node.casework.models import Release
from vaern.node.casework.releases import acts
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import Reason, Subject, Why

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.casework.models import Casework
    from vaern.node.organisations.viewers import Viewer

ACKNOWLEDGED_WITHIN = timedelta(days=7)
"""How long a recipient has to acknowledge a recall before it is overdue."""

LISTS = Subject("release")
REMOVAL = Reason(Why.REMOVAL)


def to_acknowledge(viewer: Viewer, among: Collection[str]) -> QuerySet[Release]:
    """Return the recalls of some kinds of record that the viewer's organisation has yet to acknowledge."""
    return (
        Release.everywhere.filter(kind__in=among, recipient=viewer.organisation, acknowledged_at=None)
        .exclude(recalled_at=None)
        .select_related("owner")
    )


def overdue(viewer: Viewer) -> QuerySet[Release]:
    """Return the recalls by the viewer's organisation that recipients should have acknowledged by now.

    Of every kind of record whose pages the viewer may open; the oldest first.
    """
    late = timezone.now() - ACKNOWLEDGED_WITHIN
    return (
        Release.everywhere.filter(
            kind__in=kinds.open_to(viewer), owner=viewer.organisation, acknowledged_at=None, recalled_at__lt=late
        )
        .select_related("recipient")
        .order_by("recalled_at", "id")
    )


@transaction.atomic
def read_recalls(viewer: Viewer) -> list[tuple[Release, Casework | None]]:
    """Return the recalls that wait for the viewer's organisation, each with its own copy, if there is one; recorded.

    Of every kind of record whose pages the viewer may open; the oldest first.
    """
    known = kinds.open_to(viewer)
    found = list(to_acknowledge(viewer, known.keys()).order_by("recalled_at", "id"))
    write(acts.READ, LISTS, viewer.actor, REMOVAL, count=len(found))
    copies = own_copies(found)
    return [(one, copies.get(one.pk)) for one in found]


def own_copies(releases: Iterable[Release]) -> dict[UUID, Casework]:
    """Return the records of the viewer's organisation that releases gave it, by release; what is gone is left out.

    One statement for each kind whose recipients have a copy of their own.
    """
    by_kind: dict[str, list[Release]] = {}
    for release in releases:
        by_kind.setdefault(release.kind, []).append(release)
    found: dict[UUID, Casework] = {}
    for kind, given in by_kind.items():
        copies = kinds.kinds()[kind].copies
        if copies is not None:
            rows = copies.model.own.filter(**{f"{copies.came_by}__in": given}).annotate(by=F(copies.came_by))
            found |= {copy.by: copy for copy in rows}
    return found


@transaction.atomic
def read_overdue(viewer: Viewer) -> list[Release]:
    """Return what `overdue` finds; recorded."""
    found = list(overdue(viewer))
    write(acts.READ, LISTS, viewer.actor, REMOVAL, count=len(found))
    return found
