"""The life of a request that another country made: states, events, who may."""

from __future__ import annotations

import enum

from vaern.node.base.transitions import Step, by
from vaern.node.base.transitions import after as after_step


class Who(enum.StrEnum):
    """Who causes an event: the requested authority, the desk that executes, the requesting authority, or the node."""

    AUTHORITY = "assistance.send"
    DESK = "assistance.work"
    SENDER = "requesting side"
    NODE = "node"


class State(enum.StrEnum):
    """How far a request of another country is."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    COMPLETION = "completion"
    RECOGNISED = "recognised"
    POSTPONED = "postponed"
    WITH_DESK = "with_desk"
    EXECUTED = "executed"
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Event(enum.StrEnum):
    """What happens to it."""

    WRITE = "write"
    ACKNOWLEDGE = "acknowledge"
    ASK = "ask"
    COMPLETE = "complete"
    RECOGNISE = "recognise"
    UNDO = "undo"
    EXTEND = "extend"
    POSTPONE = "postpone"
    RESUME = "resume"
    PASS = "pass"  # noqa: S105 - no password
    TAKE_BACK = "take_back"
    GIVE_BACK = "give_back"
    EXECUTE = "execute"
    NOT_YET = "not_yet"
    ANSWER_PART = "answer_part"
    ANSWER = "answer"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    ERASE = "erase"


_S, _E, _W = State, Event, Who
CLOSED = frozenset({_S.ANSWERED, _S.REFUSED, _S.WITHDRAWN})
"""States in which nothing more is due."""

OPEN = frozenset(State) - CLOSED
"""States in which somebody has something to do or waits."""

_NEW = (_S.RECEIVED, _S.ACKNOWLEDGED)
_A = by(_W.AUTHORITY)

TRANSITIONS: dict[tuple[State, Event], Step[State, Who]] = {
    **{(state, _E.WRITE): Step(state, _A) for state in (*_NEW, _S.COMPLETION)},
    (_S.RECEIVED, _E.ACKNOWLEDGE): Step(_S.ACKNOWLEDGED, _A),
    **{
        (state, _E.ACKNOWLEDGE): Step(state, _A)
        for state in (_S.COMPLETION, _S.RECOGNISED, _S.POSTPONED, _S.WITH_DESK, _S.EXECUTED)
    },
    **{(state, _E.ASK): Step(_S.COMPLETION, _A) for state in _NEW},
    (_S.COMPLETION, _E.COMPLETE): Step(_S.ACKNOWLEDGED, by(_W.AUTHORITY, _W.SENDER)),
    **{(state, _E.RECOGNISE): Step(_S.RECOGNISED, _A) for state in _NEW},
    (_S.RECOGNISED, _E.UNDO): Step(_S.ACKNOWLEDGED, _A),
    **{(state, _E.EXTEND): Step(state, _A) for state in (*_NEW, _S.COMPLETION, _S.RECOGNISED, _S.WITH_DESK)},
    **{(state, _E.POSTPONE): Step(_S.POSTPONED, _A) for state in (*_NEW, _S.RECOGNISED)},
    (_S.POSTPONED, _E.RESUME): Step(_S.ACKNOWLEDGED, _A),
    (_S.RECOGNISED, _E.PASS): Step(_S.WITH_DESK, _A),
    (_S.WITH_DESK, _E.TAKE_BACK): Step(_S.RECOGNISED, _A),
    (_S.WITH_DESK, _E.GIVE_BACK): Step(_S.RECOGNISED, by(_W.DESK)),
    (_S.RECOGNISED, _E.EXECUTE): Step(_S.EXECUTED, _A),
    (_S.WITH_DESK, _E.EXECUTE): Step(_S.EXECUTED, by(_W.DESK)),
    (_S.EXECUTED, _E.NOT_YET): Step(_S.RECOGNISED, _A),
    (_S.EXECUTED, _E.ANSWER_PART): Step(_S.RECOGNISED, _A),
    (_S.EXECUTED, _E.ANSWER): Step(_S.ANSWERED, _A),
    **{(state, _E.REFUSE): Step(_S.REFUSED, _A) for state in (*_NEW, _S.COMPLETION, _S.RECOGNISED, _S.POSTPONED)},
    **{(state, _E.WITHDRAW): Step(_S.WITHDRAWN, by(_W.AUTHORITY, _W.SENDER)) for state in sorted(OPEN)},
    **{(state, _E.REOPEN): Step(_S.ACKNOWLEDGED, _A) for state in sorted(CLOSED)},
    **{(state, _E.ERASE): Step(state, by(_W.NODE)) for state in sorted(State)},
}
"""(state, event) → step. Whoever executed does not answer: `actions` holds that, because it is about people."""

SAYS_WHAT = frozenset(
    {_E.ASK, _E.EXTEND, _E.POSTPONE, _E.GIVE_BACK, _E.EXECUTE, _E.NOT_YET, _E.ANSWER_PART, _E.REFUSE, _E.REOPEN}
)
"""Events of which somebody reads what was said: they need words."""

TELLS = frozenset(
    {
        _E.ACKNOWLEDGE,
        _E.ASK,
        _E.RECOGNISE,
        _E.UNDO,
        _E.EXTEND,
        _E.POSTPONE,
        _E.RESUME,
        _E.ANSWER_PART,
        _E.ANSWER,
        _E.REFUSE,
    }
)
"""Events of which whoever asked is told. What happens between the authority and its desk is not theirs."""


def after(state: State, event: Event, who: Who | None = None) -> State:
    """Return the state of a request of another country after an event.

    Raises:
        Refusal: not in this state, or not by them.
    """
    return after_step(TRANSITIONS, "a request of another country", state, event, who)
