"""Turn a mail into a registration, once: one function, one transaction."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction

from vaern.node.base.sealing import keyed
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Actor
from vaern.node.press.base.events import WORK, named
from vaern.node.press.intake import acts, letters
from vaern.node.press.journalists import actions as journalists
from vaern.node.press.models import SeenMail
from vaern.node.press.rules.states import EventState
from vaern.node.web import limits

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.node.press.models import PressEvent

RATE, BURST = 0.05, 60.0
"""Mails that one event takes, a second in the long run and at once: each may make the node write to a stranger."""

_SPACE = UUID("1c0f6d0e-7c44-4b8e-9e43-6a3b8b1d2f90")


class Became(enum.Enum):
    """The outcome of a mail."""

    REGISTERED = "registered"
    AGAIN = "again"
    SAME_MAIL = "same mail"
    IGNORED = "ignored"
    NO_SENDER = "no sender"
    LATER = "later"


def event_for(address: str) -> PressEvent | None:
    """Return the event to which mail at an address goes: `event@…` or `anything+event@…`.

    Events that are open to everybody, and those that are over for no longer than mail may be on its way.
    """
    local = address.rpartition("@")[0].casefold()
    found = named(local.rpartition("+")[2])
    return found if found is not None and found.now in {EventState.OPEN, EventState.CLOSED} else None


def take(event: PressEvent, data: bytes, envelope: str | None, arrived: datetime) -> Became:
    """Take a mail that came for an event.

    Args:
        event: for which.
        data: the mail, whole; nothing of it is kept but what its lines say of the journalist.
        envelope: who sent it, by the envelope.
        arrived: when its last byte came: that is what counts for the deadline.

    Raises:
        Refusal: the event takes no registrations any more.
    """
    letter = letters.read(data, envelope)
    ours = letter.sender.casefold() == settings.CONFIGURATION.mail_from.casefold()
    if letter.automatic or ours:
        return Became.IGNORED if _too_many(event) else _ignore(event)
    if not letter.sender:
        return Became.NO_SENDER
    if SeenMail.objects.filter(event=event, message=_digest(letter)).exists():
        return Became.SAME_MAIL
    if _too_many(event):
        return Became.LATER
    return _register(event, letter, arrived)


@transaction.atomic
def _register(event: PressEvent, letter: letters.Letter, arrived: datetime) -> Became:
    _seen, new = SeenMail.objects.get_or_create(event=event, message=_digest(letter))
    if not new:
        return Became.SAME_MAIL
    fields = {**letter.fields, "email": letter.sender, "language": letter.language}
    came = journalists.register(event, fields, channel="mail", arrived=arrived, dropped=letter.dropped)
    return Became.REGISTERED if came.new else Became.AGAIN


@transaction.atomic
def _ignore(event: PressEvent) -> Became:
    record(acts.IGNORED, event.subject, Actor(organisation=event.organisation_id), WORK)
    return Became.IGNORED


def _too_many(event: PressEvent) -> bool:
    return limits.take(uuid5(_SPACE, str(event.pk)), RATE, BURST) > 0


def _digest(letter: letters.Letter) -> bytes:
    """Return what makes the same mail twice one: its id and its sender; some programs give every mail one id."""
    return keyed(f"{letter.sender.casefold()} {letter.message_id}", "press message id")
