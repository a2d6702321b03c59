"""Reads of documents that come back from a workstation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaern.node.base.rows import one_or_none
from vaern.node.casework.workstations.kinds import kinds
from vaern.node.casework.workstations.models import GradedDocument, GradedFault
from vaern.node.casework.workstations.rules import UNDER_WAY, GradedState
from vaern.node.web.items import Rows, first_of
from vaern.node.web.paging import Page, paginate
from vaern.node.web.sorting import Order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vaern.node.casework.models import Casework
    from vaern.node.organisations.viewers import Viewer

FAULTS = Order("medium", "id")


def find(viewer: Viewer, record: Casework, id: Any) -> GradedDocument | None:
    """Return a document that the viewer's organisation brought back for a record that was found."""
    rows = GradedDocument.for_record(viewer.organisation.id, record).select_related("started_by", "ended_by")
    found: GradedDocument | None = one_or_none(rows.filter(pk=id))
    return found


def under_way(viewer: Viewer, record: Casework) -> GradedDocument | None:
    """Return the document for a record that is read, waits or is taken; None where there is none."""
    rows = GradedDocument.for_record(viewer.organisation.id, record)
    found: GradedDocument | None = rows.filter(state__in=[state.value for state in UNDER_WAY]).first()
    return found


def faults(document: GradedDocument, parameters: Mapping[str, Any]) -> Page[GradedFault]:
    """Return a page of what of a document could not be used, with its places."""
    return paginate(GradedFault.of(document=document), FAULTS, parameters)


def waiting(viewer: Viewer) -> Rows[GradedDocument]:
    """Return the first documents that wait for somebody like the viewer, the oldest first."""
    known = [one.kind for one in kinds() if viewer.may(one.permission)]
    ready = GradedDocument.objects.filter(
        organisation=viewer.organisation, kind__in=known, state=GradedState.READY.value
    )
    return first_of(ready.order_by("started_at", "id"))
