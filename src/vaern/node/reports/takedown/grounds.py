"""The basis of a notice in words for its recipient: exactly that, and no more."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vaern.node.reports.base.precedents import resting
from vaern.node.reports.rules.assessments import Basis

if TYPE_CHECKING:
    from vaern.node.reports.models import Location


def rests(location: Location) -> str:
    """Return the basis of the conclusion about a location, as a sentence in the active language."""
    found = resting(location.report, location.item)
    if found is None or found.basis is Basis.TEXT:
        return _("A person concluded from what was reported, and did not look at the material.")
    if found.basis is Basis.LOOKED and found.alone:
        return _("A trained person has looked at it and assessed it.")
    if found.basis is Basis.LOOKED:
        return _("A trained person has looked at a part of what was reported, and assessed it.")
    if found.basis is Basis.STATION:
        days = ", ".join(sorted({_day(one["at"]) for one in found.rests_on}))
        return _("A trained person looked at it at a licensed viewing station, on %(days)s.") % {"days": days}
    if found.basis is Basis.LIST:
        named = ", ".join(_list(one["list"], one["release"], one["class"]) for one in found.rests_on)
        return _("A person concluded from what a list of known material says, and did not look: %(lists)s.") % {
            "lists": named
        }
    days = ", ".join(sorted({_day(one["at"]) for one in found.rests_on}))
    return _("A person concluded from an earlier assessment of the same, of %(days)s, and did not look again.") % {
        "days": days
    }


def _list(name: str, release: str, value: str) -> str:
    given = {"list": name, "release": release, "class": value}
    if value:
        return _("%(list)s, release %(release)s, class %(class)s") % given
    return _("%(list)s, release %(release)s") % given


def _day(at: str) -> str:
    return date_format(datetime.fromisoformat(at), "SHORT_DATE_FORMAT")
