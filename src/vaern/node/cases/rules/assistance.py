"""The life of a request for assistance: states, events, who may; when it is complete."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaern.node.base.transitions import Step, by
from vaern.node.base.transitions import after as after_step
from vaern.node.cases.rules.instruments import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from vaern.node.cases.rules.instruments import Form, Instrument, Party, Treaty


class Who(enum.StrEnum):
    """Who causes an event: the drafting desk, the sending central authority, the requested authority, or the node."""

    DESK = "assistance.work"
    AUTHORITY = "assistance.send"
    ADDRESSEE = "addressee"
    NODE = "node"


class State(enum.StrEnum):
    """How far a request is."""

    DRAFT = "draft"
    AT_AUTHORITY = "at_authority"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    CLARIFICATION = "clarification"
    EXECUTED = "executed"
    EVIDENCE_RECEIVED = "evidence_received"
    USE_LIMITS_NOTED = "use_limits_noted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Event(enum.StrEnum):
    """What happens to a request."""

    WRITE = "write"
    HAND_OVER = "hand_over"
    RETURN = "return"
    SEND = "send"
    ACKNOWLEDGE = "acknowledge"
    ASK = "ask"
    CLARIFY = "clarify"
    EXECUTE = "execute"
    RECEIVE = "receive"
    NOTE_LIMITS = "note_limits"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    ERASE = "erase"


_S, _E, _W = State, Event, Who
OUT = frozenset({_S.SENT, _S.ACKNOWLEDGED, _S.CLARIFICATION})
"""States in which a request is out and an answer is awaited."""

OPEN = OUT | {_S.DRAFT, _S.AT_AUTHORITY, _S.EXECUTED, _S.EVIDENCE_RECEIVED}
"""States in which somebody has something to do or waits."""

TRANSITIONS: dict[tuple[State, Event], Step[State, Who]] = {
    (_S.DRAFT, _E.WRITE): Step(_S.DRAFT, by(_W.DESK)),
    (_S.AT_AUTHORITY, _E.WRITE): Step(_S.AT_AUTHORITY, by(_W.AUTHORITY)),
    (_S.DRAFT, _E.HAND_OVER): Step(_S.AT_AUTHORITY, by(_W.DESK)),
    (_S.AT_AUTHORITY, _E.RETURN): Step(_S.DRAFT, by(_W.AUTHORITY)),
    (_S.AT_AUTHORITY, _E.SEND): Step(_S.SENT, by(_W.AUTHORITY)),
    (_S.SENT, _E.ACKNOWLEDGE): Step(_S.ACKNOWLEDGED, by(_W.AUTHORITY, _W.ADDRESSEE)),
    **{(state, _E.ASK): Step(_S.CLARIFICATION, by(_W.AUTHORITY, _W.ADDRESSEE)) for state in (_S.SENT, _S.ACKNOWLEDGED)},
    (_S.CLARIFICATION, _E.CLARIFY): Step(_S.ACKNOWLEDGED, by(_W.AUTHORITY)),
    **{(state, _E.EXECUTE): Step(_S.EXECUTED, by(_W.AUTHORITY, _W.ADDRESSEE)) for state in sorted(OUT)},
    **{
        (state, _E.RECEIVE): Step(_S.EVIDENCE_RECEIVED, by(_W.AUTHORITY, _W.DESK))
        for state in sorted(OUT | {_S.EXECUTED})
    },
    (_S.EVIDENCE_RECEIVED, _E.RECEIVE): Step(_S.EVIDENCE_RECEIVED, by(_W.AUTHORITY, _W.DESK)),
    (_S.EVIDENCE_RECEIVED, _E.NOTE_LIMITS): Step(_S.USE_LIMITS_NOTED, by(_W.AUTHORITY, _W.DESK)),
    **{(state, _E.REFUSE): Step(_S.REFUSED, by(_W.AUTHORITY, _W.ADDRESSEE)) for state in sorted(OUT)},
    **{(state, _E.WITHDRAW): Step(_S.WITHDRAWN, by(_W.AUTHORITY)) for state in sorted(OUT | {_S.AT_AUTHORITY})},
    (_S.DRAFT, _E.WITHDRAW): Step(_S.WITHDRAWN, by(_W.DESK)),
    **{(state, _E.ERASE): Step(state, by(_W.DESK, _W.NODE)) for state in sorted(State)},
}
"""(state, event) → step. Erasing leaves no state: the row is gone."""


def after(state: State, event: Event, who: Who | None = None) -> State:
    """Return the state of a request after an event.

    Raises:
        Refusal: not in this state, or not by them.
    """
    return after_step(TRANSITIONS, "a request", state, event, who)


class Translation(enum.StrEnum):
    """How far the translation of a request is."""

    NOT_NEEDED = "not_needed"
    NEEDED = "needed"
    ORDERED = "ordered"
    DONE = "done"


READY = frozenset({Translation.NOT_NEEDED, Translation.DONE})


@dataclass(frozen=True)
class Completeness:
    """How much of what a request must say is filled in.

    Attributes:
        filled, missing: codes of the required fields.
    """

    filled: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


def completeness(form: Form, values: Mapping[str, str]) -> Completeness:
    """Return which required fields of a form are filled; blanks are not."""
    required = [field.code for field in form.fields if field.required]
    filled = [code for code in required if values.get(code, "").strip()]
    return Completeness(tuple(filled), tuple(code for code in required if code not in filled))


class Obstacle(enum.StrEnum):
    """Why a request cannot be sent yet."""

    INCOMPLETE = "incomplete"
    UNTRANSLATED = "untranslated"
    NOT_IN_FORCE = "not_in_force"


def obstacles(complete: Completeness, translation: Translation, *, usable: bool) -> list[Obstacle]:
    """Return what stands between a request and its being sent; an instrument that no longer applies does too."""
    return [
        *([] if complete.whole else [Obstacle.INCOMPLETE]),
        *([] if translation in READY else [Obstacle.UNTRANSLATED]),
        *([] if usable else [Obstacle.NOT_IN_FORCE]),
    ]


class Option(enum.StrEnum):
    """What a person may do when the row on which a request rests has ended while it is out."""

    GO_ON = "go_on"
    SEND_ANEW = "send_anew"
    WITHDRAW = "withdraw"


def ended_meanwhile(sent_on: date, today: date, treaty: Treaty, parties: tuple[Party, ...]) -> date | None:
    """Return the day on which what a request rests on ended after it was sent; None while it holds.

    The request goes on under the law in force when it was sent; that it ended is put before a person, with the options.
    """
    days = [treaty.until, *(party.until for party in parties)]
    ends = [day for day in days if day is not None and sent_on <= day < today]
    return min(ends) if ends else None


def secures(instrument: Instrument) -> bool:
    """Whether an instrument keeps data where they are, and brings none."""
    return instrument.kind is Kind.PRESERVE
