"""Reads of the door: badges without names for phones, names for the online page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from vaern.node.ledger.record import record
from vaern.node.press.base.events import WORK
from vaern.node.press.door import acts
from vaern.node.press.models import Badge, PressEvent, Registration
from vaern.node.press.rules.states import ON_PHONE, EventState, State

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.node.organisations.viewers import Viewer


def until(event: PressEvent) -> datetime:
    """Return the time until which a phone may hold the list of an event."""
    return event.ends + ON_PHONE  # type: ignore[no-any-return]


def has_door(event: PressEvent) -> bool:
    """Whether journalists are checked in at an event now: from its opening until some hours after its end."""
    return event.now not in {EventState.PLANNED, EventState.DESTROYED} and timezone.now() <= until(event)


def events(viewer: Viewer) -> list[PressEvent]:
    """Return the events of one's organisation that have a door now."""
    found = PressEvent.objects.filter(ends__gte=timezone.now() - ON_PHONE).order_by("begins", "id")[:50]
    return [event for event in found if has_door(event)]


@transaction.atomic
def badges(viewer: Viewer, event: PressEvent) -> list[Badge]:
    """Return the badges of an event for a phone; recorded as a disclosure."""
    found = list(Badge.objects.filter(event=event).select_related("registration").order_by("lookup"))
    record(acts.TAKEN, event.subject, viewer.actor, WORK, count=len(found))
    return found


@transaction.atomic
def door_list(viewer: Viewer, event: PressEvent) -> list[Registration]:
    """Return who is accredited, by name, with their check-ins; recorded."""
    rows = Registration.objects.filter(event=event, state=State.ACCEPTED.value).prefetch_related("check_ins__by")
    found = sorted(rows, key=lambda one: one.says["name"].casefold())
    record(acts.LISTED, event.subject, viewer.actor, WORK, count=len(found))
    return found
