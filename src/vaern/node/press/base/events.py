"""Look up and lock events: by id, by name, those open to the public; and their papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.base.refusals import Conflict
from vaern.node.ledger.rules import Reason, Why
from vaern.node.press.models import Paper, PressEvent
from vaern.node.press.rules.states import GONE, PUBLIC, EventState

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer

WORK = Reason(Why.ADMINISTRATION)
"""Why a press officer does what they do."""


def locked(event: PressEvent) -> PressEvent:
    """Lock an event until the transaction ends, so that places are counted once; return its current row.

    Raises:
        Refusal: its list has been destroyed.
    """
    found: PressEvent = PressEvent.everywhere.select_for_update(of=("self",)).get(pk=event.pk)
    if found.state == EventState.DESTROYED.value:
        raise Conflict(GONE)
    return found


def find(viewer: Viewer, id: UUID) -> PressEvent | None:
    """Return an event of the viewer's organisation: about nobody, so nothing is recorded."""
    found: PressEvent | None = PressEvent.objects.filter(pk=id).select_related("organisation").first()
    return found


def public_events() -> list[PressEvent]:
    """Return the events that are open for registration or just past their deadline; the next first."""
    states = [state.value for state in PUBLIC]
    found = PressEvent.everywhere.filter(state__in=states).select_related("organisation").order_by("begins", "id")
    return [event for event in found[:100] if event.now in PUBLIC]


def named(name: str) -> PressEvent | None:
    """Return the event of this name, of any organisation: names are part of public addresses, so they are unique."""
    found: PressEvent | None = PressEvent.everywhere.filter(name=name).select_related("organisation").first()
    return found


def public_event(name: str) -> PressEvent | None:
    """Return the event of this name if it is open to everybody."""
    found = named(name)
    return found if found is not None and found.now in PUBLIC else None


def papers_of(event: PressEvent) -> list[Paper]:
    """Return the papers of an event that were not withdrawn, the first to be public first."""
    return list(Paper.of(event=event).filter(withdrawn_at=None).order_by("embargo", "id"))
