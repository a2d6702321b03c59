"""What journalists do: register, confirm, agree to the embargo, withdraw. One function, one transaction, one entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from vaern.node.base.refusals import Conflict
from vaern.node.base.sealing import keyed
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Actor
from vaern.node.press.base.events import WORK, locked
from vaern.node.press.journalists import acts, links, places
from vaern.node.press.journalists.mails import tell
from vaern.node.press.models import Registration
from vaern.node.press.models.registration import ADDRESS, sealed
from vaern.node.press.rules import states as rules
from vaern.node.press.rules.states import Event, State, Who

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from vaern.node.press.models import PressEvent

MOST_MAILS = 5
"""To one address because somebody typed it: nobody makes the node write to a stranger again and again."""


@dataclass(frozen=True)
class Came:
    """The outcome of a registration.

    Attributes:
        new: it was not there before.
    """

    registration: Registration
    new: bool


@transaction.atomic
def register(
    event: PressEvent, fields: Mapping[str, str], *, channel: str, arrived: datetime, dropped: int = 0
) -> Came:
    """Store a registration while the event is public; late ones are stored too.

    An address that is there already is not registered twice, and nothing that is known of it is shown or changed: its
    owner gets a mail with the link to their page.

    Args:
        event: for which.
        fields: what they said (`models.registration.FIELDS`); `email` is needed.
        channel: `form` or `mail`.
        arrived: when it came.
        dropped: how many attachments were dropped.

    Raises:
        Refusal: the event takes no registrations.
    """
    found = locked(event)
    if found.now not in rules.PUBLIC:
        raise Conflict(rules.NOT_NOW)
    address = keyed(fields["email"].strip().casefold(), ADDRESS)
    there = Registration.everywhere.select_for_update(of=("self",)).filter(event=found, address=address)
    registration = there.exclude(state=State.WITHDRAWN.value).first()
    if registration is not None:
        registration.event = found
        _tell_once_more(registration, dropped)
        record(acts.AGAIN, registration.subject, _nobody(found), WORK, tags={"channel": channel})
        return Came(registration, new=False)
    id = uuid4()
    registration = Registration(
        id=id,
        event=found,
        organisation=found.organisation,
        sealed=sealed(fields),
        address=address,
        link=links.digest_of(links.token_of(id)),
        channel=channel,
        arrived_at=arrived,
        mails=1,
    )
    registration.save()
    tell(registration, "confirm", dropped=dropped)
    tags: dict[str, str | int | None] = {"channel": channel, "late": int(registration.late)}
    record(acts.CAME, registration.subject, _nobody(found), WORK, tags=tags)
    return Came(registration, new=True)


def _tell_once_more(registration: Registration, dropped: int) -> None:
    if registration.mails >= MOST_MAILS:
        return
    registration.mails += 1
    registration.save(update_fields=["mails"])
    unconfirmed = registration.state == State.UNCONFIRMED.value
    tell(registration, "confirm" if unconfirmed else "again", dropped=dropped)


@transaction.atomic
def confirm(registration: Registration, fields: Mapping[str, str]) -> Registration:
    """Confirm that the address is theirs, and that what they say is right; the time of arrival stays.

    Raises:
        Refusal: it is confirmed already, or its event is over.
    """
    found = _own(registration)
    found.state = rules.after(State(found.state), Event.CONFIRM, Who.JOURNALIST).value
    found.sealed = sealed({**found.says, **fields, "email": found.says["email"]})
    found.confirmed_at = timezone.now()
    found.save()
    record(acts.CONFIRMED, found.subject, _nobody(found.event), WORK)
    return found


@transaction.atomic
def withdraw(registration: Registration) -> Registration:
    """Withdraw a registration; its badge is void at once, and the first on the waiting list moves up.

    Raises:
        Refusal: not in this state.
    """
    found = _own(registration)
    had_place = found.state == State.ACCEPTED.value
    found.state = rules.after(State(found.state), Event.WITHDRAW, Who.JOURNALIST).value
    found.save()
    record(acts.WITHDRAWN, found.subject, _nobody(found.event), WORK)
    tell(found, "withdrawn")
    if had_place:
        places.free(found)
    return found


@transaction.atomic
def agree_to_embargo(registration: Registration) -> Registration:
    """Promise to hold papers back until their embargo ends.

    Raises:
        Refusal: they are not accredited.
    """
    found = _own(registration)
    if found.state != State.ACCEPTED.value:
        raise Conflict(rules.NOT_NOW)
    if found.embargo_agreed_at is None:
        found.embargo_agreed_at = timezone.now()
        found.save(update_fields=["embargo_agreed_at"])
        record(acts.AGREED, found.subject, _nobody(found.event), WORK)
    return found


def _own(registration: Registration) -> Registration:
    event = locked(registration.event)
    if event.now not in rules.PUBLIC:
        raise Conflict(rules.NOT_NOW)
    found: Registration = Registration.everywhere.select_for_update(of=("self",)).get(pk=registration.pk)
    found.event = event
    return found


def _nobody(event: PressEvent) -> Actor:
    """How the ledger names a journalist: as nobody, for the organisation."""
    return Actor(organisation=event.organisation_id)
