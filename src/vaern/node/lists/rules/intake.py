"""How a list comes in: read whole, compared with what is there, and taken only when a person says so."""

from __future__ import annotations

import enum

from vaern.node.base.transitions import Step
from vaern.node.base.transitions import after as after_step


class IntakeState(enum.StrEnum):
    """How far an intake is."""

    RECEIVING = "receiving"
    READING = "reading"
    READY = "ready"
    HELD = "held"
    TAKING = "taking"
    TAKEN = "taken"
    REJECTED = "rejected"
    FAILED = "failed"


class IntakeEvent(enum.StrEnum):
    """What happens to an intake."""

    ADD_PIECE = "add_piece"
    READ = "read"
    COMPARED = "compared"
    TAKE = "take"
    HOLD = "hold"
    CONFIRM = "confirm"
    DONE = "done"
    REJECT = "reject"
    FAIL = "fail"


_S, _E = IntakeState, IntakeEvent
TRANSITIONS: dict[tuple[IntakeState, IntakeEvent], Step[IntakeState, enum.StrEnum]] = {
    (_S.RECEIVING, _E.ADD_PIECE): Step(_S.RECEIVING),
    (_S.RECEIVING, _E.READ): Step(_S.READING),
    (_S.RECEIVING, _E.REJECT): Step(_S.REJECTED),
    (_S.READING, _E.COMPARED): Step(_S.READY),
    (_S.READING, _E.FAIL): Step(_S.FAILED),
    (_S.READY, _E.TAKE): Step(_S.TAKING),
    (_S.READY, _E.HOLD): Step(_S.HELD),
    (_S.READY, _E.REJECT): Step(_S.REJECTED),
    (_S.HELD, _E.CONFIRM): Step(_S.TAKING),
    (_S.HELD, _E.REJECT): Step(_S.REJECTED),
    (_S.TAKING, _E.DONE): Step(_S.TAKEN),
    (_S.TAKING, _E.FAIL): Step(_S.FAILED),
}
"""The state machine: (state, event) → state. What is not in it is refused; nothing of a list changes before TAKE, or
CONFIRM where a second person has to agree."""


WAITING = (IntakeState.READY, IntakeState.HELD)
"""The states in which an intake waits for a person."""


class Change(enum.StrEnum):
    """What an intake does to an entry."""

    ADD = "add"
    CHANGE = "change"
    WITHDRAW = "withdraw"


def after(state: IntakeState, event: IntakeEvent) -> IntakeState:
    """Return the state after an event.

    Raises:
        StateRefusal: the event cannot happen in this state.
    """
    return after_step(TRANSITIONS, "an intake", state, event)
