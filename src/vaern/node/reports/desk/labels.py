"""What people read of the codes of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from vaern.node.reports.rules import State
from vaern.node.web.components import Chip

if TYPE_CHECKING:
    from collections.abc import Iterable

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
ODD_ADDRESSES: dict[str, tuple[Any, str]] = {
    "user_info": (_("User name in the address"), "warning"),
    "fragment": (_("With a fragment"), "neutral"),
    "no_scheme": (_("Sent without http"), "neutral"),
    "other_scheme": (_("Not a web address"), "info"),
    "port": (_("With a port"), "info"),
    "trailing_dot": (_("Dot after the host"), "info"),
    "idn": (_("Host in other letters"), "info"),
    "homograph": (_("Host looks like another"), "warning"),
    "ip": (_("Host is an IP address"), "info"),
    "odd_ip": (_("IP address in an unusual form"), "warning"),
    "not_public": (_("Not on the public network"), "warning"),
    "onion": (_("Hidden service"), "info"),
    "bad_percent": (_("Odd percent signs"), "info"),
    "defanged": (_("Sent defanged"), "neutral"),
    "odd_characters": (_("Invisible characters removed"), "warning"),
    "too_long": (_("Cut off"), "warning"),
    "unparsable": (_("Not understood"), "bad"),
}
"""What is odd about an address (`intake.addresses.FLAGS`)."""


def odd(flags: Iterable[str]) -> list[Chip]:
    """Return the chips of what is odd about an address."""
    return [Chip(*ODD_ADDRESSES[flag]) for flag in flags]


def state(code: str) -> Chip:
    """Return the chip of a state."""
    return Chip(*STATES[State(code)])


def language_name(code: str) -> str:
    """Return the name of a language (BCP 47), or its code where Django knows none."""
    try:
        return str(get_language_info(code.lower())["name_translated"])
    except KeyError:
        return code
