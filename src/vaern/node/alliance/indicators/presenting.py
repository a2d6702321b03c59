"""What the pages of indicators show of values: cells, charts, and why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaern.node.alliance.frame.rules import said
from vaern.node.alliance.indicators import definitions, labels
from vaern.node.alliance.indicators.measures import MEASURES
from vaern.node.web.charts import Lines
from vaern.node.web.components import Chip, Definitions, Empty, Link
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.alliance.frame.rules import Text
    from vaern.node.alliance.indicators.queries import Behind, Overview, Sheet
    from vaern.node.alliance.models import Value

COUNTS = frozenset({"count", "stock"})


def worded(text: Text) -> str:
    """Return a text in the language of the page."""
    return said(text, get_language() or "en")


def period_label(period: str, start: date) -> str:
    """Return how a period is called."""
    if period == "year":
        return str(start.year)
    if period == "quarter":
        return _("%(year)s, quarter %(n)s") % {"year": start.year, "n": (start.month + 2) // 3}
    return date_format(start, "YEAR_MONTH_FORMAT")


def figure(number: float, decimals: int = 1) -> str:
    """Return a number, rounded: Django's own formatting cuts off."""
    return number_format(round(number, decimals), decimals, force_grouping=True)


def cell(definition: definitions.Definition, value: Value | None) -> Any:
    """Return a value as a cell: the number with what it is made of, or why there is none."""
    if value is None:
        return 0 if definition.kind in COUNTS else Chip(labels.MISSING["nothing"])
    if value.value is None:
        return Chip(labels.MISSING[value.missing])
    number = figure(value.value, 0 if definition.kind in COUNTS else 1)
    shown = f"{number} %" if definition.unit == "percent" else number
    if definition.kind == "share":
        of = f"{number_format(value.numerator or 0)}/{number_format(value.denominator or 0)}"
        return format_html('{} <span class="quiet">{}</span>', shown, of)
    return shown


def at(code: str) -> str:
    """Return the address of an indicator's page."""
    return reverse("alliance:indicator", args=[code])


def overview_context(found: Overview) -> dict[str, Any]:
    """Return what the page of all indicators shows."""
    by_code = definitions.current().by_code
    heads = [Column(_("Indicator")), Column(_("Unit"))]
    heads += [Column(_("Alliance, %(year)s") % {"year": year.year}, numeric=True) for year in found.years]
    if found.member:
        heads += [
            Column(_("%(country)s, %(year)s") % {"country": found.member, "year": year.year}, numeric=True)
            for year in found.years
        ]
    heads.append(Column(_("Read beside it")))
    rows = [
        Row(
            [
                worded(row.definition.name), labels.UNITS[row.definition.unit],
                *(cell(row.definition, value) for value in row.of_all),
                *(cell(row.definition, value) for value in row.own),
                Link(worded(by_code[row.definition.beside].name), at(row.definition.beside))
                if row.definition.beside else "–",
            ],
            at(row.definition.code),
        )
        for row in found.rows
    ]  # fmt: skip
    nothing = Empty(_("No values yet"), _("They are computed from the ledger every five minutes."))
    return {
        "table": Table(_("Indicators"), heads, rows, empty=nothing, id="indicators"),
        "version": definitions.current().version,
        "as_of": found.as_of,
    }


def sheet_context(found: Sheet) -> dict[str, Any]:
    """Return what the page of one indicator shows."""
    one = found.definition
    names = [period_label(found.period, start) for start in found.starts]
    rows = [Row([_("Alliance"), *(cell(one, found.of_all.get(start)) for start in found.starts)])]
    rows += [
        Row([str(member), *(cell(one, by_start.get(start)) for start in found.starts)])
        for member, by_start in found.members
    ]
    heads = [Column(_("Member")), *(Column(name, numeric=True) for name in names)]
    nothing = Empty(_("No values yet"), _("They are computed from the ledger every five minutes."))
    context = {
        "one": one, "name": worded(one.name), "question": worded(one.question), "weakness": worded(one.weakness),
        "table": Table(_("By member"), heads, rows, id="members") if found.starts else nothing,
        "chart": _chart(one, found.period, found.of_all, found.starts),
        "definition": _definition(one),
        "splits": _splits(found), "rest": _rest(found),
        "has_records": one.code in MEASURES,
    }  # fmt: skip
    if one.beside:
        other = definitions.current().by_code[one.beside]
        context["beside"] = _chart(other, found.period, found.beside, found.starts)
        context["beside_link"] = Link(worded(other.name), at(other.code))
    return context


def _chart(one: definitions.Definition, period: str, values: dict[date, Value], starts: Any) -> Lines | None:
    points = [
        (period_label(period, start), value.value)
        for start in starts
        if (value := values.get(start)) is not None and value.value is not None
    ]
    return Lines(worded(one.name), points, labels.UNITS[one.unit]) if len(points) > 1 else None


def _definition(one: definitions.Definition) -> Definitions:
    return Definitions(
        [
            (_("Formula"), worded(one.formula)),
            (_("Population"), worded(one.counted)),
            (_("Period"), worded(one.period)),
            (_("Exclusions"), worded(one.exclusions)),
            (_("Source"), ", ".join(one.source)),
            (_("Known weakness"), worded(one.weakness)),
            (_("Version of the definitions"), definitions.current().version),
            (_("Kind"), _("Computed from the ledger")),
        ]
    )


def _splits(found: Sheet) -> Table | None:
    if not found.splits:
        return None
    one = found.definition
    heads = [Column(labels.SPLITS[one.split]), Column(period_label(found.period, found.starts[-1]), numeric=True)]
    heads.append(Column(_("Without the largest source"), numeric=True))
    rows = [Row([value.split.upper(), cell(one, value), _without(value)]) for value in found.splits]
    return Table(labels.SPLITS[one.split], heads, rows, id="splits")


def _without(value: Value) -> str:
    if not value.rest or value.rest["value"] is None:
        return "–"
    return f"{figure(value.rest['value'])} %"


def _rest(found: Sheet) -> str:
    value = found.of_all.get(found.starts[-1]) if found.starts else None
    if value is None or not value.rest or value.rest["value"] is None:
        return ""
    return _("Without its largest source, which is %(share)s %% of the whole, the last period is %(value)s %%.") % {
        "share": figure(value.rest["largest"]),
        "value": figure(value.rest["value"]),
    }


def behind_context(one: definitions.Definition, period: str, start: date, found: Behind | None) -> dict[str, Any]:
    """Return what the page of the records behind a value shows."""
    if found is None:
        return {"name": worded(one.name), "code": one.code, "period": period_label(period, start), "total": None}
    rows = [
        Row([str(subject)[:8], item or "–", date_format(moment, "SHORT_DATETIME_FORMAT"), _("Yes") if hit else _("No")],
            _record_url(one.population, subject))
        for subject, item, moment, hit in found.rows
    ]  # fmt: skip
    heads = [
        Column(labels.POPULATIONS[one.population]),
        Column(_("Item")),
        Column(_("Counted by")),
        Column(_("In the numerator")),
    ]
    nothing = Empty(_("None of your records is in this value"))
    return {
        "name": worded(one.name), "code": one.code, "period": period_label(period, start), "total": found.total,
        "table": Table(_("Records of your organisation"), heads, rows, empty=nothing, id="behind"),
    }  # fmt: skip


_PAGES = {"series": "victims:series", "reports": "reports:report", "locations": "reports:report"}


def _record_url(population: str, subject: Any) -> str:
    name = _PAGES.get(population)
    return reverse(name, args=[subject]) if name else ""
