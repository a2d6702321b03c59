"""What people read of the codes of this app."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.scans.rules import ReviewOutcome, State
from vaern.node.web.components import Chip

STATES: dict[State, tuple[Any, str]] = {
    State.RECEIVING: (_("Being received"), "info"),
    State.TO_REVIEW: (_("To be reviewed"), "warning"),
    State.REVIEWED: (_("Reviewed"), "good"),
}
OUTCOMES: dict[ReviewOutcome, tuple[Any, str]] = {
    ReviewOutcome.CONFIRMED: (_("Known material confirmed"), "bad"),
    ReviewOutcome.NOT_CONFIRMED: (_("No known material"), "good"),
    ReviewOutcome.UNCLEAR: (_("Unclear"), "warning"),
}
VERDICTS: dict[str, tuple[Any, str]] = {
    "known": (_("Known"), "bad"),
    "near": (_("Near"), "warning"),
    "new": (_("New"), "info"),
    "unreadable": (_("Unreadable"), "warning"),
    "unopened": (_("Not looked into"), "warning"),
    "ignored": (_("Ignored"), "good"),
    "not media": (_("Not media"), "neutral"),
}


def state(code: str) -> Chip:
    """Return the chip of a state."""
    return Chip(*STATES[State(code)])


def outcome(code: str) -> Chip:
    """Return the chip of what a person concluded."""
    return Chip(*OUTCOMES[ReviewOutcome(code)])


def verdict(code: str) -> Chip:
    """Return the chip of a verdict."""
    return Chip(*VERDICTS[code])
