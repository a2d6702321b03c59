"""Labels for the actions that need a ground."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

ACTION_LABELS: dict[str, Any] = {
    "detect": _("Detect"),
    "report": _("Receive and assess"),
    "forward": _("Hand on"),
    "notify": _("Notify a host"),
    "hold": _("Hold for the police"),
    "block": _("Block"),
}


def action_label(action: str) -> str:
    """Return the label of an action that needs a ground."""
    return str(ACTION_LABELS.get(action, action))
