"""What people read of the codes of reports."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.reports.rules import State
from vaern.node.web.components import Chip

STATES: dict[State, tuple[Any, str]] = {
    State.ARRIVED: (_("Arrived"), "neutral"),
    State.DUPLICATE: (_("Duplicate"), "neutral"),
    State.SECOND_VIEW: (_("Second view"), "info"),
    State.DISPUTED: (_("Disputed"), "warning"),
    State.LEGAL_REVIEW: (_("Legal review"), "warning"),
    State.IN_ACTION: (_("In action"), "info"),
    State.CLOSED: (_("Closed"), "good"),
}
OFFENCES: dict[str, Any] = {
    "material": _("Child sexual abuse material"),
    "enticement": _("Solicitation of a child"),
    "sexual_extortion": _("Sexual extortion of a child"),
    "trafficking": _("Trafficking for sexual exploitation"),
    "travel": _("Exploitation in travel and tourism"),
    "live_abuse": _("Live abuse"),
    "hands_on": _("Abuse outside the network"),
    "exposure": _("Sexual material sent to a child"),
    "unclear": _("Not said"),
}
DOCUMENTS: dict[str, Any] = {
    "public": _("Public form"),
    "api": "JSON",
    "scan": _("Scan"),
    "cybertipline": "CyberTipline XML",
    "xarf": "XARF",
    "arf": "ARF",
    "csv": "CSV",
    "forward": _("Forwarded"),
}
VIEWED: dict[str, Any] = {
    "whole": _("opened by a person, whole"),
    "partly": _("opened by a person, in part"),
    "not": _("opened by nobody"),
    "unknown": _("not said whether somebody opened it"),
}
ROLES: dict[str, Any] = {
    "suspect": _("Suspect"),
    "victim": _("Victim"),
    "recipient": _("Recipient"),
    "uploader": _("Uploader"),
    "reporter": _("Reporter"),
}


def state(code: str) -> Chip:
    """Return the chip of a state."""
    return Chip(*STATES[State(code)])
