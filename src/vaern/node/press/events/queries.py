"""The list of an organisation's events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.press.events import acts
from vaern.node.press.models import PressEvent
from vaern.node.web.paging import Page, paginate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vaern.node.organisations.viewers import Viewer

TO_WORK = Reason(Why.ADMINISTRATION)


@transaction.atomic
def events(viewer: Viewer, parameters: Mapping[str, Any], size: int = 50) -> Page[PressEvent]:
    """Return a page of the events of the viewer's organisation, the latest first; recorded."""
    page = paginate(PressEvent.objects.all(), ("-begins", "id"), parameters, size)
    record(acts.LISTED, Subject(PressEvent.KIND), viewer.actor, TO_WORK, count=len(page.rows))
    return page
