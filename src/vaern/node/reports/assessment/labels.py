"""What people read of the codes of this room."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.reports.rules import State

ACTION_LABELS: dict[str, Any] = {
    "detect": _("Detect"),
    "report": _("Receive and assess"),
    "forward": _("Hand on"),
    "notify": _("Notify a host"),
    "hold": _("Hold for the police"),
    "block": _("Block"),
}

NO_VIEW: dict[State, Any] = {
    State.DUPLICATE: _("It stands beside an earlier report. Separate it there if it is none of the same."),
    State.LEGAL_REVIEW: _("It waits for a decision on the law, and can be assessed when that lets it go on."),
    State.IN_ACTION: _("It was concluded, and is taken down and handed on now."),
    State.CLOSED: _("It was concluded and is closed. Open it again if it has to be assessed anew."),
}
"""Why nobody takes a view of a report in a state, and what comes first."""

PLACES: dict[str, Any] = {
    "first": _("First view"),
    "second": _("Second view"),
    "third": _("Settlement"),
}


def action_label(action: str) -> str:
    """Return what people read of an action that needs a ground."""
    return str(ACTION_LABELS.get(action, action))
