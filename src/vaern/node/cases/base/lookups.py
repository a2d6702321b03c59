"""The case that a page is about, or 404: of whoever may not know of it, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from vaern.node.cases.models import Case
from vaern.node.organisations.viewers import viewer_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.organisations.viewers import Viewer


def find(viewer: Viewer, id: UUID) -> Case | None:
    """Return a case that the viewer may see, own or released; shows nothing, so records nothing."""
    found: Case | None = Case.objects.filter(pk=id).select_related("organisation__member", "lead").first()
    return found


def find_own(viewer: Viewer, id: UUID) -> Case | None:
    """Return a case of the viewer's own organisation, to act on it; shows nothing, so records nothing."""
    found = find(viewer, id)
    return found if found is not None and found.organisation_id == viewer.organisation.id else None


def own_or_404(request: HttpRequest, id: UUID) -> Case:
    """Return a case of the viewer's own organisation, to act on it.

    Raises:
        Http404: it is another's, or there is none; both look alike.
    """
    found = find_own(viewer_of(request), id)
    if found is None:
        raise Http404
    return found
