"""What people read of the codes of this app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from vaern.node.scans.rules import FALLEN, ReviewOutcome, State
from vaern.node.web.components import Chip

if TYPE_CHECKING:
    from vaern.node.scans.models import Scan

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
    FALLEN: (_("Fallen"), "warning"),
    "new": (_("New"), "info"),
    "unreadable": (_("Unreadable"), "warning"),
    "unopened": (_("Not looked into"), "warning"),
    "ignored": (_("Ignored"), "neutral"),
    "not media": (_("Not media"), "neutral"),
}


def state(scan: Scan) -> Chip:
    """Return the chip of a scan's state."""
    return _unless_known(scan, *STATES[State(scan.state)], instead="neutral")


def outcome(scan: Scan) -> Chip:
    """Return the chip of what a person concluded."""
    return _unless_known(scan, *OUTCOMES[ReviewOutcome(scan.outcome)], instead="warning")


def _unless_known(scan: Scan, label: Any, tone: str, *, instead: str) -> Chip:
    """Nothing of a scan is green that has known findings, whatever a person concluded."""
    return Chip(label, instead if tone == "good" and scan.known_or_same else tone)


def verdict(code: str) -> Chip:
    """Return the chip of a verdict, or of what fell."""
    return Chip(*VERDICTS[code])
