"""What the pages of progress show: cells of standings, tables, charts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from vaern.node.alliance.base.words import period_label, worded
from vaern.node.alliance.charts.by_member import Bar, ByMember
from vaern.node.alliance.charts.geometry import Gap
from vaern.node.alliance.charts.over_time import Level, OverTime, Series
from vaern.node.alliance.charts.words import figure
from vaern.node.alliance.indicators.labels import UNITS
from vaern.node.alliance.progress import labels
from vaern.node.alliance.rules import definitions, frame, periods
from vaern.node.alliance.rules.gap import Status
from vaern.node.web.components import Chip, Empty, Link
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

    from vaern.node.alliance.progress.queries import GoalSheet, Held, MemberSheet, Overview
    from vaern.node.alliance.rules.contents import Target
    from vaern.node.alliance.rules.frame import Goal
    from vaern.node.alliance.rules.readings import Point

NOTHING = "–"


def status(held: Held) -> Chip:
    """Return where a member stands, as a chip."""
    return Chip(*labels.STATUS[held.standing.status])


def trend(held: Held) -> SafeString | str:
    """Return the trend: an arrow with words that are read aloud."""
    if held.standing.trend is None:
        return ""
    arrow, words = labels.TREND[held.standing.trend]
    return format_html('<span title="{}">{}</span><span class="visually-hidden"> {}</span>', words, arrow, words)


def unit(target: Target) -> str:
    """Return the unit of a target in words."""
    return str(UNITS.get(target.unit, target.unit))


def gap(held: Held) -> str:
    """Return the distance to the target in its unit, or why it cannot be computed."""
    one = held.standing
    if one.status is Status.NOT_COMPUTABLE and one.why is not None:
        return str(labels.WHY[one.why])
    if not one.gap:
        return ""
    if held.content.target.unit == "percent":  # a difference of two percentages is none
        points = 1 if one.gap == 1 else 2
        said = ngettext("%(gap)s percentage point to go", "%(gap)s percentage points to go", points)
        return said % {"gap": figure(one.gap)}
    return _("%(gap)s %(unit)s to go") % {"gap": figure(one.gap), "unit": unit(held.content.target)}


def wanted(target: Target) -> str:
    """Return a target in figures."""
    if target.value is None:
        return NOTHING
    return f"{labels.DIRECTION[target.direction]} {figure(target.value)} {unit(target)}"


def cell(held: Sequence[Held]) -> SafeString:
    """Return all that a member stands at with one goal: status, trend, gap."""
    if not held:
        return format_html(
            '<span class="quiet" title="{0}">–</span><span class="visually-hidden">{0}</span>', _("None")
        )
    return format_html_join(
        mark_safe("<br>"),
        '{} {}<br><small class="quiet">{}</small>',
        ((status(one), trend(one), gap(one)) for one in held),
    )


def goal_url(code: str) -> str:
    """Return the address of a goal's page."""
    return reverse("alliance:progress-goal", args=[code])


def overview_context(found: Overview) -> dict[str, Any]:
    """Return what the page of the alliance shows."""
    heads = [Column(_("Member")), *(Column(_goal_head(goal)) for goal in found.goals)]
    if found.round:
        heads.insert(1, Column(str(found.round)))
    rows = []
    for one in found.memberships:
        cells: list[Any] = [str(one.member)]
        if found.round:
            cells.append(_reply(found, one.member_id))
        cells += [cell(found.held.get((one.member_id, goal.code), ())) for goal in found.goals]
        rows.append(Row(cells, reverse("alliance:progress-member", args=[one.member_id])))
    counted = Counter(one.standing.status for held in found.held.values() for one in held)
    empty = Empty(_("No members yet"), _("The secretariat records who joins."))
    return {
        "table": Table(_("Members and goals"), heads, rows, empty=empty, id="progress"),
        "counts": [(Chip(*label), counted[code]) for code, label in labels.STATUS.items()],
        "goals": [(goal.number, Link(worded(goal.text), goal_url(goal.code)), goal.basis) for goal in found.goals],
        "missing": len(found.missing),
        "round": found.round,
        "overdue": found.overdue,
        "marked": any(goal.basis != "read" for goal in found.goals),
    }


def _goal_head(goal: Goal) -> SafeString:
    """Return the number of a goal with its first words: the whole of it stands below the table."""
    words = Truncator(worded(goal.text)).words(5)
    return format_html('<a class="goal-head" href="{}">{} <span>{}</span></a>', goal_url(goal.code), goal.number, words)


def _reply(found: Overview, member: Any) -> Chip:
    if member not in found.missing:
        return Chip(_("Handed in"), "good")
    return _not_handed_in(over=found.overdue)


def _standing_columns() -> list[Column]:
    return [
        Column(_("Target")),
        Column(_("Due")),
        Column(_("Last value"), numeric=True),
        Column(_("Trend")),
        Column(_("Gap")),
        Column(_("Standing")),
    ]


def _standing_cells(held: Held) -> list[Any]:
    target, value = held.content.target, held.standing.value
    due = date_format(target.due, "SHORT_DATE_FORMAT").replace(" ", "\N{NO-BREAK SPACE}") if target.due else NOTHING
    words = labels.TREND[held.standing.trend] if held.standing.trend else None
    return [
        wanted(target),
        due,
        NOTHING if value is None else figure(value),
        f"{words[0]} {words[1]}" if words else NOTHING,
        gap(held) or NOTHING,
        status(held),
    ]


def member_context(found: MemberSheet) -> dict[str, Any]:
    """Return what the page of one member shows."""
    numbers = {goal.code: goal.number for goal in _goals()}

    def named(one: Held) -> str:
        wanted = one.content.target.text or one.content.obligation
        return f"{numbers.get(one.content.goal, one.content.goal)} {wanted}"

    rows = [Row([named(one), *_standing_cells(one)], goal_url(one.content.goal)) for one in found.held]
    nothing = Empty(_("No commitment is published yet"), _("What this member drafts is seen by its ministry alone."))
    table = Table(
        _("Commitments"), [Column(_("Commitment")), *_standing_columns()], rows, empty=nothing, id="commitments"
    )
    replies = [
        Row([str(one.round), date_format(one.round.closes, "SHORT_DATE_FORMAT"), _handed_in(one)])
        for one in found.replies
    ]
    return {
        "member": found.membership.member,
        "joined": found.membership.joined,
        "table": table,
        "charts": [chart for one in found.held if (chart := over_time(one))],
        "replies": Table(
            pgettext("of a round", "Reports"),
            [Column(_("Round")), Column(_("Closes")), Column(_("State"))],
            replies,
            id="replies",
            empty=Empty(_("Not invited to a round yet")),
        ),
        "values": _values(found),
        "missing": _missing(found),
    }


def _goals() -> Sequence[Goal]:
    return frame.declaration().goals


def _handed_in(one: Any) -> Chip:
    if one.submitted_at is None:
        return _not_handed_in(over=one.round.state != "open")
    return Chip(_("Handed in late"), "warning") if one.late else Chip(_("Handed in"), "good")


def _not_handed_in(*, over: bool) -> Chip:
    """Return the one word for a reply that is not there: bad once its round is over."""
    return Chip(_("Not handed in"), "bad" if over else "neutral")


def _values(found: MemberSheet) -> Table:
    by_code = definitions.current().by_code
    rows = [
        Row(
            [
                Link(worded(by_code[one.indicator].name), reverse("alliance:indicator", args=[one.indicator]))
                if one.indicator in by_code
                else one.indicator,
                period_label(*periods.read(one.period)),
                one.why if one.value is None else figure(one.value),
                one.source or NOTHING,
                str(one.reply.round),
            ]
        )
        for one in found.said
    ]
    heads = [Column(_("Indicator")), Column(_("Period")), Column(_("Value")), Column(_("Source")), Column(_("Round"))]
    empty = Empty(_("No value is published yet"), _("Values are published with a round’s reply."))
    return Table(_("Declared values"), heads, rows, empty=empty, id="values")


def _missing(found: MemberSheet) -> list[object]:
    """Return what is not there, in sentences."""
    lines: list[object] = [
        format_html(_("No commitment to goal {} is published."), Link(goal.number, goal_url(goal.code)))
        for goal in found.without
    ]
    lines += [
        _("%(commitment)s: not computable, because %(why)s.")
        % {"commitment": one.content.target.text or one.content.goal, "why": labels.WHY[one.standing.why]}
        for one in found.held
        if one.standing.why is not None
    ]
    lines += [
        _("No report was handed in for %(round)s.") % {"round": one.round}
        for one in found.replies
        if one.submitted_at is None and one.round.state == "closed"
    ]
    return lines


def over_time(held: Held) -> OverTime | None:
    """Return the chart of a commitment's values; None for a number that no indicator counts."""
    if not held.points:
        return None
    target, name = held.content.target, str(held.membership.member)
    line = Series(name, [_value(one) for one in held.points])
    goal = base = None
    if target.value is not None:
        named = _("Target, by %(day)s") % {"day": date_format(target.due)} if target.due else _("Target")
        goal = Level(target.value, named)
    if target.baseline is not None and target.baseline.value is not None:
        base = Level(target.baseline.value, pgettext("of a commitment", "Baseline"))
    names = [period_label(one.kind, one.start) for one in held.points]
    return OverTime(target.text or held.content.obligation, names, [line], goal, base, unit(target))


def _value(point: Point) -> float | Gap:
    return Gap(point.words or labels.WHY[point.why]) if point.value is None else point.value


def goal_context(found: GoalSheet) -> dict[str, Any]:
    """Return what the page of one goal shows."""
    rows = [
        Row(
            [str(one.membership.member), one.content.target.text or one.content.obligation, *_standing_cells(one)],
            reverse("alliance:progress-member", args=[one.membership.member_id]),
        )
        for one in found.held
    ]
    heads = [Column(_("Member")), Column(_("Commitment")), *_standing_columns()]
    nothing = Empty(_("No commitment to this goal is published yet"))
    return {
        "goal": found.goal,
        "text": worded(found.goal.text),
        "target": worded(found.target.text),
        "remark": worded(found.goal.remark) if found.goal.remark else "",
        "basis": labels.BASIS[found.goal.basis],
        "source": found.goal.source,
        "charts": _by_member(found.held),
        "table": Table(_("Commitments to this goal"), heads, rows, empty=nothing, id="commitments"),
        "without": [
            Link(str(one.member), reverse("alliance:progress-member", args=[one.member_id])) for one in found.without
        ],
    }


def _by_member(held: Sequence[Held]) -> list[ByMember]:
    """Return a chart for each thing that is counted, where at least one member has a value."""
    groups: dict[tuple[str, str], list[Held]] = {}
    for one in held:
        groups.setdefault((one.content.target.indicator or "", unit(one.content.target)), []).append(one)
    known = definitions.current().by_code
    return [
        ByMember(worded(known[code].name), [_bar(one) for one in group], of)
        for (code, of), group in groups.items()
        if code in known and any(one.standing.value is not None for one in group)
    ]


def _bar(held: Held) -> Bar:
    one, target = held.standing, held.content.target
    value = Gap(labels.WHY[one.why] if one.why else "") if one.value is None else one.value
    return Bar(str(held.membership.member), value, target.value)
