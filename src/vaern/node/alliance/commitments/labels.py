"""Labels for commitments, rounds and replies."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.rules import commitments, problems
from vaern.node.alliance.rules.commitments import ReplyState, RoundState, State
from vaern.node.web.components import Chip

STATES: dict[State, tuple[Any, str]] = {
    State.DRAFT: (_("Draft"), "neutral"),
    State.SUBMITTED: (_("Handed in"), "info"),
    State.RETURNED: (_("Returned"), "warning"),
    State.PUBLISHED: (_("Published"), "good"),
    State.WITHDRAWN: (_("Withdrawn"), "bad"),
}
ROUND_STATES: dict[RoundState, tuple[Any, str]] = {
    RoundState.PLANNED: (_("Planned"), "neutral"),
    RoundState.OPEN: (_("Open"), "good"),
    RoundState.CLOSED: (_("Closed"), "neutral"),
}
REPLY_STATES: dict[ReplyState, tuple[Any, str]] = {
    ReplyState.INVITED: (_("Not begun"), "neutral"),
    ReplyState.BEGUN: (_("Begun"), "neutral"),
    ReplyState.SUBMITTED: (_("Handed in"), "info"),
    ReplyState.RETURNED: (_("Returned"), "warning"),
    ReplyState.PUBLISHED: (_("Published"), "good"),
}

ACTION_STATES: dict[str, Any] = {"planned": _("Planned"), "done": _("Done")}
DIRECTIONS: dict[str, Any] = {"at_least": _("At least"), "at_most": _("At most")}

FAULTS: dict[str, Any] = {
    problems.MISSING: _("This is missing."),
    problems.TOO_LONG: _("This is too long."),
    problems.TOO_MANY: _("These are too many lines."),
    problems.NO_NUMBER: _("This is no number."),
    problems.OUT_OF_RANGE: _(
        "The indicator cannot have this value: a share is from 0 to 100, a growth at least −100, all others at least 0."
    ),
    problems.UNKNOWN: _("This is not known here."),
    problems.OTHER_UNIT: _("The indicator is counted in another unit."),
    problems.NO_ADDRESS: _("This is no address: it begins with https://."),
    problems.NO_PERIOD: _("This is no period: write 2026, 2026-Q3 or 2026-07."),
    problems.VALUE_AND_WHY: _("There is a value and a reason why there is none: leave out one of them."),
    problems.TWICE: _("This was said already."),
}
"""Labels for what is wrong at one place."""

PROBLEMS: dict[str, Any] = {
    commitments.STALE: _("Somebody changed it meanwhile. Look at what is there now, and write again."),
    commitments.NOT_ONES_OWN: _("A rapporteur reports for their own country."),
    commitments.NO_MEMBER: _("That country is no member of the alliance now."),
    commitments.INCOMPLETE: _("Something is missing before it can be handed in."),
    commitments.FAULTY: _("Something in it cannot be taken; see the places."),
    commitments.OVERTAKEN: _("A newer version was published meanwhile. Compare with it, and hand in again."),
    commitments.FOREIGN: _("A line names a commitment that is not your country’s, has another goal, or was withdrawn."),
    commitments.WITHOUT_REASON: _("Say why, in words."),
    commitments.ELSEWHERE: _("The secretariat on another node decides on its rounds, and on replies to them."),
    commitments.BACKWARDS: _("A round closes on the day on which it opens, or later."),
    commitments.REMINDER_OUTSIDE: _("A reminder lies between the opening and the close, at most 90 days before it."),
}


PLACES: dict[str, Any] = {
    "frame_version": _("Declaration"),
    "goal": _("Operational goal"),
    "obligation": _("Obligation"),
    "requirement": _("Requirement"),
    "target.indicator": _("Indicator"),
    "target.text": _("Measurable target"),
    "target.value": _("Value to be reached"),
    "target.unit": _("Unit"),
    "target.direction": _("The value is reached when it is"),
    "target.due": _("Due"),
    "target.baseline.value": _("Baseline: value"),
    "target.baseline.date": _("Baseline: on which day"),
    "target.baseline.source": _("Baseline: source"),
    "owner": _("Owner"),
    "language": _("Language of these words"),
    "actions": _("Action"),
    "evidence": _("Evidence"),
}
"""What people call each place of a commitment."""


def state(code: str) -> Chip:
    """Return the chip of a commitment's state."""
    return Chip(*STATES[State(code)])


def round_state(code: str) -> Chip:
    """Return the chip of a round's state."""
    return Chip(*ROUND_STATES[RoundState(code)])


def reply_state(code: str) -> Chip:
    """Return the chip of a reply's state."""
    return Chip(*REPLY_STATES[ReplyState(code)])


PROMISE, TARGET, ACTIONS, EVIDENCE = "promise", "target", "actions", "evidence"

PARTS: dict[str, Any] = {
    PROMISE: _("Obligation and requirement"),
    TARGET: _("Measurable target and baseline"),
    ACTIONS: _("Actions, planned and done"),
    EVIDENCE: _("Evidence"),
}
"""The parts of what is written of a commitment, in their order."""
