"""The lives of a commitment, of a reporting round, and of a member's reply to it: states, events, who may."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, TypeVar

from vaern.node.base import transitions
from vaern.node.base.transitions import Step, by

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

S = TypeVar("S", bound=enum.StrEnum)
E = TypeVar("E", bound=enum.StrEnum)


class Who(enum.StrEnum):
    """Who causes an event: the member's rapporteur, the secretariat, or the node by the clock."""

    RAPPORTEUR = "commitment.report"
    SECRETARIAT = "alliance.manage"
    NODE = "node"


class State(enum.StrEnum):
    """How far a commitment is. Whatever it is, the versions that were published stay."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Event(enum.StrEnum):
    """What happens to a commitment."""

    WRITE = "write"
    SUBMIT = "submit"
    TAKE_BACK = "take_back"
    RETURN = "return"
    PUBLISH = "publish"
    REPORT = "report"
    ADOPT = "adopt"
    WITHDRAW = "withdraw"


class RoundState(enum.StrEnum):
    """How far a reporting round is."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


class RoundEvent(enum.StrEnum):
    """What happens to a round."""

    CHANGE = "change"
    OPEN = "open"
    EXTEND = "extend"
    CLOSE = "close"


class ReplyState(enum.StrEnum):
    """How far a member's reply is."""

    INVITED = "invited"
    BEGUN = "begun"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"


class ReplyEvent(enum.StrEnum):
    """What happens to a reply."""

    TAKE = "take"
    SUBMIT = "submit"
    TAKE_BACK = "take_back"
    RETURN = "return"
    PUBLISH = "publish"


_S, _E, _W = State, Event, Who
COMMITMENT: dict[tuple[State, Event], Step[State, Who]] = {
    (_S.DRAFT, _E.WRITE): Step(_S.DRAFT, by(_W.RAPPORTEUR)),
    (_S.RETURNED, _E.WRITE): Step(_S.RETURNED, by(_W.RAPPORTEUR)),
    (_S.PUBLISHED, _E.WRITE): Step(_S.DRAFT, by(_W.RAPPORTEUR)),
    (_S.DRAFT, _E.SUBMIT): Step(_S.SUBMITTED, by(_W.RAPPORTEUR)),
    (_S.RETURNED, _E.SUBMIT): Step(_S.SUBMITTED, by(_W.RAPPORTEUR)),
    (_S.SUBMITTED, _E.TAKE_BACK): Step(_S.DRAFT, by(_W.RAPPORTEUR)),
    (_S.SUBMITTED, _E.RETURN): Step(_S.RETURNED, by(_W.SECRETARIAT), says_why=True),
    (_S.SUBMITTED, _E.PUBLISH): Step(_S.PUBLISHED, by(_W.SECRETARIAT)),
    **{(state, _E.REPORT): Step(state, by(_W.SECRETARIAT)) for state in State if state is not _S.WITHDRAWN},
    **{(state, _E.ADOPT): Step(_S.PUBLISHED, by(_W.SECRETARIAT)) for state in (_S.DRAFT, _S.SUBMITTED, _S.RETURNED)},
    **{
        (state, _E.WITHDRAW): Step(_S.WITHDRAWN, by(_W.RAPPORTEUR), says_why=True)
        for state in State
        if state is not _S.WITHDRAWN
    },
}
"""(state, event) → step. `report`: a version is published with a round's reply; another draft of the ministry stays.
`adopt`: that version says what the draft says, so nothing is left to hand in."""

_RS, _RE = RoundState, RoundEvent
ROUND: dict[tuple[RoundState, RoundEvent], Step[RoundState, Who]] = {
    (_RS.PLANNED, _RE.CHANGE): Step(_RS.PLANNED, by(_W.SECRETARIAT)),
    (_RS.PLANNED, _RE.OPEN): Step(_RS.OPEN, by(_W.SECRETARIAT, _W.NODE)),
    (_RS.OPEN, _RE.EXTEND): Step(_RS.OPEN, by(_W.SECRETARIAT)),
    (_RS.OPEN, _RE.CLOSE): Step(_RS.CLOSED, by(_W.SECRETARIAT, _W.NODE)),
}
"""(state, event) → step. What comes after the close is late, and taken."""

_PS, _PE = ReplyState, ReplyEvent
REPLY: dict[tuple[ReplyState, ReplyEvent], Step[ReplyState, Who]] = {
    (_PS.INVITED, _PE.TAKE): Step(_PS.BEGUN, by(_W.RAPPORTEUR)),
    (_PS.BEGUN, _PE.TAKE): Step(_PS.BEGUN, by(_W.RAPPORTEUR)),
    (_PS.RETURNED, _PE.TAKE): Step(_PS.RETURNED, by(_W.RAPPORTEUR)),
    (_PS.BEGUN, _PE.SUBMIT): Step(_PS.SUBMITTED, by(_W.RAPPORTEUR)),
    (_PS.RETURNED, _PE.SUBMIT): Step(_PS.SUBMITTED, by(_W.RAPPORTEUR)),
    (_PS.SUBMITTED, _PE.TAKE_BACK): Step(_PS.BEGUN, by(_W.RAPPORTEUR)),
    (_PS.SUBMITTED, _PE.RETURN): Step(_PS.RETURNED, by(_W.SECRETARIAT), says_why=True),
    (_PS.SUBMITTED, _PE.PUBLISH): Step(_PS.PUBLISHED, by(_W.SECRETARIAT)),
}
"""(state, event) → step. Taking the whole reply once more is how it is changed."""


THINGS: dict[type[enum.StrEnum], str] = {State: "a commitment", RoundState: "a round", ReplyState: "a reply"}


def after(table: Mapping[tuple[S, E], Step[S, Who]], state: S, event: E, who: Who | None = None) -> S:
    """Return the state that follows an event.

    Args:
        table: COMMITMENT, ROUND or REPLY.
        state, event: what it is, and what happens.
        who: who causes it; None to ask for the state alone.

    Raises:
        transitions.Refusal: not in this state, or not by them.
    """
    return transitions.after(table, THINGS[type(state)], state, event, who)


def actor(table: Mapping[tuple[S, E], Step[S, Who]], event: E) -> Who:
    """Return the person who causes an event: of rapporteur and secretariat, always the one or the other."""
    (found,) = {who for (_state, what), step in table.items() if what is event for who in step.who or ()} - {Who.NODE}
    return found


def is_late(closes: date, day: date) -> bool:
    """Whether what is submitted on a day is late: the last day is within the time."""
    return day > closes


LONGEST_REMINDER = 90
"""How many days before the close a reminder may be sent, at most."""


def problem_with_round(opens: date, closes: date, reminders: tuple[int, ...]) -> str:
    """Return why a round cannot be planned so, as one of PROBLEMS, or "" if it can."""
    if closes < opens:
        return BACKWARDS
    if any(not 0 < days <= min(LONGEST_REMINDER, (closes - opens).days) for days in reminders):
        return REMINDER_OUTSIDE
    return ""


STALE = "somebody changed it meanwhile: look at what is there now, and write again"
NOT_ONES_OWN = "a rapporteur reports for their own country"
NO_MEMBER = "that country is no member of the alliance now"
INCOMPLETE = "something is missing before it can be handed in"
FAULTY = "something in it cannot be taken"
OVERTAKEN = "a newer version was published meanwhile: compare with it, and hand in again"
FOREIGN = "a line of the reply names a commitment that is not the member's own, or was withdrawn"
WITHOUT_REASON = "that needs a reason in words"
ELSEWHERE = "the secretariat on another node decides on its rounds and the replies to them"
BACKWARDS = "a round closes on the day on which it opens, or later"
REMINDER_OUTSIDE = "a reminder lies between the opening and the close"
PROBLEMS = (
    STALE,
    NOT_ONES_OWN,
    NO_MEMBER,
    INCOMPLETE,
    FAULTY,
    OVERTAKEN,
    FOREIGN,
    WITHOUT_REASON,
    ELSEWHERE,
    BACKWARDS,
    REMINDER_OUTSIDE,
)
"""Every sentence with which an action on commitments is refused."""
