"""The reports that are concluded together, as the page shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from vaern.node.base.sealing import Unsealable
from vaern.node.reports.assessment.presenters import earlier_says, list_says
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.base.precedents import earlier, listed
from vaern.node.reports.desk import labels
from vaern.node.web.components import When
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.reports.assessment.together import Line
    from vaern.node.reports.models import Report

MOST_SAID = 3
"""Items of a report of which the page says what is known."""


def lines_table(lines: Sequence[Line]) -> Table:
    """Return the chosen reports: what each sender says and what is known of its items, or why it is left out."""
    return Table(
        caption=_("Chosen reports"),
        columns=[
            Column(_("Report")),
            Column(_("What, and from whom")),
            Column(_("In their words")),
            Column(_("What is known of it")),
            Column(_("Items"), numeric=True),
            Column(_("Arrived")),
        ],
        rows=[
            Row(
                [
                    line.report.code,
                    f"{labels.OFFENCES[line.report.offence]} · {_from(line.report)}",
                    line.obstacle or _words(line.report),
                    "" if line.obstacle else _known(line),
                    len(line.items),
                    When(line.report.created_at),
                ],
                url=reverse("reports:report", args=[line.report.pk]),
                tone="warning" if line.obstacle else "",
            )
            for line in lines
        ],
        id="together",
    )


def _from(report: Report) -> object:
    return report.sender.name if report.sender else labels.DOCUMENTS[report.document]


def _words(report: Report) -> str:
    """Return what the sender says, or that it does not open."""
    try:
        arrival = arrival_of(report)
    except Unsealable:
        return _("It does not open.")
    return " ".join(filter(None, (arrival.danger_text, arrival.narrative))) or "–"


def _known(line: Line) -> object:
    """Return what lists and earlier reports say of the first items."""
    drawn = earlier(line.items[:MOST_SAID])
    said = []
    for item in line.items[:MOST_SAID]:
        if (of_list := listed(item)) is not None:
            said.append(list_says(of_list.name, of_list.release, of_list.value))
        elif item.pk in drawn:
            said.append(earlier_says(drawn[item.pk]))
    return format_html_join("", "<p>{}</p>", ((one,) for one in dict.fromkeys(said))) or "–"
