"""Labels for the codes of requests of other countries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from vaern.node.cases.rules import across as rules
from vaern.node.cases.rules.incoming import Event, State
from vaern.node.cases.rules.terms import Duty
from vaern.node.law.labels import said
from vaern.node.web.components import Chip

if TYPE_CHECKING:
    from vaern.node.cases.rules.term_files import Ground

STATES: dict[State, tuple[Any, str]] = {
    State.RECEIVED: (_("Received"), "warning"),
    State.ACKNOWLEDGED: (_("Receipt acknowledged"), "info"),
    State.COMPLETION: (_("Something missing is asked for"), "neutral"),
    State.RECOGNISED: (_("Accepted"), "info"),
    State.POSTPONED: (_("Postponed"), "neutral"),
    State.WITH_DESK: (_("With the executing desk"), "info"),
    State.EXECUTED: (_("Executed, to be answered"), "warning"),
    State.ANSWERED: (_("Answered"), "good"),
    State.REFUSED: (_("Refused"), "bad"),
    State.WITHDRAWN: (_("Withdrawn by whoever asked"), "neutral"),
}
DUTIES: dict[Duty, Any] = {
    Duty.ACKNOWLEDGE: _("Acknowledge the receipt"),
    Duty.DECIDE: _("Decide"),
    Duty.EXECUTE: _("Execute"),
    Duty.ANSWER: _("Answer"),
    Duty.DEADLINE: _("The day that whoever asks named"),
}
DO: dict[Event, Any] = {
    Event.ACKNOWLEDGE: _("Acknowledge the receipt"),
    Event.ASK: _("Ask for what is missing"),
    Event.COMPLETE: _("What was missing came"),
    Event.RECOGNISE: _("Accept"),
    Event.EXECUTE: _("It is executed"),
    Event.ANSWER: _("It is answered"),
    Event.ANSWER_PART: _("A part is answered, more follows"),
    Event.NOT_YET: _("Not executed yet"),
    Event.RESUME: _("Go on with it"),
    Event.TAKE_BACK: _("Take it back from the desk"),
    Event.GIVE_BACK: _("Give it back to the authority"),
    Event.EXTEND: _("Give notice of a delay"),
    Event.POSTPONE: _("Postpone"),
    Event.UNDO: _("Undo the acceptance"),
    Event.REOPEN: _("Open again"),
    Event.REFUSE: _("Refuse"),
    Event.WITHDRAW: _("Whoever asked withdrew it"),
}
"""The buttons of a request, in their order; the first that is possible is the next act."""

HAPPENED: dict[str, Any] = {
    Event.ACKNOWLEDGE: _("Receipt acknowledged"),
    Event.ASK: _("Asked for what is missing"),
    Event.COMPLETE: _("What was missing came"),
    Event.RECOGNISE: _("Accepted"),
    Event.UNDO: _("Acceptance undone"),
    Event.EXTEND: _("Notice of a delay"),
    Event.POSTPONE: _("Postponed"),
    Event.RESUME: _("Goes on"),
    Event.PASS: _("Passed to the executing desk"),
    Event.TAKE_BACK: _("Taken back from the desk"),
    Event.GIVE_BACK: _("Given back to the authority"),
    Event.EXECUTE: _("Executed"),
    Event.NOT_YET: _("Not executed yet"),
    Event.ANSWER: _("Answered"),
    Event.ANSWER_PART: _("A part answered"),
    Event.REFUSE: _("Refused"),
    Event.WITHDRAW: _("Withdrawn by whoever asked"),
    Event.REOPEN: _("Opened again"),
    "note": _("Correspondence"),
}
THEIRS: dict[str, Any] = {
    "their_acknowledge": _("Acknowledged by the other side"),
    "their_ask": _("The other side asks for clarification"),
    "their_recognise": _("Accepted by the other side"),
    "their_undo": _("The other side took its acceptance back"),
    "their_extend": _("The other side needs longer"),
    "their_postpone": _("Postponed by the other side"),
    "their_resume": _("The other side goes on with it"),
    "their_answer": _("Executed by the other side"),
    "their_answer_part": _("Executed in part by the other side"),
    "their_refuse": _("Refused by the other side"),
    "their_limits": _("The other side limits the use"),
}
"""What stands in the correspondence of the request that was sent, of an authority that uses a node too."""
PROBLEMS = {
    rules.OTHER_COUNTRY: _("It was not between the countries of the two authorities."),
    rules.NO_INSTRUMENT: _("Its instrument is none there under which an authority can be asked."),
    rules.TWICE: _("A request of that number is there already."),
    rules.NEVER_ASKED: _("No request of that number is between these two authorities."),
}
"""Why something between authorities of two nodes was refused."""


def state(code: str) -> Chip:
    """Return the chip of a request's state."""
    return Chip(*STATES[State(code)])


def ground(one: Ground) -> str:
    """Return a ground as a choice: its words and its provision."""
    return f"{said(one.words)} ({one.provision})" if one.provision else said(one.words)
