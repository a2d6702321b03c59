"""From indicators of lists to what their page and their file show."""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.formats.csv_write import CsvWriter
from vaern.node.lists.base.pages import at_list
from vaern.node.lists.rules.indicators import LONGEST, MEDIAN, Indicator
from vaern.node.organisations.countries import named
from vaern.node.web.charts import Bars, Lines
from vaern.node.web.components import Empty
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from vaern.node.lists.models import HashList, ListIndicator

FILE = ("list", "month", "indicator", "key", "value")
MONTHLY: dict[Indicator, Any] = {
    Indicator.VOTES: gettext_lazy("Votes by month"),
    Indicator.LOOKUPS: gettext_lazy("Look-ups by month"),
    Indicator.HITS: gettext_lazy("Hits by month"),
    Indicator.RECALLS: gettext_lazy("Recalls by month"),
}

EVERYWHERE = frozenset(
    {
        Indicator.RECALLED_EVERYWHERE,
        Indicator.RECALLS_OUT,
        Indicator.RELEASED_EVERYWHERE,
        Indicator.RELEASES_OUT,
        Indicator.SILENT,
    }
)


def context(found: Sequence[ListIndicator]) -> dict[str, Any]:
    """Return what the page of the indicators shows."""
    latest = max((one.month for one in found), default=None)
    now = [one for one in found if one.month == latest]
    return {
        "charts": [*_standing(now), *(_by_month(found, code) for code in MONTHLY)] if found else [],
        "table": _by_list(found, latest),
        "everywhere": _everywhere(now),
    }


def _standing(now: Sequence[ListIndicator]) -> Iterable[Bars]:
    sources, countries = _sum(now, Indicator.SOURCES), _sum(now, Indicator.COUNTRIES)
    yield Bars(_("Entries by source"), sorted((key or _("Not said"), n) for key, n in sources.items()))
    yield Bars(
        _("Entries by country"), sorted((named(key) if key else _("Not said"), n) for key, n in countries.items())
    )


def _sum(found: Iterable[ListIndicator], code: Indicator) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in found:
        if one.code == code.value:
            total[one.key] += one.value
    return total


def _by_month(found: Sequence[ListIndicator], code: Indicator) -> Lines:
    months: Counter[date] = Counter({one.month: 0 for one in found})
    for one in found:
        if one.code == code.value:
            months[one.month] += one.value
    return Lines(MONTHLY[code], [(month_named(month), months[month]) for month in sorted(months)])


def month_named(month: date) -> str:
    """Return a month as people read it."""
    return date_format(month, "YEAR_MONTH_FORMAT")


def _by_list(found: Sequence[ListIndicator], latest: date | None) -> Table:
    """Return the latest month of each list, in the order of their titles."""
    lists: dict[HashList, list[ListIndicator]] = defaultdict(list)
    for one in found:
        if one.month == latest:
            lists[one.list].append(one)
    caption = _("Lists in %(month)s") % {"month": month_named(latest)} if latest else _("Lists")
    codes = (Indicator.SOURCES, Indicator.VOTES, Indicator.LOOKUPS, Indicator.HITS, Indicator.RECALLS)
    return Table(
        caption=caption,
        show_caption=True,
        columns=[
            Column(_("List")),
            Column(_("Entries that are matched"), numeric=True),
            Column(_("Votes"), numeric=True),
            Column(_("Look-ups"), numeric=True),
            Column(_("Hits"), numeric=True),
            Column(_("Recalls"), numeric=True),
            Column(_("A recall reached every process of this machine after"), numeric=True),
            Column(_("The slowest new entry of a day did after"), numeric=True),
        ],
        rows=[
            Row(
                [
                    one.title,
                    *(_sum(rows, code).total() for code in codes),
                    *(_reached(rows, code) for code in (Indicator.TO_DISK, Indicator.ADDED_TO_DISK)),
                ],
                url=at_list(one),
            )
            for one, rows in lists.items()
        ],
        empty=Empty(_("No number yet"), _("Lists are counted each night.")),
        id="indicators",
        fixed=True,
    )


def _everywhere(now: Iterable[ListIndicator]) -> Table | None:
    """Return how long recalls and releases of the latest month took until the last subscriber; None without any."""
    lists: dict[HashList, list[ListIndicator]] = defaultdict(list)
    for one in now:
        if one.code in EVERYWHERE:
            lists[one.list].append(one)
    if not lists:
        return None
    return Table(
        caption=_("Until every process of this machine and the last subscriber had it"),
        show_caption=True,
        columns=[
            Column(_("List")),
            Column(_("A recall"), numeric=True),
            Column(_("Recalls not everywhere yet"), numeric=True),
            Column(_("A signed release"), numeric=True),
            Column(_("Signed releases not everywhere yet"), numeric=True),
            Column(_("Subscribers who have not acknowledged one of these"), numeric=True),
        ],
        rows=[
            Row(
                [
                    one.title,
                    _reached(rows, Indicator.RECALLED_EVERYWHERE),
                    _sum(rows, Indicator.RECALLS_OUT).total(),
                    _reached(rows, Indicator.RELEASED_EVERYWHERE),
                    _sum(rows, Indicator.RELEASES_OUT).total(),
                    _sum(rows, Indicator.SILENT).total(),
                ],
                url=at_list(one),
            )
            for one, rows in lists.items()
        ],
        id="everywhere",
        fixed=True,
    )


def _reached(rows: Sequence[ListIndicator], code: Indicator) -> str:
    taken = _sum(rows, code)
    if not taken:
        return "–"
    said = {"median": lasting(taken[MEDIAN]), "longest": lasting(taken[LONGEST])}
    return _("%(median)s, at most %(longest)s") % said


def lasting(milliseconds: int) -> str:
    """Return how long something took, in the largest unit of which there are two."""
    seconds = milliseconds / 1000
    for unit, said in ((86_400, _("%(n)s days")), (3_600, _("%(n)s h")), (60, _("%(n)s min"))):
        if seconds >= 2 * unit:
            return said % {"n": number_format(seconds / unit, 1)}
    return _("%(n)s s") % {"n": number_format(seconds, 1)}


def as_csv(found: Iterable[ListIndicator]) -> bytes:
    """Return all numbers as CSV, one a row, with codes."""
    out = io.StringIO(newline="")
    lines = CsvWriter(out)
    lines.row(FILE)
    lines.rows([one.list.name, f"{one.month:%Y-%m}", one.code, one.key, one.value] for one in found)
    return out.getvalue().encode()
