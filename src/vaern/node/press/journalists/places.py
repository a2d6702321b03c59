"""Places of an event: never overbooked, one badge each; the first on the waiting list moves up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.press.journalists import acts, badges
from vaern.node.press.journalists.mails import tell
from vaern.node.press.models import Badge, Registration
from vaern.node.press.rules import states as rules
from vaern.node.press.rules.states import Event, State, Who

if TYPE_CHECKING:
    from vaern.node.press.models import PressEvent

WORK = Reason(Why.ADMINISTRATION)


def taken(event: PressEvent) -> int:
    """Return how many places of an event are taken."""
    return Registration.of(event=event).filter(state=State.ACCEPTED.value).count()


def seat(registration: Registration, who: Who) -> None:
    """Give a journalist a place and a badge, in the caller's transaction, which holds the event locked."""
    registration.state = rules.after(State(registration.state), Event.ACCEPT, who).value
    registration.save()
    badges.make(registration)
    tell(registration, "accepted")


def free(registration: Registration) -> None:
    """Revoke a badge, and move up the first on the waiting list."""
    Badge.objects.filter(registration=registration).delete()
    move_up(registration.event)


def move_up(event: PressEvent) -> int:
    """Give free places to the waiting list in order of arrival; return how many moved up."""
    free_places = max(0, event.capacity - taken(event))
    waiting = Registration.everywhere.select_for_update(of=("self",)).filter(event=event, state=State.LISTED.value)
    found = list(waiting.order_by("arrived_at", "id")[:free_places])
    for registration in found:
        registration.event = event
        seat(registration, Who.NODE)
        record(acts.MOVED_UP, registration.subject, NODE, WORK)
    return len(found)
