"""Removal statistics as tables: results of takedowns, and times to removal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from vaern.node.organisations import countries
from vaern.node.organisations.queries import country_names
from vaern.node.web.charts import Bars
from vaern.node.web.components import Definitions, Empty, rounded
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from datetime import timedelta

    from vaern.node.reports.takedown.queries import HoldsCounted
    from vaern.node.reports.takedown.removal_times import Gone
    from vaern.node.reports.takedown.statistics import Removal, Times


def statistics_context(found: Removal, held: HoldsCounted) -> dict[str, Any]:
    """Return the context of the statistics page."""
    rows = [(_("All hosts"), found.whole)]
    if found.largest:
        rows.append((_("Without the largest, %(name)s") % {"name": found.largest}, found.without_largest))
    rows += [(times.name, times) for times in found.hosts]
    heads = [
        Column(_("Hosting provider")),
        *(
            Column(label, numeric=True)
            for label in (
                _("Notified"),
                _("Gone"),
                _("Within 24 h"),
                _("Within 72 h"),
                _("Within 7 days"),
                _("Median"),
                _("90th percentile"),
            )
        ),
    ]
    return {
        "table": Table(
            caption=_("Time to removal"),
            columns=heads,
            rows=[Row([name, *_cells(times)]) for name, times in rows],
            id="times",
        ),
        "chart": Bars(
            _("Gone, of what was notified"),
            [
                (label, round(100 * (share or 0), 1))
                for label, share in zip(
                    (_("Within 24 h"), _("Within 72 h"), _("Within 7 days")), found.whole.shares, strict=True
                )
            ],
            "%",
            full=100,
        ),
        "facts": Definitions(
            [
                (_("Gone before the first notice, and in none of the times"), found.early),
                (_("Locations that came back"), found.reappeared),
                (_("Police holds"), held.count),
                (_("Police holds running now"), held.running),
                (_("Holds by other desks"), held.elsewhere),
                (_("Held in all"), rounded(held.held)),
            ]
        ),
    }


def kept_table(found: list[Gone]) -> Table:
    """Return the table of erased locations, by month of the first notice and country of the host."""
    known = country_names()
    heads = (
        _("Notified"),
        _("Within 24 h"),
        _("Within 72 h"),
        _("Within 7 days"),
        _("Of the largest host"),
        _("Gone before the notice"),
        _("Came back"),
    )
    return Table(
        caption=_("Of reports that were erased since"),
        columns=[Column(_("Month")), Column(_("Country")), *(Column(head, numeric=True) for head in heads)],
        rows=[
            Row(
                [
                    date_format(gone.month, "YEAR_MONTH_FORMAT"),
                    countries.named(gone.country.upper().strip("-"), known),
                    gone.hosts.total(),
                    *(gone.within(hours) for hours in (24, 72, 168)),
                    max(gone.hosts.values(), default=0),
                    gone.early,
                    gone.reappeared,
                ]
            )
            for gone in found
        ],
        id="erased",
        empty=Empty(_("Nothing is erased yet"), _("The numbers of what was notified stay here when its report goes.")),
    )


def _cells(times: Times) -> list[Any]:
    return [
        times.notified,
        times.gone,
        *(_share(share) for share in times.shares),
        _span(times.median),
        _span(times.ninetieth),
    ]


def _share(share: float | None) -> str:
    return "–" if share is None else f"{number_format(round(100 * share, 1), 1)} %"


def _span(span: timedelta | None) -> str:
    return "–" if span is None else rounded(span)
