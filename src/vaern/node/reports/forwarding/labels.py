"""Labels for the codes of this room."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.recalls.queries import ACKNOWLEDGED_WITHIN
from vaern.node.reports.rules import forwards
from vaern.node.reports.rules.forwards import answered
from vaern.node.reports.rules.outcomes import Outcome
from vaern.node.reports.rules.states import Status
from vaern.node.web.components import Chip

OUTCOMES: dict[Outcome, tuple[Any, str]] = {
    Outcome.VICTIM_SAFEGUARDED: (_("A child was safeguarded"), "good"),
    Outcome.CONVICTED: (_("Convicted"), "good"),
    Outcome.CHARGED: (_("Charged"), "good"),
    Outcome.SUSPECT_IDENTIFIED: (_("A suspect was identified"), "good"),
    Outcome.OPENED: (_("A case was opened"), "info"),
    Outcome.JOINED: (_("Joined a case"), "info"),
    Outcome.IN_PROGRESS: (_("In progress"), "info"),
    Outcome.PASSED_ON: (_("Passed on to another authority"), "info"),
    Outcome.MATERIAL_REMOVED: (_("The material was removed"), "good"),
    Outcome.NEEDS_MORE: (_("Needs more to act on"), "warning"),
    Outcome.KNOWN_BEFORE: (_("Known before"), "neutral"),
    Outcome.NO_PERSON_FOUND: (_("No person found"), "neutral"),
    Outcome.NOT_AN_OFFENCE_HERE: (_("Not an offence here"), "neutral"),
    Outcome.DROPPED: (_("Dropped by the receiver"), "warning"),
    Outcome.CLOSED: (_("Closed"), "neutral"),
}
STATUSES: dict[Status, tuple[Any, str]] = {
    Status.RECEIVED: (_("Received"), "neutral"),
    Status.BEING_WORKED_ON: (_("Being worked on"), "info"),
    Status.PASSED_ON: (_("Passed on"), "info"),
    Status.CLOSED_ACTED: (_("Closed: action was taken"), "good"),
    Status.CLOSED_NOTHING: (_("Closed: nothing to act on"), "neutral"),
}

PROBLEMS = {
    forwards.NO_DESK: _("That organisation takes no reports."),
    forwards.NEVER_FORWARDED: _("No report had been forwarded to that sender under that number."),
    forwards.OUT_OF_ORDER: _("The outcome said less than was said before, or came too early."),
}
"""Codes by which a report or an outcome of another node is refused."""


def outcome(code: str) -> Chip:
    """Return the chip of an outcome; without one, that it is awaited."""
    return Chip(*OUTCOMES[Outcome(code)]) if code else Chip(_("No outcome yet"), "neutral")


def chips(code: str, *, safeguarded: bool) -> Any:
    """Return the chips of returned outcomes; a safeguarded child comes first, whatever followed."""
    if not safeguarded or code == Outcome.VICTIM_SAFEGUARDED:
        return outcome(code)
    return format_html("{} {}", outcome(Outcome.VICTIM_SAFEGUARDED), outcome(code))


def of_forward(forward: Any) -> Any:
    """Return the chips of a forward's outcomes."""
    return chips(forward.outcome, safeguarded=forward.safeguarded)


def status(code: Status) -> Chip:
    """Return the chip of a sender's coarse status."""
    return Chip(*STATUSES[code])


def forward_state(forward: Any) -> Any:
    """Return the chip of a forward: its outcome, its recall, or that it is overdue."""
    release = forward.release
    if release.acknowledged_at:
        return Chip(_("Recalled, acknowledged"), "neutral")
    if release.recalled_at:
        late = release.recalled_at + ACKNOWLEDGED_WITHIN < timezone.now()
        return Chip(_("Recalled, not acknowledged"), "bad" if late else "warning")
    if not answered(forward.outcome, safeguarded=forward.safeguarded) and forward.due_at < timezone.now():
        return Chip(_("Outcome overdue"), "bad")
    return chips(forward.outcome, safeguarded=forward.safeguarded)
