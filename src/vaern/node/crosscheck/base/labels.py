"""Names of the codes of this app, as people read them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.crosscheck.rules.disclosures import Level, RefusalGround, RevealState
from vaern.node.crosscheck.rules.registry import Many, State, Update
from vaern.node.web.components import Chip

KINDS: dict[str, Any] = {
    "md5": _("File (MD5)"),
    "sha1": _("File (SHA-1)"),
    "sha256": _("File (SHA-256)"),
    "pdq": _("Picture (PDQ, the same value)"),
    "camera_serial": _("Camera (serial number)"),
    "url": _("Web address"),
    "account": _("Account"),
    "email": _("E-mail address"),
    "phone": _("Telephone number"),
    "wallet": _("Payment address"),
    "ip": _("IP address at about the same time"),
    "ip_alone": _("IP address"),
    "host": _("Host"),
    "name_pattern": _("Pattern of file names"),
}
STATES: dict[State, tuple[Any, str]] = {
    State.OPEN: (_("Worked on"), "info"),
    State.IDENTIFIED: (_("Identified"), "good"),
    State.CLOSED: (_("Was worked on"), "neutral"),
}
UPDATES: dict[Update, Any] = {
    Update.IDENTIFIED: _("The child, or the person, was identified elsewhere. Stop and close, or ask who it is."),
    Update.SAFEGUARDED: _("The child was safeguarded elsewhere. Close your work, or ask who it is."),
    Update.CLOSED: _("The work on the other record has ended."),
    Update.REOPENED: _("The other record is worked on again."),
}
HOW_MANY: dict[Many, Any] = {
    Many.NONE: _("Nobody else"),
    Many.ONE: _("One other organisation"),
    Many.SEVERAL: _("Several other organisations"),
}
LEVELS: dict[Level, tuple[Any, Any]] = {
    Level.ORGANISATION: (_("Organisation"), _("Name, country and kind of both organisations")),
    Level.CONTACT: (_("Organisation and contact"), _("The same, and how the desk that works on it is reached")),
}
REVEALS: dict[RevealState, tuple[Any, str]] = {
    RevealState.ASKED: (_("Asked"), "info"),
    RevealState.AGREED: (_("Both agreed"), "good"),
    RevealState.REFUSED: (_("Refused"), "warning"),
    RevealState.WITHDRAWN: (_("Withdrawn"), "neutral"),
    RevealState.EXPIRED: (_("Not answered in time"), "neutral"),
    RevealState.RECALLED: (_("No longer shown"), "neutral"),
}
REFUSALS: dict[RefusalGround, Any] = {
    RefusalGround.NOT_NOW: _("Not now"),
    RefusalGround.NOT_ALLOWED: _("The law does not allow it"),
    RefusalGround.SENSITIVE: _("The work is too sensitive"),
    RefusalGround.NO_NEED: _("There is no need"),
}


def state(code: State) -> Chip:
    """Return the chip of a record's work state."""
    return Chip(*STATES[code])


def reveal(code: RevealState) -> Chip:
    """Return the chip of how far a disclosure is."""
    return Chip(*REVEALS[code])


def kinds(codes: Any) -> str:
    """Return kinds of keys in words, in the order of the table."""
    return ", ".join(str(label) for code, label in KINDS.items() if code in codes)
