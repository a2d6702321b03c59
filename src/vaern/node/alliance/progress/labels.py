"""Labels for standings."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.rules.gap import Status, Trend, Why

STATUS: dict[Status, tuple[Any, str]] = {
    Status.MET: (_("Met"), "good"),
    Status.ON_TRACK: (_("On track"), "good"),
    Status.BEHIND: (_("Behind"), "warning"),
    Status.OVERDUE: (_("Overdue"), "bad"),
    Status.NOT_COMPUTABLE: (_("Not computable"), "neutral"),
}

WHY: dict[Why, Any] = {
    Why.NO_NUMBER: _("the target has no number"),
    Why.NO_VALUE: _("there is no value"),
    Why.OF_NOTHING: _("it would be a percentage of nothing"),
    Why.JOINED_MEANWHILE: _("the member joined within the period"),
    Why.NO_BASELINE: _("there is no baseline"),
    Why.NO_DUE: _("the target has no day by which it is due"),
    Why.NO_TIME: _("the baseline is not before the day on which the target is due"),
}

TREND: dict[Trend, tuple[str, Any]] = {
    Trend.TOWARDS: ("↗", _("towards the target")),
    Trend.AWAY: ("↘", _("away from the target")),
    Trend.STILL: ("→", _("unchanged")),
}
"""An arrow, and the same in words. Upwards means nearer, whether the numbers rise or fall."""

DIRECTION: dict[str, Any] = {"at_least": _("at least"), "at_most": _("at most")}

BASIS: dict[str, Any] = {
    "read": "",
    "secondary": _("This wording was read in a copy by others, not in the original."),
    "recalled": _("This wording is from memory; the original was not read."),
}
