"""What people see of events: their own organisation's, and what is open to everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.press import rules
from vaern.node.press.events import acts
from vaern.node.press.models import PressEvent
from vaern.node.web.paging import Page, paginate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer

TO_WORK = Reason(Why.ADMINISTRATION)


@transaction.atomic
def events(viewer: Viewer, parameters: Mapping[str, Any], size: int = 50) -> Page[PressEvent]:
    """Return a page of the events of the viewer's organisation, the latest first; recorded."""
    page = paginate(PressEvent.objects.all(), ("-begins", "id"), parameters, size)
    record(acts.LISTED, Subject(PressEvent.KIND), viewer.actor, TO_WORK, count=len(page.rows))
    return page


def find(viewer: Viewer, id: UUID) -> PressEvent | None:
    """Return an event of the viewer's organisation: about nobody, so nothing is recorded."""
    found: PressEvent | None = PressEvent.objects.filter(pk=id).select_related("organisation").first()
    return found


def public_events() -> list[PressEvent]:
    """Return the events to which one can register now, or could until their deadline; the next first."""
    states = [state.value for state in rules.PUBLIC]
    found = PressEvent.everywhere.filter(state__in=states).select_related("organisation").order_by("begins", "id")
    return [event for event in found[:100] if event.now in rules.PUBLIC]


def public_event(name: str) -> PressEvent | None:
    """Return the event of this name if it is open to everybody."""
    found: PressEvent | None = PressEvent.everywhere.filter(name=name).select_related("organisation").first()
    return found if found is not None and found.now in rules.PUBLIC else None
