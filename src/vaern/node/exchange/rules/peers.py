"""The life of a peer, and what passes in each state. Pure."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from vaern.node.base import transitions
from vaern.node.base.transitions import Step

if TYPE_CHECKING:
    from collections.abc import Mapping


class State(enum.StrEnum):
    """How we stand to another node."""

    MET = "met"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Event(enum.StrEnum):
    """What people do with a peer."""

    CONFIRM = "confirm"
    SUSPEND = "suspend"
    RESUME = "resume"
    END = "end"
    MEET_AGAIN = "meet_again"


class Who(enum.StrEnum):
    """Who does it: only people; a peer changes nothing of how we stand to it."""

    ADMINISTRATOR = "administrator"


TABLE: Mapping[tuple[State, Event], Step[State, Who]] = {
    (State.MET, Event.CONFIRM): Step(State.ACTIVE),
    (State.MET, Event.END): Step(State.ENDED),
    (State.ACTIVE, Event.SUSPEND): Step(State.SUSPENDED, says_why=True),
    (State.ACTIVE, Event.END): Step(State.ENDED, says_why=True),
    (State.SUSPENDED, Event.RESUME): Step(State.ACTIVE),
    (State.SUSPENDED, Event.END): Step(State.ENDED, says_why=True),
    (State.ENDED, Event.MEET_AGAIN): Step(State.MET),
}
"""From a state, by an event, to the next. Confirming is what two people do who read the fingerprints to each other."""


def after(state: State, event: Event) -> State:
    """Return the state of a peer after an event.

    Raises:
        StateRefusal: there is no such step.
    """
    return transitions.after(TABLE, "the peer", state, event)


CONFIRMED = frozenset({State.ACTIVE, State.SUSPENDED})
"""Whose digits were compared, and with whom nobody has ended it."""

SPEAKS = frozenset({State.ACTIVE})
"""In which states something passes, either way. In the others what waits for the peer waits."""
