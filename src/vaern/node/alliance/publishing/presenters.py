"""What the public pages show of a release: cells, charts, tables. Only what the release tells comes in here."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from vaern.node.alliance.base.words import figure as rounded
from vaern.node.alliance.base.words import period_label, worded
from vaern.node.alliance.charts.by_member import Bar, ByMember
from vaern.node.alliance.charts.geometry import Gap
from vaern.node.alliance.charts.over_time import OverTime, Series
from vaern.node.alliance.charts.words import figure as number
from vaern.node.alliance.indicators import labels as words
from vaern.node.alliance.publishing import labels
from vaern.node.alliance.rules import definitions, frame, periods
from vaern.node.alliance.rules.releases import HEADLINES
from vaern.node.alliance.rules.suppression.cells import ALL, OTHER
from vaern.node.web.components import Chip, Definitions, Link
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.alliance.rules.definitions import Definition
    from vaern.node.alliance.rules.figures import Figure, Promise, Published
    from vaern.node.alliance.rules.frame import Target


def spoken(period: str) -> str:
    """Return a period as people read it."""
    return period_label(*periods.read(period))


def why(one: Figure | None) -> str:
    """Return why a cell has no number."""
    if one is None or not one.why:
        return str(labels.STATUSES["suppressed" if one and one.status == "suppressed" else "not_computable"])
    return str(words.MISSING.get(one.why, one.why))


def with_unit(definition: Definition, value: float) -> str:
    """Return a number with its unit where that is short."""
    return f"{rounded(value)} %" if definition.unit == "percent" else number(round(value, 1))


def cell(definition: Definition, one: Figure | None) -> Any:
    """Return a figure as a cell: the number, or why there is none."""
    if one is None or one.value is None:
        return Chip(why(one), "info" if one and one.status == "suppressed" else "neutral")
    return with_unit(definition, one.value)


def of_all(content: Published, code: str) -> OverTime | None:
    """Return an indicator of the alliance as a line over quarters, or years; None if there is nothing to draw."""
    one = definitions.version(content.definitions).by_code[code]
    kind = "year" if content.depth == "years" else "quarter"
    found = content.periods(kind)  # type: ignore[arg-type]
    if not found:
        return None
    known = content.of(code, ALL)
    if not known:
        return None
    line = Series(_("The alliance"), [_value(known.get(period)) for period in found])
    return OverTime(worded(one.name), [spoken(period) for period in found], [line], unit=words.UNITS[one.unit])


def _value(one: Figure | None) -> float | Gap:
    return one.value if one is not None and one.value is not None else Gap(why(one))


def chart_of(content: Published, target: Target) -> OverTime | ByMember | None:
    """Return the chart that stands for a policy target: its indicator, or what members have done."""
    if target.code in HEADLINES:
        return of_all(content, HEADLINES[target.code])
    goals = {goal.code for goal in target.goals}
    names = {row.code: row for row in content.members}
    bars = []
    for code in names:
        own = [one for one in content.promises if one.member == code and one.goal in goals]
        if own:
            done = sum(one.actions.get("done", 0) for one in own)
            planned = sum(one.actions.get("planned", 0) for one in own)
            bars.append(Bar(member_name(content, code), float(done), float(done + planned)))
    title = _("Actions done, of those that members commit themselves to")
    return ByMember(title, bars, unit=_("actions, declared")) if bars else None


def member_name(content: Published, code: str) -> str:
    """Return what a row is called."""
    if code == ALL:
        return _("The alliance")
    if code == OTHER:
        return _("Of no member")
    return next((worded({"en": row.en, "da": row.da}) for row in content.members if row.code == code), code)


def codes_of(content: Published, target: Target) -> list[str]:
    """Return the indicators of a policy target that a release knows, each with the one that is read beside it.

    What was defined after it is none of its, and of what members declare there is no number of the alliance.
    """
    by_code = definitions.version(content.definitions).by_code
    first = [HEADLINES[target.code]] if target.code in HEADLINES else []
    found = [code for goal in target.goals if goal.measure for code in goal.measure.indicators]
    both = [one for code in (*first, *found) for one in (code, by_code[code].beside if code in by_code else "") if one]
    return [code for code in dict.fromkeys(both) if code in by_code and by_code[code].kind != "declared"]


def summary(content: Published, codes: Sequence[str], release: str, id: str, of: str = "") -> Table:
    """Return indicators of the alliance by the last three years; each leads to its page in a release that is there."""
    by_code = definitions.version(content.definitions).by_code
    years = content.periods("year")[-3:]
    heads = [Column(_("Indicator")), Column(_("Unit")), *(Column(year, numeric=True) for year in years)]
    rows = []
    for code in codes:
        known = content.of(code, ALL)
        cells = [cell(by_code[code], known.get(year)) for year in years]
        url = (
            reverse("alliance:released-indicator", args=[release, code]) + f"?lang={get_language()}" if release else ""
        )
        rows.append(Row([worded(by_code[code].name), words.UNITS[by_code[code].unit], *cells], url))
    caption = _("The alliance by years, target %(n)s") % {"n": of} if of else _("The alliance by years")
    return Table(caption, heads, rows, id=id)


def promises(content: Published, target: Target) -> Table | None:
    """Return the commitments to a policy target."""
    goals = {goal.code: goal for goal in target.goals}
    found = [one for one in content.promises if one.goal in goals]
    if not found:
        return None
    heads = [
        Column(_("Member")),
        Column(_("Goal")),
        Column(_("Target")),
        Column(_("Value to reach"), numeric=True),
        Column(_("Last value told")),
        Column(pgettext("a day", "By")),
        Column(_("Standing")),
    ]
    rows = [
        Row(
            [
                member_name(content, one.member),
                goals[one.goal].number,
                one.target or one.requirement,
                "–" if one.value is None else f"{number(one.value)} {unit_of(one)}",
                _last(content, one),
                date.fromisoformat(one.due) if one.due else "–",
                standing(one),
            ]
        )
        for one in found
    ]
    caption = _("Commitments to target %(n)s") % {"n": target.number}
    return Table(caption, heads, rows, id=f"commitments-{target.code}")


def _last(content: Published, one: Promise) -> Any:
    """Return the last published value that a target is compared with, and what the member declared last.

    Only what the same release tells as declared stands here: not what it leaves out.
    """
    computed = "–" if one.now is None else f"{number(one.now)} {unit_of(one)}"
    said = [
        each
        for each in content.declared
        if (each.code, each.row) == (one.indicator, one.member) and each.status == "declared" and each.value is not None
    ]
    if not said:
        return computed
    latest = max(said, key=lambda each: periods.after(*periods.read(each.period)))
    shown = with_unit(definitions.version(content.definitions).by_code[latest.code], latest.value or 0.0)
    words = _("Declared by the member, %(period)s") % {"period": spoken(latest.period)}
    declared = format_html('{} <span class="why quiet">{}</span>', shown, words)
    return declared if one.now is None else format_html("{} · {}", computed, declared)


def unit_of(one: Promise) -> str:
    """Return the unit of a target as people read it."""
    return str(words.UNITS.get(one.unit, one.unit))


def standing(one: Promise) -> Any:
    """Return where a member stands, or why that cannot be computed."""
    chip = Chip(*labels.STANDINGS[one.standing])
    return format_html('{} <span class="why quiet">{}</span>', chip, labels.WHYS[one.why]) if one.why else chip


def targets(content: Published, release: str) -> list[dict[str, Any]]:
    """Return each policy target with its chart, its figures and its commitments."""
    found = []
    for target in frame.declaration(content.frame).targets:
        codes = codes_of(content, target)
        beside = definitions.current().by_code[HEADLINES[target.code]].beside if target.code in HEADLINES else ""
        found.append(
            {
                "number": target.number,
                "text": worded(target.text),
                "code": target.code,
                "chart": chart_of(content, target),
                "beside": of_all(content, beside) if beside else None,
                "table": summary(content, codes, release, f"figures-{target.code}", target.number) if codes else None,
                "promises": promises(content, target),
                "recalled": target.basis == "recalled",
            }
        )
    return found


def by_member(content: Published, definition: Definition, kind: str) -> Table | None:
    """Return one indicator by members and periods."""
    found = content.periods(kind)[-12:]  # type: ignore[arg-type]
    if not found:
        return None
    heads = [Column(_("Member")), *(Column(spoken(period), numeric=True) for period in found)]
    rows = []
    for row in (ALL, *(one.code for one in content.members), OTHER):
        known = content.of(definition.code, row)
        if known:
            rows.append(Row([member_name(content, row), *(cell(definition, known.get(period)) for period in found)]))
    return Table(_("By member"), heads, rows, id="by-member")


def declared(content: Published, definition: Definition) -> Table | None:
    """Return what members declared of one indicator."""
    found = [one for one in content.declared if one.code == definition.code]
    heads = [Column(_("Member")), Column(_("Period")), Column(_("Declared"), numeric=True), Column(_("Source"))]
    rows = [
        Row(
            [
                member_name(content, one.row),
                spoken(one.period),
                cell(definition, one),
                one.why if one.status == "declared" else "–",
            ]
        )
        for one in found
    ]
    return Table(_("Declared by members themselves"), heads, rows, id="declared") if rows else None


def definition(one: Definition, version: str) -> Definitions:
    """Return how an indicator is defined."""
    return Definitions(
        [
            (_("Formula"), worded(one.formula)),
            (_("Population"), worded(one.counted)),
            (_("Period"), worded(one.period)),
            (_("Exclusions"), worded(one.exclusions)),
            (_("Known weakness"), worded(one.weakness)),
            (_("Version of the definitions"), version),
        ]
    )


def explained() -> list[tuple[object, object]]:
    """Return what the four kinds of cells mean, in their order."""
    return [(labels.STATUSES[key], labels.EXPLAINED[key]) for key in labels.STATUSES]


def link(release: str, file: str, label: object) -> Link:
    """Return a link to a file of a release."""
    return Link(label, reverse("alliance:released-file", args=[release, file]))
