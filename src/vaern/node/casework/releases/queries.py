"""What is known of releases: to whom a record was, by which one somebody sees it, and which recalls wait for whom."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from vaern.node.casework import kinds
from vaern.node.casework.models import Casework, Release
from vaern.node.casework.releases import acts
from vaern.node.casework.releases.terms import prospect
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.organisations.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.casework.releases.terms import Prospect
    from vaern.node.organisations.viewers import Viewer

ACKNOWLEDGED_WITHIN = timedelta(days=7)
"""How long a recipient has to acknowledge a recall before it is overdue."""

LISTS = Subject("release")
REMOVAL = Reason(Why.REMOVAL)


def recipients_preview(viewer: Viewer, record: Casework, among: Iterable[UUID] | None = None) -> list[Prospect]:
    """Return whom the viewer's organisation could release its record to, in the order of countries and names.

    Args:
        viewer: of the organisation that owns the record.
        record: what would be released.
        among: ids that were chosen; all that are open if None. What cannot receive is left out.
    """
    others = Organisation.objects.filter(active=True).exclude(pk=viewer.organisation.id)
    if among is not None:
        others = others.filter(pk__in=list(among))
    until = dict(Release.valid().filter(kind=record.KIND, record=record.pk).values_list("recipient_id", "expires_at"))
    owner = Organisation.objects.select_related("member").get(pk=viewer.organisation.id)
    return [
        prospect(owner, found, until.get(found.id))
        for found in others.select_related("member").order_by("member__code", "name")
    ]


def releases_of(viewer: Viewer, record: Casework) -> list[Release]:
    """Return to whom a record was released: every release for its owner, its own for a recipient; the latest first."""
    found = Release.everywhere.filter(kind=record.KIND, record=record.pk)
    if record.organisation_id != viewer.organisation.id:
        found = found.filter(recipient=viewer.organisation)
    return list(found.select_related("owner__member", "recipient__member").order_by("-released_at", "id"))


def given_sight(viewer: Viewer, record: Casework) -> Release | None:
    """Return the release by which the viewer sees a record of another organisation; None for one of its own."""
    if record.organisation_id == viewer.organisation.id:
        return None
    return (
        Release.valid()
        .select_related("owner__member")
        .filter(kind=record.KIND, record=record.pk, recipient=viewer.organisation)
        .first()
    )


def to_acknowledge(viewer: Viewer, among: Collection[str]) -> QuerySet[Release]:
    """Return the recalls of some kinds of record that the viewer's organisation has yet to acknowledge."""
    return (
        Release.everywhere.filter(kind__in=among, recipient=viewer.organisation, acknowledged_at=None)
        .exclude(recalled_at=None)
        .select_related("owner__member")
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
        .select_related("recipient__member")
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
    return [(one, copy_of(viewer, one)) for one in found]


def copy_of(viewer: Viewer, release: Release) -> Casework | None:
    """Return the record of the viewer's own that a release gave it, or None if it is gone, or there was none."""
    found = kinds.kinds()[release.kind].copies
    return found.of(viewer, release) if found else None


@transaction.atomic
def read_overdue(viewer: Viewer) -> list[Release]:
    """Return what `overdue` finds; recorded."""
    found = list(overdue(viewer))
    write(acts.READ, LISTS, viewer.actor, REMOVAL, count=len(found))
    return found


def subject_of(release: Release) -> Subject:
    """Return how the ledger names the record that a release is about."""
    return Subject(release.kind, release.record, release.owner_id)
