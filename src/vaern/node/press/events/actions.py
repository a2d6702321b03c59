"""Every change to events: one function, one transaction, one entry of the ledger."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from vaern.node.base.jobs import each
from vaern.node.base.refusals import Conflict, Refusal, Stale
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.press.base.events import WORK, locked, named
from vaern.node.press.events import acts
from vaern.node.press.journalists.places import move_up
from vaern.node.press.models import PressEvent, Registration
from vaern.node.press.rules import states as rules
from vaern.node.press.rules.states import EventState, Move, State, Who
from vaern.node.web.versions import mark_of

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer


RETENTION = Reason(Why.RETENTION)


@dataclass(frozen=True)
class Plan:
    """The fields of an event that an officer enters, as in `PressEvent`."""

    name: str
    title: str
    place: str
    zone: str
    begins: datetime
    ends: datetime
    deadline: datetime
    contact: str
    capacity: int
    about: str = ""


@transaction.atomic
def plan(viewer: Viewer, given: Plan) -> PressEvent:
    """Plan an event; nobody sees it before it is opened.

    Raises:
        Refusal: its times do not fit, or the name is taken.
    """
    _fits(given)
    if named(given.name) is not None:
        raise Refusal(rules.NAME_TAKEN, field="name")
    assert viewer.person is not None  # no key has the permission
    event: PressEvent = PressEvent.everywhere.create(
        organisation=viewer.organisation,
        made_by=viewer.person,
        synthetic=settings.CONFIGURATION.synthetic,
        **vars(given),
    )
    record(acts.PLANNED, event.subject, viewer.actor, WORK)
    return event


@transaction.atomic
def change(viewer: Viewer, event: PressEvent, given: Plan, seen: str) -> PressEvent:
    """Change an event. Once opened, its name is fixed, and its deadline can only move later.

    Args:
        viewer: of its organisation.
        event: which.
        given: all of it, as it is to be.
        seen: the `mark` of the event as whoever changes it saw it.

    Raises:
        Refusal: why not.
    """
    found = locked(event)
    if found.now in {EventState.OVER, EventState.DESTROYED}:
        raise Conflict(rules.NOT_NOW)
    if seen != mark(found):
        raise Stale(rules.CHANGED_MEANWHILE)
    _fits(given)
    if found.state != EventState.PLANNED.value:
        if given.deadline < found.deadline:
            raise Refusal(rules.DEADLINE_EARLIER, field="deadline")
        if given.name != found.name:
            raise Conflict(rules.NOT_NOW)
    if named(given.name) not in {None, found}:
        raise Refusal(rules.NAME_TAKEN, field="name")
    if given.capacity < Registration.of(event=found).filter(state=State.ACCEPTED.value).count():
        raise Refusal(rules.CAPACITY_TAKEN, field="capacity")
    for field, value in vars(given).items():
        setattr(found, field, value)
    found.save()
    record(acts.CHANGED, found.subject, viewer.actor, WORK)
    move_up(found)  # there may be more places now
    return found


def mark(event: PressEvent) -> str:
    """Return the version mark by which a form detects that somebody else changed an event."""
    values = [getattr(event, field.name) for field in fields(Plan)]
    return mark_of(*(one.timestamp() if isinstance(one, datetime) else one for one in values))


@transaction.atomic
def take_step(viewer: Viewer, event: PressEvent, step: Move) -> PressEvent:
    """Open or close registration.

    Raises:
        Refusal: not in this state, or it is the clock's.
    """
    found = locked(event)
    after = rules.after_step(found.now, step, Who.OFFICER)
    if step is Move.REOPEN and not found.in_time(timezone.now()):
        raise Conflict(rules.NOT_NOW)
    found.state = after.value
    found.save(update_fields=["state"])
    record(acts.STEPPED, found.subject, viewer.actor, WORK, tags={"step": step.value})
    return found


def tick(now: datetime | None = None) -> int:
    """Take all steps of events that are due, one transaction each; return how many were taken.

    The list of an event is destroyed by the nightly job (`events.retention`), not here.
    """
    now = now or timezone.now()
    waiting = [state.value for state in (EventState.PLANNED, EventState.OPEN, EventState.CLOSED)]
    events = PressEvent.everywhere.filter(state__in=waiting).values_list("pk", flat=True)
    return each("press.tick", events, lambda pk: _tick(pk, now))


def _tick(pk: UUID, now: datetime) -> int:
    found, taken = PressEvent.everywhere.select_for_update(of=("self",)).get(pk=pk), 0
    for step in rules.owed(EventState(found.state), found.deadline, found.ends, now):
        if step is Move.DESTROY:
            continue
        found.state = rules.after_step(EventState(found.state), step, Who.NODE).value
        found.save(update_fields=["state"])
        record(acts.BY_CLOCK, found.subject, NODE, RETENTION, tags={"step": step.value})
        taken += 1
    return taken


def _fits(given: Plan) -> None:
    if given.ends <= given.begins:
        raise Refusal(rules.ENDS_BEFORE_BEGIN)
    if given.deadline >= given.ends:
        raise Refusal(rules.DEADLINE_AFTER_END)
