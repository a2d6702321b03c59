"""Events, journalists and officers for tests. Nobody is real; everything is under `.example`."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from tests.node.factories import make_organisation, make_person

from vaern.node.organisations.queries import viewer_of
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.press.events import actions as events
from vaern.node.press.events.actions import Plan
from vaern.node.press.models import PressEvent
from vaern.node.press.rules.states import Move

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

_number = count(1)


def make_officer(organisation: Organisation | None = None) -> Viewer:
    """Make a press officer."""
    return viewer_of(make_person(Role.PRESS, organisation or make_organisation(OrganisationKind.MINISTRY)))


def plan(**given: Any) -> Plan:
    """Return an event of next week, with registration for three days."""
    now = timezone.now().replace(microsecond=0)
    fields: dict[str, Any] = {
        "name": f"event-{next(_number)}",
        "title": "A press conference (synthetic)",
        "place": "Hall 1, Nordhavia",
        "zone": "Europe/Copenhagen",
        "begins": now + timedelta(days=7),
        "ends": now + timedelta(days=7, hours=2),
        "deadline": now + timedelta(days=3),
        "contact": "press@ministry.example",
        "capacity": 3,
        **given,
    }
    return Plan(**fields)


def make_event(officer: Viewer | None = None, *, opened: bool = True, **given: Any) -> PressEvent:
    """Plan an event and open it, by the real actions."""
    officer = officer or make_officer()
    event = events.plan(officer, plan(**given))
    return events.take_step(officer, event, Move.OPEN) if opened else event


def change(officer: Viewer, event: PressEvent, given: Plan) -> PressEvent:
    """Change an event as somebody who sees it as it is now."""
    return events.change(officer, event, given, events.mark(PressEvent.everywhere.get(pk=event.pk)))


def shift(event: PressEvent, **given: Any) -> PressEvent:
    """Move the times of an event behind the back of the rules, as if time had passed; refreshed."""
    for name, value in given.items():
        setattr(event, name, value)
    event.save(update_fields=list(given))
    return event
