"""Labels for the codes of indicators."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.rules import values

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

POPULATIONS: dict[str, Any] = {
    "series": _("Series"),
    "reports": _("Reports"),
    "locations": _("Locations"),
    "requests": _("Requests"),
    "preservations": _("Preservations"),
    "cases": _("Cases"),
}
