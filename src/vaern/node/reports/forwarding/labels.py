"""What people read of the codes of this room."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.organisations import releases
from vaern.node.reports.rules import Outcome, Status
from vaern.node.web.components import Chip

OUTCOMES: dict[Outcome, tuple[Any, str]] = {
    Outcome.IN_PROGRESS: (_("In progress"), "info"),
    Outcome.CHILD_SAFEGUARDED: (_("A child was safeguarded"), "good"),
    Outcome.OFFENDER_IDENTIFIED: (_("A suspect was identified"), "good"),
    Outcome.MATERIAL_REMOVED: (_("The material was removed"), "good"),
    Outcome.KNOWN_BEFORE: (_("Known before"), "neutral"),
    Outcome.NOT_AN_OFFENCE_HERE: (_("Not an offence here"), "neutral"),
    Outcome.NOT_ENOUGH: (_("Not enough to act on"), "warning"),
    Outcome.PASSED_ON: (_("Passed on to another authority"), "info"),
}
STATUSES: dict[Status, tuple[Any, str]] = {
    Status.RECEIVED: (_("Received"), "neutral"),
    Status.BEING_WORKED_ON: (_("Being worked on"), "info"),
    Status.PASSED_ON: (_("Passed on"), "info"),
    Status.CLOSED_ACTED: (_("Closed: action was taken"), "good"),
    Status.CLOSED_NOTHING: (_("Closed: nothing to act on"), "neutral"),
}


def outcome(code: str) -> Chip:
    """Return the chip of what came home; of nothing, that it is awaited."""
    return Chip(*OUTCOMES[Outcome(code)]) if code else Chip(_("No outcome yet"), "neutral")


def status(code: Status) -> Chip:
    """Return the chip of what a sender sees."""
    return Chip(*STATUSES[code])


def forward_state(forward: Any) -> Chip:
    """Return the chip of a forward: its outcome, or how it was recalled, or that it is overdue."""
    release = forward.release
    if release.acknowledged_at:
        return Chip(_("Recalled, acknowledged"), "neutral")
    if release.recalled_at:
        late = release.recalled_at + releases.ACKNOWLEDGED_WITHIN < timezone.now()
        return Chip(_("Recalled, not acknowledged"), "bad" if late else "warning")
    if forward.outcome in {"", Outcome.IN_PROGRESS} and forward.due_at < timezone.now():
        return Chip(_("Outcome overdue"), "bad")
    return outcome(forward.outcome)
