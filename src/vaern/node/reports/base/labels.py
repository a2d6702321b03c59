"""Labels for codes that every room shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from vaern.node.reports.models import Report

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


def called(report: Report) -> str:
    """Return how people call a report where it stands among other things: what it is about, and its code."""
    return named(report.offence, report.code)


def named(offence: str, code: str) -> str:
    """Return the same of a row that holds only these two."""
    about = _("Report") if offence == "unclear" else OFFENCES.get(offence, _("Report"))
    return f"{about} · {code}"


def language_name(code: str) -> str:
    """Return the name of a language (BCP 47), or its code where Django knows none."""
    try:
        return str(get_language_info(code.lower())["name_translated"])
    except KeyError:
        return code
