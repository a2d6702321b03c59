"""Texts for survivors and those who help them: short, true, and silent about what happened."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.victims.rules.wishes import Told, WishState
from vaern.node.web.components import Chip

STATES: dict[WishState, tuple[Any, str, Any]] = {
    WishState.RECEIVED: (_("Received"), "neutral", _("It is here. We begin to watch for it.")),
    WishState.WATCHING: (
        _("We are watching for it"),
        "info",
        _("We compare it with what is reported. When it was found online and a person has seen it, you read it here."),
    ),
    WishState.FOUND: (
        _("Found"),
        "warning",
        _("It was found online, and a person has seen it. It is first in line to be removed."),
    ),
    WishState.NOTICES_SENT: (
        _("We asked for it to be removed"),
        "info",
        _("Whoever stores it was asked to remove it. We check."),
    ),
    WishState.GONE: (_("No longer found"), "good", _("What was found online is gone. We keep watching.")),
    WishState.ENDED: (_("Ended"), "neutral", _("We no longer watch, and the hashes are erased.")),
}
TOLD: dict[Told, Any] = {
    Told.NEVER: _("No. I do not want to be told."),
    Told.WHEN_I_LOOK: _("Only here, when I look with my code."),
    Told.ASK_CONTACT: _("Yes, through the person or house that supports me."),
}


def hashes(total: int, confirmed: int) -> str:
    """Return how many hashes there are, and how many of them were confirmed."""
    return str(_("%(total)s, of which %(confirmed)s confirmed") % {"total": total, "confirmed": confirmed})


def state(code: str) -> Chip:
    """Return the chip of a state."""
    label, tone, _sentence = STATES[WishState(code)]
    return Chip(label, tone)
