"""The desk's numbers as tables, small charts and definitions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.organisations.rules import Permission
from vaern.node.reports.desk.labels import OFFENCES, STATES
from vaern.node.reports.numbers.labels import BANDS, DEFINITIONS, SOURCES, STEPS
from vaern.node.reports.rules import figures
from vaern.node.reports.rules.figures import Step
from vaern.node.web.charts import Lines
from vaern.node.web.components import Age, Definitions, Empty, Link, When, rounded
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.numbers.queries import Figures, Group, Host, Spread

HOUR = timedelta(hours=1)


def context(found: Figures, load: Sequence[tuple[str, int]], period: int, viewer: Viewer) -> dict[str, Any]:
    """Return the context of the page, without the table by week."""
    takedown = viewer.may(Permission.REPORT_TAKEDOWN)
    return {
        "periods": [(weeks, ngettext("%(n)d week", "%(n)d weeks", weeks) % {"n": weeks}) for weeks in figures.PERIODS],
        "period": period,
        "now": _now(found, takedown=takedown),
        "backlog": _backlog_table(found),
        "charts": _charts(found),
        "times": _times_table(found),
        "sources": _groups_table(_("By source"), _("Source"), found.sources, SOURCES, "sources"),
        "offences": _groups_table(_("By kind"), _("Kind"), found.offences, OFFENCES, "kinds"),
        "hosts": _hosts_table(found.hosts) if takedown else None,
        "load": _load_table(load),
        "counted": When(found.counted_at),
        "erased": _erased_table(found) if found.erased else None,
        "definitions": Definitions(DEFINITIONS),
        "version": figures.VERSION,
    }


def _now(found: Figures, *, takedown: bool) -> Definitions:
    worklist, due = reverse("reports:worklist"), found.overdue
    pairs: list[tuple[object, object]] = [
        (_("Open"), Link(number_format(found.open), worklist)),
        (_("of these urgent"), Link(number_format(found.urgent), f"{worklist}?urgent=yes")),
        (_("The oldest arrived"), Age(found.oldest) if found.oldest else "–"),
        (_("Past their due day"), Link(number_format(due.due), f"{worklist}?due=overdue")),
        (_("Untouched for two working days"), Link(number_format(due.raised), f"{worklist}?hand=raised")),
        (
            _("Urgent, and nobody looked within 15 minutes"),
            Link(number_format(due.urgent), f"{worklist}?urgent=yes&whose=unclaimed"),
        ),
    ]
    if takedown:
        pairs.append(
            (
                _("Next step towards a host overdue"),
                Link(number_format(due.hosts), f"{reverse('reports:still-up')}?waits=overdue"),
            )
        )
    return Definitions(
        [
            *pairs,
            (_("Second views in the period"), number_format(found.seconds)),
            (_("Third views, after two that differed"), number_format(found.thirds)),
        ]
    )


def _numeric(*labels: object) -> list[Column]:
    return [Column(label, numeric=True) for label in labels]


def _backlog_table(found: Figures) -> Table:
    rows = [
        Row([STATES[state][0], *bands, sum(bands)], url=f"{reverse('reports:worklist')}?state={state.value}")
        for state, bands in found.states.items()
        if any(bands)
    ]
    whole = [sum(column) for column in zip(*found.states.values(), strict=True)]
    if len(rows) > 1:
        rows.append(Row([_("All"), *whole, sum(whole)]))
    return Table(
        caption=_("Open now, by state and age"),
        show_caption=True,
        columns=[Column(_("State")), *_numeric(*BANDS, _("All"))],
        rows=rows,
        id="backlog",
        fixed=True,
        empty=Empty(_("Nothing is open"), _("There is no backlog now.")),
    )


def _charts(found: Figures) -> list[Lines]:
    """Return the curves. This week is not over: it is the last point of what is open, and of nothing else."""
    days = [date_format(week, "SHORT_DATE_FORMAT") for week in found.weeks]
    per_week = _("reports a week")
    made = [
        Lines(_("Open at the end of the week"), list(zip(days, found.backlog, strict=True)), _("reports")),
        Lines(_("Arrived"), list(zip(days, found.arrived, strict=True))[:-1], per_week),
        Lines(_("Closed"), list(zip(days, found.closed, strict=True))[:-1], per_week),
    ]
    for step, label in STEPS.items():
        points = [
            (day, round(found.by_week[step, week].median / HOUR, 1))
            for day, week in list(zip(days, found.weeks, strict=True))[:-1]
            if (step, week) in found.by_week
        ]
        made.append(Lines(_("Until: %(step)s") % {"step": label}, points, _("hours, median")))
    return made


def week_table(found: Figures, period: int) -> Table:
    """Return the numbers of each week, the latest first: what the curves are drawn of, and more."""
    heads: list[object] = [_("Open at its end"), _("Arrived"), _("of these repetitions"), _("Closed")]
    for label in STEPS.values():
        heads += [
            _("%(step)s: median, hours") % {"step": label},
            _("%(step)s: 90th percentile, hours") % {"step": label},
            _("%(step)s: of") % {"step": label},
        ]
    rows = []
    for number, week in reversed(list(enumerate(found.weeks))):
        cells: list[Any] = [_week(week, last=number == len(found.weeks) - 1)]
        cells += [column[number] for column in (found.backlog, found.arrived, found.repeated, found.closed)]
        for step in STEPS:
            cells += _hours(found.by_week.get((step, week)))
        rows.append(Row(cells))
    return Table(
        caption=_("By week"),
        columns=[Column(_("Week from")), *_numeric(*heads)],
        rows=rows,
        id="weeks",
        keep={"weeks": str(period)} if period != figures.USUAL_PERIOD else {},
    )


def _week(week: date, *, last: bool) -> str:
    day = date_format(week, "SHORT_DATE_FORMAT")
    return _("%(day)s, so far") % {"day": day} if last else day


def _hours(spread: Spread | None) -> list[object]:
    if spread is None:
        return ["–", "–", 0]
    return [number_format(round(one / HOUR, 1), 1) for one in (spread.median, spread.ninetieth)] + [spread.count]


def _spread(spread: Spread | None) -> list[object]:
    return [rounded(spread.median), rounded(spread.ninetieth), spread.count] if spread else ["–", "–", 0]


def _times_table(found: Figures) -> Table:
    return Table(
        caption=_("From the arrival to"),
        show_caption=True,
        columns=[Column(_("Step")), *_numeric(_("Median"), _("90th percentile"), _("Of"))],
        rows=[Row([label, *_spread(found.times.get(step))]) for step, label in STEPS.items()],
        id="times",
        fixed=True,
    )


def _groups_table(
    caption: object, head: object, groups: Mapping[str, Group], labels: Mapping[str, object], id: str
) -> Table:
    steps = (Step.LOOK, Step.CONCLUSION, Step.NOTICE)
    heads = [_("%(step)s: median") % {"step": STEPS[step]} for step in steps]
    return Table(
        caption=caption,
        show_caption=True,
        columns=[Column(head), *_numeric(_("Open"), _("Arrived"), _("Closed"), *heads)],
        rows=[
            Row([label, one.open, one.arrived, one.closed, *(_median(one.times.get(step)) for step in steps)])
            for code, label in labels.items()
            if (one := groups.get(code))
        ],
        id=id,
        empty=Empty(_("Nothing in this period"), _("Choose a longer one.")),
    )


def _median(spread: Spread | None) -> object:
    return _("%(time)s (of %(n)s)") % {"time": rounded(spread.median), "n": spread.count} if spread else "–"


def _hosts_table(hosts: Sequence[Host]) -> Table:
    return Table(
        caption=_("Hosts that are slow"),
        show_caption=True,
        columns=[
            Column(_("Hosting provider")),
            *_numeric(_("Notified"), _("Gone"), _("Up 72 hours after it"), _("Median"), _("90th percentile")),
        ],
        rows=[Row([host.name, host.notified, host.gone, host.lingering, *_spread(host.spread)[:2]]) for host in hosts],
        id="hosts",
        empty=Empty(_("No host was notified in this period"), _("Choose a longer one.")),
    )


def _load_table(load: Sequence[tuple[str, int]]) -> Table:
    return Table(
        caption=_("Works on now"),
        show_caption=True,
        columns=[Column(_("Name")), Column(_("Claims"), numeric=True)],
        rows=[Row([name or _("a person whose data was erased"), number]) for name, number in load],
        id="load",
        fixed=True,
        empty=Empty(_("Nobody holds a claim now"), _("A claim ends half an hour after the last sign of life.")),
    )


def _erased_table(found: Figures) -> Table:
    def within(numbers: Mapping[str, int], step: Step, hours: int) -> int:
        return sum(numbers.get(f"{step.value}.{span}", 0) for span in figures.SPANS if span <= hours)

    heads = (
        _("Arrived"),
        _("Urgent"),
        _("Acted on"),
        _("Nothing to be done"),
        _("Looked at within 24 hours"),
        _("Concluded within 72 hours"),
    )
    return Table(
        caption=_("Of reports that were erased since"),
        show_caption=True,
        columns=[Column(_("Month")), *_numeric(*heads)],
        rows=[
            Row(
                [
                    date_format(month, "YEAR_MONTH_FORMAT"),
                    *(numbers[name] for name in ("received", "urgent", "actionable", "not_actionable")),
                    within(numbers, Step.LOOK, 24),
                    within(numbers, Step.CONCLUSION, 72),
                ]
            )
            for month, numbers in found.erased
        ],
        id="erased",
    )
