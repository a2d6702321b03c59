"""From the indicators of all lists together to what the secretariat's page shows."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from vaern.formats.csv_write import CsvWriter
from vaern.node.lists.indicators.presenters import lasting, month_named
from vaern.node.lists.rules.indicators import LONGEST, Indicator, told, total_of
from vaern.node.organisations.countries import named
from vaern.node.web.components import Empty
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from vaern.node.lists.indicators.queries import OfAlliance

FILE = ("month", "indicator", "key", "value")
TOTALS = {
    Indicator.COUNTRIES: "entries",
    Indicator.VOTES: "votes",
    Indicator.LOOKUPS: "look_ups",
    Indicator.HITS: "hits",
    Indicator.RECALLS: "recalls",
}
"""What the file calls the totals; parts are called as their indicator is."""

COUNTED = tuple(TOTALS)
"""In the order of the columns; the first is how many entries there are."""

TIMED = (Indicator.TO_DISK, Indicator.ADDED_TO_DISK)
EVERYWHERE = (Indicator.RECALLED_EVERYWHERE, Indicator.RELEASED_EVERYWHERE)
OUT = (Indicator.RECALLS_OUT, Indicator.RELEASES_OUT)

TOLD = {**TOTALS, **{code: code.value for code in OUT}}
"""All totals of the file."""


def context(found: OfAlliance) -> dict[str, Any]:
    """Return what the page shows."""
    latest = found.counts[max(found.counts)] if found.counts else {}
    countries, sources = latest.get(Indicator.COUNTRIES, {}), latest.get(Indicator.SOURCES, {})
    return {
        "lists": found.lists,
        "organisations": found.organisations,
        "tables": [
            _by_month(found),
            _everywhere(found),
            _parts(_("Entries by country"), _("Country"), countries, _country, id="countries"),
            _parts(_("Entries by source"), _("Source"), sources, _source, id="sources"),
        ],
    }


def as_csv(found: OfAlliance) -> bytes:
    """Return what the page shows as CSV, one number a row, with codes; what is not told has no value."""
    out = io.StringIO(newline="")
    lines = CsvWriter(out)
    lines.row(FILE)
    lines.rows(row for month in sorted(found.counts) for row in _rows(found, month))
    return out.getvalue().encode()


def _rows(found: OfAlliance, month: date) -> Iterator[tuple[object, ...]]:
    counts, when = found.counts[month], f"{month:%Y-%m}"
    for code, name in TOLD.items():
        yield when, name, "", _value(total_of(counts.get(code, {})))
    for code in (Indicator.COUNTRIES, Indicator.SOURCES):
        for key, value in sorted(told(counts.get(code, {})).items()):
            yield when, code.value, key, _value(value)
    for code in (*TIMED, *EVERYWHERE):
        if (month, code) in found.longest:
            yield when, code.value, LONGEST, found.longest[month, code]


def _value(count: int | None) -> object:
    return "" if count is None else count


def _country(code: str) -> str:
    return str(named(code)) if code else _("Not said")


def _source(name: str) -> str:
    return name or _("Not said")


def _by_month(found: OfAlliance) -> Table:
    return Table(
        caption=_("All lists together, by month"),
        show_caption=True,
        columns=[
            Column(_("Month")),
            Column(_("Entries that are matched"), numeric=True),
            Column(_("Votes"), numeric=True),
            Column(_("Look-ups"), numeric=True),
            Column(_("Hits"), numeric=True),
            Column(_("Recalls"), numeric=True),
            Column(_("The slowest recall was on disk after"), numeric=True),
            Column(_("The slowest new entry was on disk after"), numeric=True),
        ],
        rows=[
            Row(
                [
                    month_named(month),
                    *(_said(total_of(found.counts[month].get(code, {}))) for code in COUNTED),
                    *(_time(found, month, code) for code in TIMED),
                ]
            )
            for month in sorted(found.counts, reverse=True)
        ],
        empty=Empty(_("No number yet"), _("Lists are counted each night.")),
        id="months",
        fixed=True,
    )


def _everywhere(found: OfAlliance) -> Table:
    def out(month: date, code: Indicator) -> str:
        return _said(total_of(found.counts[month].get(code, {})))

    return Table(
        caption=_("Until every process and the last subscriber had it, by month"),
        show_caption=True,
        columns=[
            Column(_("Month")),
            Column(_("The slowest recall"), numeric=True),
            Column(_("Recalls not everywhere yet"), numeric=True),
            Column(_("The slowest signed release"), numeric=True),
            Column(_("Signed releases not everywhere yet"), numeric=True),
        ],
        rows=[
            Row(
                [
                    month_named(month),
                    _time(found, month, Indicator.RECALLED_EVERYWHERE),
                    out(month, Indicator.RECALLS_OUT),
                    _time(found, month, Indicator.RELEASED_EVERYWHERE),
                    out(month, Indicator.RELEASES_OUT),
                ]
            )
            for month in sorted(found.counts, reverse=True)
        ],
        empty=Empty(_("No number yet"), _("Lists are counted each night.")),
        id="everywhere",
        fixed=True,
    )


def _parts(caption: str, label: str, counts: Mapping[str, int], name: Callable[[str], str], *, id: str) -> Table:
    return Table(
        caption=caption,
        show_caption=True,
        columns=[Column(label), Column(_("Entries that are matched"), numeric=True)],
        rows=[Row(row) for row in sorted((name(key), _said(n)) for key, n in told(counts).items())],
        empty=Empty(_("Nothing to tell"), _("There are none yet, or so few of some that these could be worked out.")),
        id=id,
        fixed=True,
    )


def _said(count: int | None) -> str:
    return _("not told") if count is None else number_format(count, force_grouping=True)


def _time(found: OfAlliance, month: date, code: Indicator) -> str:
    taken = found.longest.get((month, code))
    return "–" if taken is None else lasting(taken)
