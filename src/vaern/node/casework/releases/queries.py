"""What is known of releases: to whom a record was, by which one somebody sees it, and which recalls wait for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.casework.models import Casework, Release
from vaern.node.casework.releases import elsewhere
from vaern.node.casework.releases.terms import prospect
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from vaern.node.casework.releases.terms import Prospect
    from vaern.node.organisations.viewers import Viewer


def recipients_preview(viewer: Viewer, record: Casework, among: Iterable[UUID] | None = None) -> list[Prospect]:
    """Return whom the viewer's organisation could release its record to, in the order of countries and names.

    Args:
        viewer: of the organisation that owns the record.
        record: what would be released.
        among: ids that were chosen; all that are open if None. What cannot receive is left out.
    """
    within = elsewhere.nodes(record.KIND)
    others = Organisation.all_nodes.filter(active=True, node__in=within).exclude(pk=viewer.organisation.id)
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
    given = list(found.select_related("recipient__member").order_by("-released_at", "id"))
    for one in given:
        one.owner = record.organisation
    return given


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


def subject_of(release: Release) -> Subject:
    """Return how the ledger names the record that a release is about."""
    return Subject(release.kind, release.record, release.owner_id)
