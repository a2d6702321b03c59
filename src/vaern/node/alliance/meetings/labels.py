"""Labels for the codes of ministerial meetings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.rules import meetings
from vaern.node.alliance.rules.frame import said
from vaern.node.alliance.rules.meetings import Effect, Event, How, State
from vaern.node.web.components import Chip

if TYPE_CHECKING:
    from vaern.node.alliance.rules.minutes import Commits

STATES: dict[State, Any] = {
    State.PLANNED: _("Planned"),
    State.CONVENED: _("Convened"),
    State.HELD: _("Was held"),
    State.MINUTES_DRAFTED: _("Minutes drafted"),
    State.APPROVED: _("Minutes approved"),
    State.CANCELLED: _("Cancelled"),
}

_TONES = {State.CONVENED: "info", State.HELD: "warning", State.MINUTES_DRAFTED: "warning", State.APPROVED: "good"}

HOWS: dict[How, Any] = {
    How.PRESENT: _("Present"),
    How.REPRESENTED: _("Represented"),
    How.EXCUSED: _("Excused"),
}

EFFECTS: dict[Effect, Any] = {
    Effect.MAKES: _("Commitments that it makes"),
    Effect.CHANGES: _("Commitments that it changes"),
}

MOVES: dict[Event, tuple[Any, Any, Any]] = {
    Event.CONVENE: (
        _("Convene it"),
        _("Convene this meeting"),
        _("Place, days and agenda can still change; from now on those who will attend are noted."),
    ),
    Event.HOLD: (
        _("It was held"),
        _("Note that it was held"),
        _("From now on the agenda stands; what was said and decided is noted."),
    ),
    Event.DRAFT_MINUTES: (
        _("Put the minutes forward"),
        _("Put the minutes forward"),
        _("Members read the draft as PDF. Everything but the agenda can still be corrected."),
    ),
    Event.APPROVE: (
        _("Approve the minutes"),
        _("Approve the minutes"),
        _("From now on nobody can change them. An error is corrected by a further version, and both stay."),
    ),
    Event.CORRECT: (
        _("Correct the minutes"),
        _("Correct the approved minutes"),
        _("The approved version stays as it is. Say what is wrong in it: your words stand in the next version."),
    ),
    Event.CANCEL: (_("Cancel it"), _("Cancel this meeting"), _("Say why: it stands in the record.")),
}
"""The button, the title of its page and what it says, of each event that changes the state."""

MOVED: dict[Event, Any] = {
    Event.CONVENE: _("%(meeting)s is convened. Note who will attend; when it is over, say that it was held."),
    Event.HOLD: _("%(meeting)s was held. Its agenda stands now: note who came, what was said and what was decided."),
    Event.DRAFT_MINUTES: _("The minutes of %(meeting)s are put forward: members read the draft. Next, approve them."),
    Event.APPROVE: _(
        "The minutes of %(meeting)s are approved. Nobody changes them; a correction is a further version."
    ),
    Event.CORRECT: _("The minutes of %(meeting)s are a draft again. Correct them, and approve the next version."),
    Event.CANCEL: _("%(meeting)s is cancelled, with your reason. It stays in the list."),
}
"""What came of each of them, and what follows."""

DANGER = frozenset({Event.CANCEL})

PARTS: dict[str, tuple[Any, Any, Any]] = {
    "agenda": (_("Agenda"), _("Add an item"), _("Item of the agenda")),
    "papers": (_("Papers"), _("Add a paper"), _("Paper")),
    "attendance": (_("Attendance"), _("Note an office"), _("Office that attends")),
    "discussion": (_("Discussion"), "", _("What was said")),
    "decisions": (_("Decisions"), _("Note a decision"), _("What was decided")),
}
"""The heading, the button and the title of the form of each part."""

PROBLEMS: dict[str, Any] = {
    meetings.NO_AGENDA: _("A meeting is convened with an agenda: add an item first."),
    meetings.TOO_EARLY: _("A meeting cannot have been held before its first day."),
    meetings.NOBODY_CAME: _("Minutes say who attended: note at least one office that did."),
    meetings.WORDS_MISSING: _("Say the reason in words: it stands in the record."),
    meetings.DAYS_REVERSED: _("The last day lies before the first."),
    meetings.BY_WHOM: _("Say by whom the office was represented, or leave it empty if it was not."),
    meetings.OF_WHOM: _("An office is of a member or of another body: choose one of them."),
    meetings.BOTH: _("A decision makes a commitment or changes it: not both."),
    meetings.TWICE: _("That stands there already."),
    meetings.CHANGED_MEANWHILE: _(
        "Somebody else changed this since you opened the form. What you typed is still here: open the meeting in "
        "another window, look at what is there now, and save again if it still holds."
    ),
    meetings.GONE: _("Somebody else removed this since you opened the form."),
    meetings.NOT_A_DIGEST: _("A SHA-256 value has 64 hexadecimal digits."),
}


DID: dict[Effect, Any] = {Effect.MAKES: _("made"), Effect.CHANGES: _("changed")}


def effect(one: Commits, language: str) -> str:
    """Return what a decision does to a commitment, in a sentence."""
    words = {"member": said(one.member, language), "goal": one.goal.removeprefix("g"), "n": one.version}
    if one.effect is Effect.CHANGES and one.version:
        return gettext("%(member)s changes its commitment under goal %(goal)s, of which version %(n)s stands") % words
    if one.effect is Effect.CHANGES:
        return gettext("%(member)s changes its commitment under goal %(goal)s") % words
    return gettext("%(member)s makes a commitment under goal %(goal)s") % words


def state_chip(state: str) -> Chip:
    """Return a state as a chip."""
    return Chip(STATES[State(state)], _TONES.get(State(state), "neutral"))
