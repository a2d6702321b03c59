"""Labels for the codes of this room."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from vaern.node.reports.rules.locations import LocationState
from vaern.node.reports.rules.takedown import Level
from vaern.node.web.components import Chip

STATES: dict[LocationState, tuple[Any, str]] = {
    LocationState.UNTRACED: (_("To be traced"), "bad"),
    LocationState.TRACED: (_("Traced"), "warning"),
    LocationState.HELD: (_("Held for the police"), "info"),
    LocationState.NOTIFIED: (_("Host notified"), "warning"),
    LocationState.OFFLINE: (_("Offline"), "good"),
    LocationState.MOVED: (_("Moved, says the host"), "bad"),
    LocationState.BLOCKED: (_("On the blocking list"), "neutral"),
    LocationState.STOPPED: (_("No longer pursued"), "neutral"),
}
FOUND: dict[str, Any] = {"there": _("There"), "gone": _("Gone")}
"""What a check found."""
KINDS: dict[str, Any] = {
    "host": _("Hosting provider"),
    "owner": _("Owner of the site"),
    "registrar": _("Registrar"),
}
LEVELS: dict[Level, Any] = {
    Level.NOBODY: _("Nobody yet"),
    Level.HOST: KINDS["host"],
    Level.OWNER: KINDS["owner"],
    Level.REGISTRAR: KINDS["registrar"],
    Level.POLICE: _("Police channel"),
}
ANSWERS: dict[str, Any] = {
    "removed": _("It was removed"),
    "moved": _("It moved to another place"),
    "need_more": _("We need to know more"),
}
WAITS: dict[str, Any] = {
    "police": _("The police channel"),
    "overdue": _("A new trace: the step could not be taken"),
    "need_more": _("An answer: the host needs to know more"),
    "to_correct": _("A correction: the conclusion was wrong"),
    "to_check": _("A re-check: the host says it is gone"),
}
OFFENCES: dict[str, Any] = {
    "material": _("child sexual abuse material"),
    "enticement": _("solicitation of children for sexual purposes"),
    "sexual_extortion": _("sexual extortion of children"),
    "trafficking": _("trafficking of children for sexual exploitation"),
    "travel": _("sexual exploitation of children in travel and tourism"),
    "live_abuse": _("live online child sexual abuse"),
    "hands_on": _("sexual abuse of a child"),
    "exposure": _("unsolicited sexual material sent to a child"),
    "unclear": _("child sexual abuse or exploitation"),
}


def state(code: str) -> Chip:
    """Return the chip of a location's state."""
    return Chip(*STATES[LocationState(code)])


def groundless(count: int, others: int, why: str) -> str:
    """Return the message about entries that may no longer be blocked, beside those that may."""
    none = gettext("No entry may be blocked any more, so there is no list to export.")
    some = ngettext(
        "%(n)s entry may not be blocked any more: lift it, or leave it out.",
        "%(n)s entries may not be blocked any more: lift them, or leave them out.",
        count,
    )
    return f"{some % {'n': count} if others else none} {why}"
