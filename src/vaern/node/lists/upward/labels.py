"""What people read of feedback to sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from vaern.node.lists.base.labels import OPINIONS, REASONS
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.upward import UpState
from vaern.node.web.components import Chip

if TYPE_CHECKING:
    from vaern.node.lists.models import FeedbackFile, SourceFeedback
    from vaern.node.lists.upward.queries import Found

STATES: dict[UpState, tuple[Any, str]] = {
    UpState.WAITS: (_("On its way"), "info"),
    UpState.SENT: (_("Taken by the source"), "good"),
    UpState.REFUSED: (_("Refused by the source"), "bad"),
}


def state(feedback: SourceFeedback) -> Chip:
    """Return the chip of how far feedback is."""
    return Chip(*STATES[UpState(feedback.state)])


def file_state(file: FeedbackFile) -> Chip:
    """Return the chip of whether the source was given a file."""
    return Chip(_("Given to the source"), "good") if file.given_at else Chip(_("Downloaded"), "info")


def opinion(code: str) -> object:
    """Return what an opinion says."""
    return OPINIONS[code][0]


def found(one: Found) -> str:
    """Return what would be sent of an entry in a line: its id, the opinion, what that rests on, its kinds of hashes."""
    why = REASONS[RecallReason(one.because)] if one.because else _("your organisation's vote")
    kinds = ", ".join(kind.upper() for kind in one.kinds)
    said = _("%(entry)s: %(opinion)s (%(why)s; %(kinds)s)")
    return said % {"entry": one.entry.ident[:60], "opinion": opinion(one.opinion), "why": why, "kinds": kinds}
