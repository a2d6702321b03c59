"""What people read of the desk's numbers, and what each of them counts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.reports.rules.figures import Step

STEPS: dict[Step, Any] = {
    Step.LOOK: _("First look"),
    Step.CONCLUSION: _("Conclusion"),
    Step.NOTICE: _("First notice to a host"),
    Step.REMOVAL: _("Removal"),
}

BANDS: tuple[Any, ...] = (
    _("Under 1 day"),
    _("1 to 3 days"),
    _("3 to 7 days"),
    _("7 to 30 days"),
    _("30 days or more"),
)

SOURCES: dict[str, Any] = {
    "public": _("The public"),
    "own": _("The desk itself"),
    "hotline": _("Hotlines"),
    "police": _("Police"),
    "platform": _("Platforms"),
    "hub": _("The hub"),
    "other": _("Others"),
}

DEFINITIONS: tuple[tuple[Any, Any], ...] = (
    (
        _("Open"),
        _(
            "Reports in a state in which somebody has something to do: neither closed nor set aside as a repetition. "
            "Their age runs from the arrival."
        ),
    ),
    (
        _("Open at the end of a week"),
        _(
            "Reports that had arrived by then and were not closed by then, as they stand today: one that was opened "
            "again counts as open all the while, and one that was set aside as a repetition never counts."
        ),
    ),
    (_("Arrived, closed"), _("In the week from Monday on, by the node’s clock. Repetitions arrive too.")),
    (
        _("First look"),
        _(
            "From the arrival until a person of this desk first opened or claimed the report. What strangers send has "
            "its arrival rounded to the hour, or to five minutes if it is urgent; a time below zero counts as none."
        ),
    ),
    (_("Conclusion"), _("From the arrival to the conclusion that stands. A conclusion that was taken back is none.")),
    (
        _("First notice to a host"),
        _("From the arrival of the report to the first notice, for each of its locations."),
    ),
    (
        _("Removal"),
        _(
            "From the arrival of the report until the location was offline, for each of its locations. “Time to "
            "removal” counts from the first notice instead."
        ),
    ),
    (
        _("Median and 90th percentile"),
        _(
            "By nearest rank, of what came to this step in the period or week; “of” says how many that are. What has "
            "not come there yet is in none of them."
        ),
    ),
    (
        _("Hosts"),
        _("By their first notice in the period; times run from it. Slow is who leaves much up 72 hours after it."),
    ),
    (
        _("Second and third views"),
        _("Reports of which a second or, after two that differed, a third person gave their view in the period."),
    ),
    (
        _("Works on now"),
        _(
            "Claims that hold now, by name, so that work can be shared out. Nothing is counted over time by person, "
            "and nobody is ranked."
        ),
    ),
    (
        _("Erased since"),
        _("What statistics keep of reports of these months that are gone. They are in no other number on this page."),
    ),
)
