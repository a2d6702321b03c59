"""Labels for the codes of this room."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.cases.rules.evidence import Event, Held, Kind, Stamping

KINDS: dict[Kind, Any] = {
    Kind.DEVICE: _("Device"),
    Kind.IMAGE: _("Image of a device"),
    Kind.FILES: _("Set of files"),
    Kind.ANSWER: _("Answer of a provider"),
    Kind.REPORT: _("Written report"),
    Kind.SCAN: _("Results of a scan"),
    Kind.STATEMENT: _("Statement, as a document"),
    Kind.OTHER: _("Something else"),
}

HELD: dict[Held, tuple[Any, str]] = {
    Held.AWAITED: (_("Still with the sender"), "warning"),
    Held.HELD: (_("Held"), "info"),
    Held.RETURNED: (_("Given back"), "neutral"),
    Held.DESTROYED: (_("Destroyed"), "neutral"),
}

EVENTS: dict[Event, tuple[Any, Any]] = {
    Event.REGISTERED: (_("Registered"), _("Register evidence")),
    Event.RECEIVED: (_("Received"), _("Record as received")),
    Event.HANDED_OVER: (_("Handed over"), _("Hand over")),
    Event.MOVED: (_("Moved"), _("Move")),
    Event.EXAMINED: (_("Examined"), _("Have it examined")),
    Event.CHECKED: (_("Digest checked"), _("Check its digest")),
    Event.RESEALED: (_("New seal"), _("New seal")),
    Event.CORRECTED: (_("Register corrected"), _("Correct the register")),
    Event.RETURNED: (_("Given back"), _("Give back")),
    Event.CAME_BACK: (_("Came back"), _("Take back")),
    Event.DESTROYED: (_("Destroyed"), _("Record as destroyed")),
}
"""What happened, and what a button says."""

STAMPING: dict[Stamping, tuple[Any, str]] = {
    Stamping.NONE: (_("No time stamp"), "neutral"),
    Stamping.WAITING: (_("The time stamp is asked for"), "warning"),
    Stamping.STAMPED: (_("Time-stamped"), "good"),
    Stamping.GIVEN_UP: (_("No time stamp came"), "bad"),
}
