"""Labels for the codes of this room."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vaern.node.reports.rules.stations import Door, Standing, Wrong

STANDINGS: dict[Standing, tuple[Any, str]] = {
    Standing.PROPOSED: (_("Waits for a second person"), "warning"),
    Standing.VALID: (_("Licence valid"), "good"),
    Standing.EXPIRED: (_("Licence expired"), "bad"),
    Standing.REVOKED: (_("Revoked"), "neutral"),
}

NOT_GIVEN: dict[Standing, Any] = {
    Standing.PROPOSED: _("Nobody has confirmed this station: a second person does that first."),
    Standing.EXPIRED: _("The licence of this station has expired: it is given nothing until another is confirmed."),
    Standing.REVOKED: _("This station was revoked: it is given nothing."),
}

FOUND: dict[str, Any] = {
    "there": pgettext_lazy("at an address", "There"),
    "gone": pgettext_lazy("at an address", "Gone"),
    "other": pgettext_lazy("at an address", "Something else"),
}

LOOKED: dict[str, Any] = {
    "whole": _("Looked at the whole"),
    "part": _("Looked at a part"),
    "nothing": _("Nobody looked"),
}

DOORS: dict[Door, Any] = {Door.API: _("API"), Door.VICS: _("VICS file")}

DIFFER: dict[str, Any] = {
    "found": _("Two answers differ in what was there."),
    "baseline": _("Two answers differ in the baseline."),
    "value": _("Two answers differ in the class."),
    "conclusion": _("It differs from what was concluded here."),
    "hash": _("Another file was found than the one that was reported."),
}

WRONG: dict[Wrong, Any] = {
    Wrong.ITEM: _("is none of the items of this package"),
    Wrong.EARLY: _("lies before the package was made"),
    Wrong.FUTURE: _("lies in the future"),
    Wrong.GONE_LOOKED: _("cannot be: what is gone was not looked at"),
    Wrong.NOBODY: _("is missing: say by the station's pseudonym who looked"),
    Wrong.UNSEEN: _("cannot be said of what nobody looked at"),
    Wrong.CLASS: _("is no class of the scheme of this package"),
    Wrong.LAWFUL: _("says that it is no offence, and the baseline that it is one everywhere"),
    Wrong.MARK: _("has a mark that the package does not offer"),
    Wrong.EMPTY_FILE: _("has no hash"),
}
"""What is wrong with a field of an answer, after the field's name."""
