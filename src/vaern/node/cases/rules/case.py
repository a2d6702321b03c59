"""The life of a case: states, events, and who may cause them.

One table, as that of a report (`reports.rules.states`): the pages ask it what to offer, the actions what to allow, the
documentation's diagram is drawn from it, and a stateful test walks it. What is not in the table is refused.
"""

from __future__ import annotations

import enum
from datetime import timedelta

from vaern.node.base.transitions import Step, by
from vaern.node.base.transitions import after as after_step


class Who(enum.StrEnum):
    """Who causes an event. The first three are permissions of people (`organisations.rules.Permission`)."""

    WORKER = "case.work"
    RELEASER = "case.release"
    ERASER = "case.erase"
    RECEIVER = "receiver"
    NODE = "node"


class State(enum.StrEnum):
    """How far a case is."""

    ARRIVED = "arrived"
    OPENED = "opened"
    WORKING = "working"
    ABROAD = "waiting_abroad"
    PROSECUTOR = "with_prosecutor"
    CLOSED = "closed"
    MERGED = "merged"
    HANDED_OVER = "handed_over"
    DROPPED = "dropped"


class Event(enum.StrEnum):
    """What happens to a case."""

    EDIT = "edit"
    ACCEPT = "accept"
    DROP = "drop"
    START = "start"
    ASK_ABROAD = "ask_abroad"
    ANSWER_CAME = "answer_came"
    TO_PROSECUTOR = "to_prosecutor"
    FROM_PROSECUTOR = "from_prosecutor"
    CLOSE = "close"
    REOPEN = "reopen"
    SAY_OUTCOME = "say_outcome"
    MERGE = "merge"
    ABSORB = "absorb"
    SEPARATE = "separate"
    HAND_OVER = "hand_over"
    HANDED_BACK = "handed_back"
    TAKE_BACK = "take_back"
    ERASE = "erase"


_S, _E, _W = State, Event, Who
OPEN = frozenset({_S.OPENED, _S.WORKING, _S.ABROAD, _S.PROSECUTOR})
"""States in which its people work on it."""

TO_DO = OPEN | {_S.ARRIVED}
"""States in which somebody has something to do."""

TRANSITIONS: dict[tuple[State, Event], Step[State, Who]] = {
    (_S.ARRIVED, _E.ACCEPT): Step(_S.OPENED, by(_W.WORKER)),
    (_S.ARRIVED, _E.DROP): Step(_S.DROPPED, by(_W.WORKER)),
    **{(state, _E.EDIT): Step(state, by(_W.WORKER)) for state in sorted(OPEN)},
    (_S.OPENED, _E.START): Step(_S.WORKING, by(_W.WORKER)),
    **{(state, _E.ASK_ABROAD): Step(_S.ABROAD, by(_W.WORKER)) for state in (_S.OPENED, _S.WORKING)},
    (_S.ABROAD, _E.ANSWER_CAME): Step(_S.WORKING, by(_W.WORKER, _W.NODE)),
    **{(state, _E.TO_PROSECUTOR): Step(_S.PROSECUTOR, by(_W.WORKER)) for state in (_S.WORKING, _S.ABROAD)},
    (_S.PROSECUTOR, _E.FROM_PROSECUTOR): Step(_S.WORKING, by(_W.WORKER)),
    **{(state, _E.CLOSE): Step(_S.CLOSED, by(_W.WORKER)) for state in sorted(OPEN)},
    (_S.CLOSED, _E.REOPEN): Step(_S.WORKING, by(_W.WORKER)),
    **{(state, _E.SAY_OUTCOME): Step(state, by(_W.WORKER, _W.NODE)) for state in sorted(OPEN | {_S.CLOSED})},
    **{(state, _E.SAY_OUTCOME): Step(state, by(_W.NODE)) for state in (_S.MERGED, _S.HANDED_OVER)},
    **{(state, _E.MERGE): Step(_S.MERGED, by(_W.WORKER)) for state in sorted(OPEN)},
    **{(state, _E.ABSORB): Step(state, by(_W.WORKER)) for state in sorted(OPEN)},
    (_S.MERGED, _E.SEPARATE): Step(_S.WORKING, by(_W.WORKER, _W.NODE)),
    **{(state, _E.HAND_OVER): Step(_S.HANDED_OVER, by(_W.RELEASER)) for state in sorted(OPEN)},
    (_S.HANDED_OVER, _E.HANDED_BACK): Step(_S.WORKING, by(_W.RECEIVER)),
    (_S.HANDED_OVER, _E.TAKE_BACK): Step(_S.WORKING, by(_W.RELEASER)),
    **{(state, _E.ERASE): Step(state, by(_W.ERASER, _W.NODE)) for state in sorted(State)},
}
"""(state, event) → step. Erasing leaves no state: the row is gone. A case that its receiver drops is its sender's again
and worked on, so that it lies nowhere."""


def after(state: State, event: Event, who: Who | None = None) -> State:
    """Return the state of a case after an event.

    Raises:
        Refusal: not in this state, or not by them.
    """
    return after_step(TRANSITIONS, "a case", state, event, who)


def allows(state: State, event: Event) -> bool:
    """Whether the state allows an event, whoever causes it."""
    return (state, event) in TRANSITIONS


KEPT_FOR = timedelta(days=3 * 365)
"""From its opening to the day on which a case is erased unless a person decides before that it is still needed."""

RAISES_HAND_AFTER = timedelta(days=14)
"""A case on which nobody did anything for so long needs attention."""
