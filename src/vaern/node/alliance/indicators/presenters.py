"""What the pages of indicators show of values: cells, charts, and why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from vaern.node.alliance.base.words import COUNTS, WHOLE, at, figure, period_label, worded
from vaern.node.alliance.indicators import drawings, labels
from vaern.node.alliance.indicators.records import SIZE
from vaern.node.alliance.rules import definitions
from vaern.node.alliance.rules.measures import MEASURES
from vaern.node.web.components import Chip, Definitions, Empty, Link
from vaern.node.web.paging import Page
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from vaern.node.alliance.indicators.queries import Overview, Sheet
    from vaern.node.alliance.indicators.records import Behind
    from vaern.node.alliance.models import Declared, Value


COLUMNS = 6
"""How many periods the table of the members shows, the latest last; the charts show more."""


def cell(definition: definitions.Definition, value: Value | None) -> Any:
    """Return a value as a cell: the number with what it is made of, or why there is none."""
    if definition.kind == "declared":
        return _why(_("Members declare it"))
    if value is None:
        return 0 if definition.kind in COUNTS else _why(labels.MISSING["nothing"])
    if value.value is None:
        return _why(labels.MISSING[value.missing])
    number = figure(value.value, 0 if definition.kind in COUNTS else 1)
    shown = f"{number} %" if definition.unit == "percent" else number
    if definition.kind == "share":
        of = f"{number_format(value.numerator or 0)}/{number_format(value.denominator or 0)}"
        return format_html('{} <span class="quiet">{}</span>', shown, of)
    return shown


def _why(reason: object) -> Any:
    """Return why there is no value, as text that may wrap: columns of figures are narrow."""
    return format_html('<span class="quiet why">{}</span>', reason)


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
                worded(row.definition.name),
                labels.UNITS[row.definition.unit],
                *(cell(row.definition, value) for value in row.of_all),
                *(cell(row.definition, value) for value in row.own),
                Link(worded(by_code[row.definition.beside].name), at(row.definition.beside))
                if row.definition.beside
                else "–",
            ],
            at(row.definition.code),
        )
        for row in found.rows
    ]
    nothing = Empty(_("No values yet"), _("They are computed from the ledger every five minutes."))
    return {
        "table": Table(_("Indicators"), heads, rows, empty=nothing, id="indicators"),
        "version": definitions.current().version,
        "as_of": found.as_of,
    }


def sheet_context(found: Sheet) -> dict[str, Any]:
    """Return what the page of one indicator shows."""
    one = found.definition
    context = {
        "one": one,
        "name": worded(one.name),
        "question": worded(one.question),
        "weakness": worded(one.weakness),
        "table": _by_member(found),
        "charts": drawings.charts(found),
        "definition": _definition(one),
        "splits": _splits(found),
        "rest": _rest(found),
        "declared": _declared(found),
        "records": _records(found),
    }
    if one.beside:
        other = definitions.current().by_code[one.beside]
        if found.beside:
            context["beside"] = drawings.over_time(other, found.period, found.starts, [(_("Alliance"), found.beside)])
        context["beside_link"] = Link(worded(other.name), at(other.code))
    return context


def _by_member(found: Sheet) -> Table | Empty:
    if not found.starts:
        return Empty(_("No values yet"), _("They are computed from the ledger every five minutes."))
    one, starts = found.definition, found.starts[-COLUMNS:]
    said = {(member, start): each for (member, kind, start), each in found.declared.items() if kind == found.period}
    rows = [Row([_("Alliance"), *(cell(one, found.of_all.get(start)) for start in starts)])]
    rows += [
        Row([str(who), *(declared_beside(one, own.get(start), said.get((who.pk, start))) for start in starts)])
        for who, own in found.members
    ]
    names = [period_label(found.period, start) for start in starts]
    heads = [Column(_("Member")), *(Column(name, numeric=True) for name in names)]
    return Table(_("By member"), heads, rows, id="members", show_caption=True)


def declared_beside(definition: definitions.Definition, value: Value | None, declared: Declared | None) -> Any:
    """Return the cell of a computed value, with what the member declares beside it: they are never mixed."""
    computed = cell(definition, value)
    if declared is None:
        return computed
    if declared.value is None:
        said = _("Declared: no number. %(why)s") % {"why": declared.why}
    else:
        decimals = 0 if definition.kind in WHOLE else 1
        said = _("Declared: %(value)s") % {"value": figure(declared.value, decimals)}
    return format_html("{} {}", computed, Chip(said, "info"))


def _declared(found: Sheet) -> Table | None:
    """Return all that members declare, each by its own period, which need not be one that is computed or shown."""
    if not found.declared:
        return None
    one = found.definition
    rows = [
        Row([str(said.reply.member), period_label(kind, start), _number_declared(one, said), said.source or "–"])
        for (_member, kind, start), said in sorted(
            found.declared.items(), key=lambda pair: (str(pair[1].reply.member), pair[1].period)
        )
    ]
    heads = [Column(_("Member")), Column(_("Period")), Column(_("Declared"), numeric=True), Column(_("Source"))]
    return Table(_("Declared by members themselves"), heads, rows, id="declared", show_caption=True)


def _number_declared(definition: definitions.Definition, declared: Declared) -> Any:
    """Return a declared number in its unit, or why there is none."""
    if declared.value is None:
        return _why(declared.why)
    number = figure(declared.value, 0 if definition.kind in WHOLE else 1)
    return f"{number} %" if definition.unit == "percent" else number


def _records(found: Sheet) -> list[Link]:
    """Return where the viewer's own records of each period are, the latest period first."""
    one = found.definition
    if one.code not in MEASURES:
        return []
    return [
        Link(period_label(found.period, start), reverse("alliance:behind", args=[one.code, found.period, start]))
        for start in reversed(found.starts)
    ]


def _definition(one: definitions.Definition) -> Definitions:
    return Definitions(
        [
            (_("Formula"), worded(one.formula)),
            (_("Population"), worded(one.counted)),
            (_("Period"), worded(one.period)),
            (_("Exclusions"), worded(one.exclusions)),
            (_("Known weakness"), worded(one.weakness)),
            (_("Version of the definitions"), definitions.current().version),
            (_("Kind"), _("Declared by members") if one.kind == "declared" else _("Computed from the ledger")),
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
    named = {"name": worded(one.name), "code": one.code, "period": period_label(period, start)}
    if found is None:
        return {**named, "total": None}
    rows = [
        Row(
            [
                str(each.subject)[:8] if each.subject else _("Of another organisation; not open to yours any more"),
                each.item or "–",
                date_format(localtime(each.at), "SHORT_DATETIME_FORMAT"),
                _("Yes") if each.hit else _("No"),
            ],
            _record_url(one.population, each.subject),
        )
        for each in found.rows
    ]
    heads = [
        Column(labels.POPULATIONS[one.population]),
        Column(_("Item")),
        Column(_("Counted by")),
        Column(_("In the numerator")),
    ]
    table = Table(
        _("Records of your organisation"),
        heads,
        rows,
        empty=Empty(_("None of your records is in this value")),
        id="behind",
        page=Page(
            [],
            str(found.first + SIZE) if found.first + SIZE < found.total else "",
            str(found.first - SIZE) if found.first >= SIZE else "",
        ),
    )
    return {**named, "total": found.total, "table": table}


_PAGES = {
    "series": "victims:series",
    "reports": "reports:report",
    "locations": "reports:report",
    "cases": "cases:case",
    "requests": "cases:request",
    "preservations": "cases:case",
}


def _record_url(population: str, subject: UUID | None) -> str:
    return reverse(_PAGES[population], args=[subject]) if subject else ""
