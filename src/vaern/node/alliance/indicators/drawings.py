"""The charts of an indicator: the alliance and the viewer's country over time, and all members beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vaern.node.alliance.base.words import COUNTS, period_label, worded
from vaern.node.alliance.charts.by_member import Bar, ByMember
from vaern.node.alliance.charts.geometry import Gap
from vaern.node.alliance.charts.over_time import Level, OverTime, Series
from vaern.node.alliance.indicators import labels
from vaern.node.alliance.rules import frame, values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from vaern.node.alliance.charts.drawing import Drawing
    from vaern.node.alliance.indicators.queries import Sheet
    from vaern.node.alliance.models import Value
    from vaern.node.alliance.rules.definitions import Definition

Line = tuple[object, "Mapping[date, Value]"]


def charts(found: Sheet) -> list[Drawing]:
    """Return the charts of a page; none where there is no value yet."""
    if not found.of_all:
        return []
    lines: list[Line] = [(_("Alliance"), found.of_all)]
    lines += [(str(member), by_start) for member, by_start in found.members if member == found.own]
    return [over_time(found.definition, found.period, found.starts, lines), *_members(found)]


def over_time(one: Definition, period: str, starts: Sequence[date], lines: Sequence[Line]) -> OverTime:
    """Return the chart of some lines over periods, held against the number that the declaration names, if any."""
    return OverTime(
        worded(one.name),
        [period_label(period, start) for start in starts],
        [Series(name, [_point(one, by_start.get(start)) for start in starts]) for name, by_start in lines],
        target=_asked(one),
        unit=labels.UNITS[one.unit],
    )


def _members(found: Sheet) -> list[ByMember]:
    """The last period in which anything was counted: the running one, which says so by its name."""
    start = max(found.of_all)
    bars = [Bar(str(member), _point(found.definition, by_start.get(start))) for member, by_start in found.members]
    if len(bars) < 2:
        return []
    title = _("By member, %(period)s") % {"period": period_label(found.period, start)}
    return [ByMember(title, bars, labels.UNITS[found.definition.unit], _("Member"))]


def _point(one: Definition, value: Value | None) -> float | Gap:
    if value is None:
        return 0.0 if one.kind in COUNTS else Gap(labels.MISSING[values.NOTHING])
    return Gap(labels.MISSING[value.missing]) if value.value is None else value.value


def _asked(one: Definition) -> Level | None:
    """Return the number that the declaration asks for; it names one for a single goal only."""
    for goal in frame.declaration().goals:
        measure = goal.measure
        if measure and measure.at_least is not None and one.code in measure.indicators and one.kind == "growth":
            named = _("Asked by the declaration, goal %(code)s") % {"code": goal.code.removeprefix("g")}
            return Level(float(measure.at_least), named)
    return None
