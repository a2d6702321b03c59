"""Check-ins. Phones may report them late, twice and out of order; the earliest wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid5

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.ledger.record import record
from vaern.node.press.base.events import WORK, locked
from vaern.node.press.door import acts
from vaern.node.press.models import Badge, CheckIn, Registration
from vaern.node.press.rules import states as rules
from vaern.node.press.rules.door import happened
from vaern.node.press.rules.states import Event, State, Who

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.press.models import PressEvent
    from vaern.node.press.rules.door import Message


@dataclass(frozen=True)
class Heard:
    """The outcome of one check-in reported by a phone.

    Attributes:
        id: the phone's number of it.
        known: the badge is valid; if not, nobody is checked in.
        first: it is the one that counts.
        came_at: when the badge's owner came first, by all phones.
        phone: which phone that was.
    """

    id: UUID
    known: bool
    first: bool = False
    came_at: datetime | None = None
    phone: str = ""


@transaction.atomic
def take(viewer: Viewer, event: PressEvent, message: Message, received: datetime | None = None) -> list[Heard]:
    """Store the check-ins that a phone kept while offline; idempotent.

    Raises:
        Refusal: another organisation's event, or its list was destroyed.
    """
    received = received or timezone.now()
    found = _own(viewer, event)
    badges = {
        bytes(badge.lookup).hex(): badge.registration
        for badge in Badge.objects.filter(event=found).select_related("registration")
    }
    heard = []
    for said in message.check_ins:
        registration = badges.get(said.lookup)
        if registration is None:
            heard.append(Heard(said.id, known=False))
            continue
        id = uuid5(said.id, str(registration.pk))  # of this badge alone, whatever else has the phone's number
        _note(viewer, registration, id, message.phone, happened(said.at, message.now, received), received)
        heard.append(_heard(said.id, id, registration))
    return heard


@transaction.atomic
def check_in(viewer: Viewer, event: PressEvent, registration: Registration, id: UUID) -> None:
    """Check somebody in on the page without a script; the same id twice (a double click) is one check-in.

    Raises:
        Refusal: they are not accredited at this event.
    """
    found = _own(viewer, event)
    current: Registration = Registration.everywhere.select_for_update(of=("self",)).get(pk=registration.pk)
    if current.event_id != found.pk:
        raise Conflict(rules.NOT_NOW)
    rules.after(State(current.state), Event.ARRIVE, Who.DOOR)
    now = timezone.now()
    _note(viewer, current, uuid5(id, str(current.pk)), "", now, now)


def _note(viewer: Viewer, registration: Registration, id: UUID, phone: str, at: datetime, received: datetime) -> None:
    assert viewer.person is not None  # no key has the permission
    if CheckIn.of(registration=registration).filter(pk=id).exists():
        return
    again = registration.came_at is not None
    CheckIn.everywhere.create(
        id=id,
        registration=registration,
        organisation_id=registration.organisation_id,
        phone=phone,
        by=viewer.person,
        at=at,
        received_at=received,
    )
    registration.came_at = CheckIn.of(registration=registration).aggregate(first=Min("at"))["first"]
    registration.save(update_fields=["came_at"])
    record(acts.AGAIN if again else acts.CAME, registration.subject, viewer.actor, WORK)


def _heard(said: UUID, id: UUID, registration: Registration) -> Heard:
    first = CheckIn.of(registration=registration).order_by("at", "received_at", "id")[0]
    return Heard(said, known=True, first=first.pk == id, came_at=first.at, phone=first.phone)


def _own(viewer: Viewer, event: PressEvent) -> PressEvent:
    if event.organisation_id != viewer.organisation.id:
        raise Refusal(rules.NOT_THEIRS)
    return locked(event)
