"""Presentation of sent reports to their sender: table, page, plots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vaern.node.reports.forwarding import labels
from vaern.node.web.charts import Bars, Lines
from vaern.node.web.components import Chip, Definitions, Empty, Part, Score, Timeline, When
from vaern.node.web.components import Event as Moment
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.reports.forwarding.sent import Sent, Summary
    from vaern.node.reports.models import Report
    from vaern.node.web.paging import Page
from vaern.node.reports.forwarding.presenters import _own

MISSING = 3
"""Of what was missing, what a row of the list names."""


def sent_table(found: Iterable[Sent], page: Page[Report]) -> Table:
    """Return the table of a sender's reports."""
    return Table(
        caption=_("Reports that your organisation sent"),
        columns=[
            Column(_("Your reference"), sort="reference"),
            Column(_("Desk"), sort="desk"),
            Column(_("Status")),
            Column(_("Completeness"), sort="completeness"),
            Column(_("Missing")),
            Column(_("Outcome")),
            Column(_("Arrived"), sort="arrived"),
        ],
        rows=[
            Row(
                [
                    one.name or _("Without"),
                    one.desk,
                    labels.status(one.status),
                    completeness(one, compact=True),
                    _missing(one),
                    labels.chips(one.outcome, safeguarded=one.safeguarded) if one.outcome else "",
                    When(one.arrived_at),
                ],
                url=reverse("reports:sent-report", args=[one.id]),
            )
            for one in found
        ],
        page=page,
        empty=Empty(_("Nothing was sent"), _("Reports that your organisation sends to a desk are listed here.")),
        id="sent",
    )


def _missing(one: Sent) -> str:
    """Return the first that was missing, and how many more; their labels hold commas."""
    said = "; ".join(_(label) for _code, label in one.missing[:MISSING])
    more = len(one.missing) - MISSING
    return _("%(said)s; and %(count)s more") % {"said": said, "count": more} if more > 0 else said


def completeness(one: Sent, *, compact: bool = False) -> Score:
    """Return the completeness score of a report with its lines."""
    parts = [Part(_(line.get("label", line["code"])), line["points"]) for line in one.lines]
    return Score(parts, label=_("Completeness"), compact=compact)


def sent_context(one: Sent) -> dict[str, Any]:
    """Return the context of a sent report's page."""
    return {
        "one": one,
        "missing": [_(label) for _code, label in one.missing],
        "facts": Definitions(
            [
                *([(_("Your report"), _own(one.own))] if one.own else []),
                (_("Your reference"), one.reference or _("Without")),
                (_("Desk"), one.desk),
                (_("Arrived"), When(one.arrived_at)),
                (_("Status"), labels.status(one.status)),
                *([(_("Outcome"), labels.chips(one.outcome, safeguarded=one.safeguarded))] if one.outcome else []),
                (_("Usable"), Chip(_("Yes"), "good") if one.usable else Chip(_("Hardly"), "warning")),
            ]
        ),
        "score": completeness(one),
        "history": Timeline(
            [Moment(at, labels.outcome(code)) for code, at in reversed(one.history)], _("What came home")
        )
        if one.history
        else None,
    }


def summary_plots(summary: Summary) -> dict[str, Any]:
    """Return the plots of the share of usable reports over time, and of what was most often missing."""
    return {
        "total": summary.total,
        "plot": Lines(
            _("Share of your reports that a desk could act on"),
            [(date_format(month, "YEAR_MONTH_FORMAT"), share) for month, share in summary.shares],
            "%",
        ),
        "missing": Bars(
            _("What was most often missing"),
            [(_(label), times) for _code, label, times in summary.missing],
            _("Reports"),
        ),
    }
