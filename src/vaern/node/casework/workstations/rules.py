"""How graded VICS comes back: sent, read against its record, and taken only when a person says so. Pure."""

from __future__ import annotations

import enum
from datetime import timedelta

from vaern.node.base.transitions import Step
from vaern.node.base.transitions import after as after_step


class GradedState(enum.StrEnum):
    """How far a document is."""

    RECEIVING = "receiving"
    READING = "reading"
    READY = "ready"
    TAKING = "taking"
    TAKEN = "taken"
    REJECTED = "rejected"
    FAILED = "failed"


class GradedEvent(enum.StrEnum):
    """What happens to a document."""

    ADD_PIECE = "add_piece"
    READ = "read"
    COMPARED = "compared"
    TAKE = "take"
    STOP = "stop"
    DONE = "done"
    REJECT = "reject"
    FAIL = "fail"


_S, _E = GradedState, GradedEvent
TRANSITIONS: dict[tuple[GradedState, GradedEvent], Step[GradedState, enum.StrEnum]] = {
    (_S.RECEIVING, _E.ADD_PIECE): Step(_S.RECEIVING),
    (_S.RECEIVING, _E.READ): Step(_S.READING),
    (_S.RECEIVING, _E.REJECT): Step(_S.REJECTED),
    (_S.READING, _E.COMPARED): Step(_S.READY),
    (_S.READING, _E.FAIL): Step(_S.FAILED),
    (_S.READING, _E.REJECT): Step(_S.REJECTED),
    (_S.READY, _E.TAKE): Step(_S.TAKING),
    (_S.READY, _E.REJECT): Step(_S.REJECTED),
    (_S.TAKING, _E.STOP): Step(_S.READY),
    (_S.TAKING, _E.DONE): Step(_S.TAKEN),
}
"""The state machine: (state, event) → state. What is not in it is refused; nothing of a record changes before TAKE.
STOP: the record does not allow the rest any more; what was taken stands, and a person decides on the rest."""

UNDER_WAY = (GradedState.READING, GradedState.READY, GradedState.TAKING)
"""The states in which a document is here whole, and not done with: of one record and organisation there is one."""

KEPT_FOR = timedelta(days=30)
"""How long a document waits for a decision, and what it came to can be read, before it is erased."""


def after(state: GradedState, event: GradedEvent) -> GradedState:
    """Return the state after an event.

    Raises:
        StateRefusal: the event cannot happen in this state.
    """
    return after_step(TRANSITIONS, "a graded document", state, event)
