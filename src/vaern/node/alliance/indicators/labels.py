"""Labels for the codes of indicators."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.rules import across, values

MISSING: dict[str, Any] = {
    values.NOTHING: _("Not computable: there was nothing to count"),
    values.NO_COMPARISON: _("Not computable: no whole period a year before"),
    values.FROM_ZERO: _("Not computable: it was zero a year before"),
    values.JOINED_MEANWHILE: _("Not computable: the member joined meanwhile"),
    values.NO_BASELINE: _("Not computable: there is no baseline"),
}

UNITS: dict[str, Any] = {
    "children": _("children"),
    "cases": _("cases"),
    "reports": _("reports"),
    "people": _("people"),
    "services": _("services"),
    "files": _("files"),
    "percent": _("%"),
    "minutes": _("minutes"),
    "days": _("days"),
}

PERIODS: dict[str, Any] = {"month": _("Months"), "quarter": _("Quarters"), "year": _("Years")}

SPLITS: dict[str, Any] = {"country": _("Country of the host"), "instrument": _("Instrument")}

PROBLEMS: dict[str, Any] = {
    across.OTHER_COUNTRY: _("It was of another country than that of its sender, or of one that is no member."),
    across.OTHER_DEFINITIONS: _("It was counted by other definitions than those that are in force there."),
    across.NO_SUM: _("It held what is no sum of an indicator."),
    across.NO_MONTH: _("It was of no month, or of one that lies ahead."),
    across.RELEASED_OTHERWISE: _("What was released under that number said something else there."),
    across.NOT_THAT_FILE: _("Its file has another digest than was said."),
    across.NEVER_INVITED: _("Nobody of that country was invited there under that number."),
    across.ANOTHERS_ROUND: _("That round, or the reply to it, is somebody else’s there."),
    across.NO_ROUND: _("Its period, its days, its declaration or its commitments are none."),
    across.NOT_WHOLE: _("Something in the reply is missing, or cannot be taken."),
    across.DECIDED: _("The reply was published there already."),
}
"""Why something between the nodes of the secretariat and of members was refused."""

POPULATIONS: dict[str, Any] = {
    "series": _("Series"),
    "reports": _("Reports"),
    "locations": _("Locations"),
    "requests": _("Requests"),
    "preservations": _("Preservations"),
    "cases": _("Cases"),
}
