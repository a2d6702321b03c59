"""The life of an event and of a registration: states, what happens to them, who may. Pure; no Django."""

from __future__ import annotations

import enum
from datetime import timedelta
from typing import TYPE_CHECKING

from vaern.node.base import transitions
from vaern.node.base.transitions import Step, by
from vaern.node.press.rules.deadlines import in_time

if TYPE_CHECKING:
    from datetime import datetime

KEPT = timedelta(days=30)
"""How long after an event its list of journalists is kept."""

ON_PHONE = timedelta(hours=6)
"""How long after an event a phone at the door may hold the list."""


class Who(enum.StrEnum):
    """Who triggers a change."""

    OFFICER = "officer"
    JOURNALIST = "journalist"
    DOOR = "door"
    NODE = "node"


class EventState(enum.StrEnum):
    """The state of an event."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    OVER = "over"
    DESTROYED = "destroyed"


class Move(enum.StrEnum):
    """What happens to an event."""

    OPEN = "open"
    CLOSE = "close"
    REOPEN = "reopen"
    END = "end"
    DESTROY = "destroy"


_E = EventState
EVENT: dict[tuple[EventState, Move], Step[EventState, Who]] = {
    (_E.PLANNED, Move.OPEN): Step(_E.OPEN, by(Who.OFFICER)),
    (_E.OPEN, Move.CLOSE): Step(_E.CLOSED, by(Who.OFFICER, Who.NODE)),
    (_E.CLOSED, Move.REOPEN): Step(_E.OPEN, by(Who.OFFICER)),
    (_E.PLANNED, Move.END): Step(_E.OVER, by(Who.NODE)),
    (_E.OPEN, Move.END): Step(_E.OVER, by(Who.NODE)),
    (_E.CLOSED, Move.END): Step(_E.OVER, by(Who.NODE)),
    (_E.OVER, Move.DESTROY): Step(_E.DESTROYED, by(Who.NODE)),
}
"""(state, what happens) → (state, who may). The node closes at the deadline and ends with the window."""

PUBLIC = frozenset({_E.OPEN, _E.CLOSED})
"""States in which an event is shown to everybody and takes registrations; after the deadline they are late."""


class State(enum.StrEnum):
    """The state of a registration."""

    UNCONFIRMED = "unconfirmed"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    LISTED = "listed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Event(enum.StrEnum):
    """What happens to a registration."""

    CONFIRM = "confirm"
    CHECK = "check"
    ACCEPT = "accept"
    LIST = "list"
    REFUSE = "refuse"
    RECONSIDER = "reconsider"
    WITHDRAW = "withdraw"
    ARRIVE = "arrive"


_S = State
_OFFICER, _JOURNALIST = by(Who.OFFICER), by(Who.JOURNALIST)
REGISTRATION: dict[tuple[State, Event], Step[State, Who]] = {
    (_S.UNCONFIRMED, Event.CONFIRM): Step(_S.WAITING, _JOURNALIST),
    (_S.UNCONFIRMED, Event.WITHDRAW): Step(_S.WITHDRAWN, _JOURNALIST),
    (_S.WAITING, Event.CHECK): Step(_S.WAITING, _OFFICER),
    (_S.WAITING, Event.ACCEPT): Step(_S.ACCEPTED, _OFFICER),
    (_S.WAITING, Event.LIST): Step(_S.LISTED, _OFFICER),
    (_S.WAITING, Event.REFUSE): Step(_S.REFUSED, _OFFICER),
    (_S.WAITING, Event.WITHDRAW): Step(_S.WITHDRAWN, _JOURNALIST),
    (_S.LISTED, Event.CHECK): Step(_S.LISTED, _OFFICER),
    (_S.LISTED, Event.ACCEPT): Step(_S.ACCEPTED, by(Who.OFFICER, Who.NODE)),
    (_S.LISTED, Event.REFUSE): Step(_S.REFUSED, _OFFICER),
    (_S.LISTED, Event.WITHDRAW): Step(_S.WITHDRAWN, _JOURNALIST),
    (_S.ACCEPTED, Event.ARRIVE): Step(_S.ACCEPTED, by(Who.DOOR)),
    (_S.ACCEPTED, Event.REFUSE): Step(_S.REFUSED, _OFFICER),
    (_S.ACCEPTED, Event.WITHDRAW): Step(_S.WITHDRAWN, _JOURNALIST),
    (_S.REFUSED, Event.RECONSIDER): Step(_S.WAITING, _OFFICER),
}
"""(state, what happens) → (state, who may). Only what is accepted has a badge; the node accepts from the waiting list
when a place becomes free."""


class Checked(enum.StrEnum):
    """What is verified before somebody is accepted: only accredited journalists are."""

    MEDIUM = "medium"
    CARD = "card"


class How(enum.StrEnum):
    """How it was verified."""

    CALLED_EDITOR = "called_editor"
    ISSUER_REGISTER = "issuer_register"
    CARD_SEEN = "card_seen"
    KNOWN = "known"
    IMPRINT = "imprint"


NOT_NOW = "that is not possible in this state"
NOT_THEIRS = "that is for somebody else to do"
NOT_CHECKED = "check the medium and the press card first: only accredited journalists are accepted"
LATE_WITHOUT_WORDS = "this registration came after the deadline: say why it is taken all the same"
DEADLINE_EARLIER = "registration has been open: the deadline can only become later, or who is in time would be late"
DEADLINE_AFTER_END = "the deadline must come before the event ends"
ENDS_BEFORE_BEGIN = "the event ends after it begins"
CHANGED_MEANWHILE = "somebody else changed the event since the form was opened: look at it as it is now"
DECIDED_MEANWHILE = "the registration is in another state since the form was opened"
CAPACITY_TAKEN = "more journalists are accepted already"
NAME_TAKEN = "there is an event with this name already"
GONE = "the list of this event has been destroyed"
PROBLEMS = tuple(value for name, value in list(globals().items()) if name.isupper() and isinstance(value, str))
"""Every sentence with which an action is refused."""


def after_step(state: EventState, step: Move, who: Who) -> EventState:
    """Return the state of an event after something.

    Raises:
        Refusal: not in this state, or not by them.
    """
    return transitions.after(EVENT, "an event", state, step, who)


def after(state: State, event: Event, who: Who) -> State:
    """Return the state of a registration after something.

    Raises:
        Refusal: not in this state, or not by them.
    """
    return transitions.after(REGISTRATION, "a registration", state, event, who)


def owed(state: EventState, deadline: datetime, ends: datetime, now: datetime) -> list[Move]:
    """Return the steps of an event that are due by the clock, in order.

    Args:
        state: as it is kept.
        deadline, ends: of the event.
        now: with a zone.
    """
    steps = []
    if state is _E.OPEN and not in_time(now, deadline):
        steps.append(Move.CLOSE)
    if state in {_E.PLANNED, _E.OPEN, _E.CLOSED} and now > ends:
        steps.append(Move.END)
    if state is not _E.DESTROYED and now >= ends + KEPT:
        steps.append(Move.DESTROY)
    return steps


def state_at(state: EventState, deadline: datetime, ends: datetime, now: datetime) -> EventState:
    """Return the state that an event has now, whether or not the clock's job has come to it."""
    for step in owed(state, deadline, ends, now):
        state = after_step(state, step, Who.NODE)
    return state


def problem_with_accepting(*, checked: frozenset[Checked], late: bool, words: str) -> str:
    """Return why somebody cannot be accepted, as one of PROBLEMS, or "".

    Args:
        checked: what was verified, with a good result.
        late: the registration came after the deadline.
        words: with which the officer accepts.
    """
    if checked != frozenset(Checked):
        return NOT_CHECKED
    return LATE_WITHOUT_WORDS if late and not words.strip() else ""
