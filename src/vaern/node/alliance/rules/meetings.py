"""The life of a ministerial meeting, who attends it and how, and the topics that its agenda begins with.

The table is what pages offer, actions allow and the documentation draws.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from vaern.node.base.transitions import Step, by
from vaern.node.base.transitions import after as after_step

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vaern.node.alliance.rules.frame import Text

T = TypeVar("T")


class State(enum.StrEnum):
    """How far a meeting is."""

    PLANNED = "planned"
    CONVENED = "convened"
    HELD = "held"
    MINUTES_DRAFTED = "minutes_drafted"
    APPROVED = "approved"
    CANCELLED = "cancelled"


class Event(enum.StrEnum):
    """What happens to a meeting."""

    CHANGE = "change"
    SET_AGENDA = "set_agenda"
    ADD_PAPER = "add_paper"
    NOTE_ATTENDANCE = "note_attendance"
    CONVENE = "convene"
    HOLD = "hold"
    NOTE_DISCUSSION = "note_discussion"
    DECIDE = "decide"
    DRAFT_MINUTES = "draft_minutes"
    APPROVE = "approve"
    CORRECT = "correct"
    CANCEL = "cancel"


class Who(enum.StrEnum):
    """Who may cause an event."""

    SECRETARIAT = "secretariat"


_S, _E, _BY = State, Event, by(Who.SECRETARIAT)
_PAPERS_OPEN = (_S.PLANNED, _S.CONVENED, _S.HELD, _S.MINUTES_DRAFTED)
TRANSITIONS: dict[tuple[State, Event], Step[State, Who]] = {
    **{(state, event): Step(state, _BY) for state in (_S.PLANNED, _S.CONVENED) for event in (_E.CHANGE, _E.SET_AGENDA)},
    **{(state, _E.ADD_PAPER): Step(state, _BY) for state in _PAPERS_OPEN},
    **{(state, _E.NOTE_ATTENDANCE): Step(state, _BY) for state in _PAPERS_OPEN[1:]},
    **{(state, event): Step(state, _BY) for state in _PAPERS_OPEN[2:] for event in (_E.NOTE_DISCUSSION, _E.DECIDE)},
    (_S.PLANNED, _E.CONVENE): Step(_S.CONVENED, _BY),
    (_S.CONVENED, _E.HOLD): Step(_S.HELD, _BY),
    (_S.HELD, _E.DRAFT_MINUTES): Step(_S.MINUTES_DRAFTED, _BY),
    (_S.MINUTES_DRAFTED, _E.APPROVE): Step(_S.APPROVED, _BY),
    (_S.APPROVED, _E.CORRECT): Step(_S.MINUTES_DRAFTED, _BY, says_why=True),
    **{(state, _E.CANCEL): Step(_S.CANCELLED, _BY, says_why=True) for state in (_S.PLANNED, _S.CONVENED)},
}
"""(state, event) → step. What was approved changes by a correction alone, which ends in a further version."""

MOVES = (_E.CONVENE, _E.HOLD, _E.DRAFT_MINUTES, _E.APPROVE, _E.CORRECT, _E.CANCEL)
"""The events that change the state."""


def after(state: State, event: Event) -> State:
    """Return the state of a meeting after an event.

    Raises:
        Refusal: not in this state.
    """
    return after_step(TRANSITIONS, "a meeting", state, event)


def allowed(state: State) -> list[Event]:
    """Return what can happen to it now, in the order of the codes."""
    return [event for event in Event if (state, event) in TRANSITIONS]


@dataclass(frozen=True)
class Standing:
    """What a move depends on besides the state.

    Attributes:
        items: how many items the agenda has.
        attended: how many offices attended themselves or were represented.
        first_day: of the meeting.
        today: now.
    """

    items: int
    attended: int
    first_day: date
    today: date


def problem_with_move(event: Event, standing: Standing, words: str) -> str:
    """Return why a move cannot be made now though the state allows it, as one of PROBLEMS, or ""."""
    if event is Event.CONVENE and not standing.items:
        return NO_AGENDA
    if event is Event.HOLD and standing.today < standing.first_day:
        return TOO_EARLY
    if event is Event.DRAFT_MINUTES and not standing.attended:
        return NOBODY_CAME
    says_why = any(step.says_why for (_state, what), step in TRANSITIONS.items() if what is event)
    return WORDS_MISSING if says_why and not words.strip() else ""


def placed(order: Sequence[T], one: T, position: int) -> list[T]:
    """Return the order with `one` at a position, counted from 1; at an end where there is no such position."""
    rest = [other for other in order if other != one]
    at = min(max(position, 1), len(rest) + 1) - 1
    return [*rest[:at], one, *rest[at:]]


class How(enum.StrEnum):
    """How an office attended."""

    PRESENT = "present"
    REPRESENTED = "represented"
    EXCUSED = "excused"


class Effect(enum.StrEnum):
    """What a decision does to a commitment."""

    MAKES = "makes"
    CHANGES = "changes"


LONGEST_NAME, LONGEST_TEXT, LONGEST_PAPER = 200, 4_000, 40_000

TOPICS: dict[str, Text] = {
    "alliance": {
        "en": "The global alliance against child sexual abuse online: obligations, requirements and concrete targets",
        "da": "Den globale alliance mod seksuelt misbrug af børn på internettet: forpligtelser, krav og konkrete mål",
    },
    "counter_terrorism": {"en": "Counter-terrorism", "da": "Terrorbekæmpelse"},
    "cybercrime": {"en": "The fight against cybercrime", "da": "Bekæmpelse af it-kriminalitet"},
    "identity_theft": {"en": "Identity theft", "da": "Identitetstyveri"},
    "migration": {"en": "Migration policy", "da": "Migrationspolitik"},
    "legal_assistance": {"en": "Mutual legal assistance", "da": "Gensidig retshjælp"},
}
"""What the ministers of the source met about (press release, Copenhagen, June 2012), in its order."""

NO_AGENDA = "a meeting is convened with an agenda: add an item first"
TOO_EARLY = "a meeting cannot have been held before its first day"
NOBODY_CAME = "minutes say who attended: note at least one office that did"
WORDS_MISSING = "say the reason in words: it stands in the record"
DAYS_REVERSED = "the last day lies before the first"
BY_WHOM = "say by whom the office was represented"
OF_WHOM = "an office is of a member or of another body: choose one of them"
BOTH = "a decision makes a commitment or changes it: not both"
TWICE = "that stands there already"
CHANGED_MEANWHILE = "somebody else changed it since the form was opened"
GONE = "somebody else removed it since the form was opened"
NOT_A_DIGEST = "a SHA-256 value has 64 hexadecimal digits"
PROBLEMS = (
    NO_AGENDA,
    TOO_EARLY,
    NOBODY_CAME,
    WORDS_MISSING,
    DAYS_REVERSED,
    BY_WHOM,
    OF_WHOM,
    BOTH,
    TWICE,
    CHANGED_MEANWHILE,
    GONE,
    NOT_A_DIGEST,
)
