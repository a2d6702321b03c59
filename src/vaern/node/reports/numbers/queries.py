"""What the desk's numbers are counted from: the organisation's own reports, grouped by the database. Counts only.

Nothing here is recorded in the ledger: no record is read, and none can be told from a number. Of people the claims are
counted that they have now, which the work list shows too; nothing is counted over time by person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from vaern.arrivals import OF_THE_PUBLIC
from vaern.node.base.sql import run
from vaern.node.casework.models import Statistic
from vaern.node.reports.desk import queries as desk
from vaern.node.reports.models import Location, Report
from vaern.node.reports.models.report import IS_OPEN
from vaern.node.reports.rules import figures
from vaern.node.reports.rules.figures import Step
from vaern.node.reports.rules.repetition import SENDERS
from vaern.node.reports.rules.states import OPEN, URGENT_WITHIN, State
from vaern.node.reports.takedown import queries as takedown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from vaern.node.organisations.models import Organisation

HOSTS_SHOWN = 10


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(f"'{code}'" for code in sorted(codes))


SOURCE = f"""
    CASE WHEN sender.id IS NULL AND report.document IN ({_listed(OF_THE_PUBLIC)}) THEN 'public'
         WHEN sender.id IS NULL THEN 'own'
         WHEN sender.kind IN ({_listed(SENDERS)}) THEN sender.kind
         ELSE 'other' END
"""
"""The source of a report, as `rules.repetition.source` has it."""

FROM = "FROM reports_report AS report LEFT JOIN organisations_organisation AS sender ON sender.id = report.sender_id"
BANDS = " ".join(
    f"WHEN %(now)s - report.created_at < interval '{round(end.total_seconds())} seconds' THEN {number}"
    for number, end in enumerate(figures.AGES)
)

BACKLOG = f"""
    SELECT report.state, CASE {BANDS} ELSE {len(figures.AGES)} END, report.urgent, {SOURCE}, report.offence,
        count(*), min(report.created_at)
    {FROM} WHERE report.organisation_id = %(organisation)s AND report.state IN ({_listed(OPEN)})
    GROUP BY 1, 2, 3, 4, 5
"""

WEEK = "date_trunc('week', {at} AT TIME ZONE %(zone)s)::date"
FLOW = f"""
    SELECT 'arrived', {WEEK.format(at="report.created_at")}, {SOURCE}, report.offence,
        count(*), count(*) FILTER (WHERE report.state <> 'duplicate')
    {FROM} WHERE report.organisation_id = %(organisation)s AND report.created_at >= %(since)s GROUP BY 2, 3, 4
    UNION ALL
    SELECT 'closed', {WEEK.format(at="report.closed_at")}, {SOURCE}, report.offence, count(*), count(*)
    {FROM} WHERE report.organisation_id = %(organisation)s AND report.closed_at >= %(since)s GROUP BY 2, 3, 4
"""


def _times(step: Step, at: str, joined: str = "") -> str:
    """The times of a step: how long after its arrival a report, or a location of it, came there."""
    owner = "location" if joined else "report"
    return f"""
        SELECT '{step.value}' AS step, {WEEK.format(at=at)} AS week, {SOURCE} AS source, report.offence,
            greatest(extract(epoch FROM {at} - report.created_at), 0) AS took
        {FROM} {joined} WHERE {owner}.organisation_id = %(organisation)s AND {at} >= %(since)s
    """


LOCATIONS = "JOIN reports_location AS location ON location.report_id = report.id"
TIMES = f"""
    WITH times AS ({
    " UNION ALL ".join(
        (
            _times(Step.LOOK, "report.looked_at"),
            _times(Step.CONCLUSION, "report.concluded_at"),
            _times(Step.NOTICE, "location.first_notified_at", LOCATIONS),
            _times(Step.REMOVAL, "location.offline_at", LOCATIONS),
        )
    )
})
    SELECT step, grouping(week, source, offence), week, source, offence, count(*),
        percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY took)
    FROM times GROUP BY GROUPING SETS ((step), (step, week), (step, source), (step, offence))
"""
ALL, BY_WEEK, BY_SOURCE, BY_OFFENCE = 7, 3, 5, 6
"""What `grouping` says of a row of `TIMES`: which of the three is left out of it."""

SLOW = """
    SELECT host.name, count(*), count(location.offline_at),
        count(*) FILTER (WHERE location.offline_at IS NULL AND location.state IN ('notified', 'blocked', 'moved')
            AND location.first_notified_at < %(slow)s),
        percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (
            ORDER BY extract(epoch FROM location.offline_at - location.first_notified_at)
        ) FILTER (WHERE location.offline_at >= location.first_notified_at)
    FROM reports_location AS location JOIN reports_host AS host ON host.id = location.host_id
    WHERE location.organisation_id = %(organisation)s AND location.first_notified_at >= %(since)s
    GROUP BY host.id, host.name
    ORDER BY 4 DESC, 5 DESC NULLS LAST, 2 DESC, host.name LIMIT %(most)s
"""

VIEWS = """
    SELECT place, count(DISTINCT (report_id, round)) FROM reports_assessment
    WHERE organisation_id = %(organisation)s AND final AND undone_at IS NULL AND at >= %(since)s GROUP BY place
"""


@dataclass(frozen=True)
class Spread:
    """How long something took: of how many, the median and the 90th percentile by nearest rank."""

    count: int
    median: timedelta
    ninetieth: timedelta


@dataclass(frozen=True)
class Host:
    """A host that was notified in the period: of how many locations, how many are gone and how many linger."""

    name: str
    notified: int
    gone: int
    lingering: int
    spread: Spread | None


@dataclass
class Group:
    """The numbers of one source, or of one kind of report."""

    open: int = 0
    arrived: int = 0
    closed: int = 0
    times: dict[Step, Spread] = field(default_factory=dict)


@dataclass(frozen=True)
class Overdue:
    """What waits longer than it may."""

    due: int
    raised: int
    urgent: int
    hosts: int


@dataclass(frozen=True)
class Figures:
    """The numbers of a desk.

    Attributes:
        counted_at: when they were counted.
        weeks: Mondays, the oldest first; the last week is not over.
        states: how many are open, by state and band of age (`rules.figures.AGES`).
        urgent: how many of the open ones are urgent; oldest: when the oldest of all open ones arrived.
        backlog, arrived, repeated, closed: by week.
        times: of the whole period; by_week: of each week, in which the step was reached.
        sources, offences: by source and by kind of report.
        seconds, thirds: second views and third views of reports that were concluded so in the period.
        erased: of the months of the period: what statistics keep of reports that were erased, by name.
    """

    counted_at: datetime
    weeks: list[date]
    states: dict[State, list[int]]
    urgent: int
    oldest: datetime | None
    backlog: list[int]
    arrived: list[int]
    repeated: list[int]
    closed: list[int]
    times: dict[Step, Spread]
    by_week: dict[tuple[Step, date], Spread]
    sources: dict[str, Group]
    offences: dict[str, Group]
    seconds: int
    thirds: int
    overdue: Overdue
    hosts: list[Host]
    erased: list[tuple[date, Counter[str]]]

    @property
    def open(self) -> int:
        """How many are open now."""
        return sum(sum(bands) for bands in self.states.values())


def count(of: Organisation, period: int, now: datetime | None = None) -> Figures:
    """Return the numbers of a desk over some weeks, within its own scope."""
    now = now or timezone.now()
    weeks = figures.weeks(timezone.localtime(now).date(), period)
    since = timezone.make_aware(datetime.combine(weeks[0], time.min))
    values = {
        "organisation": of.id,
        "now": now,
        "since": since,
        "zone": settings.TIME_ZONE,
        "slow": now - figures.STILL_UP,
        "most": HOSTS_SHOWN,
    }
    sources: dict[str, Group] = defaultdict(Group)
    offences: dict[str, Group] = defaultdict(Group)
    states = {state: [0] * (len(figures.AGES) + 1) for state in State if state in OPEN}
    urgent, oldest = 0, None
    for state, band, is_urgent, source, offence, number, first in run(BACKLOG, values):
        states[State(state)][band] += number
        urgent += number if is_urgent else 0
        oldest = min(oldest, first) if oldest else first
        sources[source].open += number
        offences[offence].open += number
    flow: dict[str, Counter[date]] = defaultdict(Counter)
    for what, week, source, offence, number, worked_on in run(FLOW, values):
        flow[what][week] += number
        flow[f"{what} once"][week] += worked_on
        for group in (sources[source], offences[offence]):
            setattr(group, what, getattr(group, what) + number)
    times, by_week = _spreads(values, sources, offences)
    arrived, once, closed = ([flow[name][week] for week in weeks] for name in ("arrived", "arrived once", "closed"))
    views = dict(run(VIEWS, values))
    return Figures(
        counted_at=now,
        weeks=weeks,
        states=states,
        urgent=urgent,
        oldest=oldest,
        backlog=figures.backlog(sum(sum(bands) for bands in states.values()), once, closed),
        arrived=arrived,
        repeated=[came - new for came, new in zip(arrived, once, strict=True)],
        closed=closed,
        times=times,
        by_week=by_week,
        sources=dict(sources),
        offences=dict(offences),
        seconds=views.get("second", 0),
        thirds=views.get("third", 0),
        overdue=_overdue(of, now),
        hosts=[
            Host(name, notified, gone, lingering, _spread(gone, both))
            for name, notified, gone, lingering, both in run(SLOW, values)
        ],
        erased=_erased(of, weeks[0]),
    )


def _spread(number: int, seconds: list[Any] | None) -> Spread | None:
    return Spread(number, *(timedelta(seconds=float(one)) for one in seconds)) if seconds else None


def _spreads(
    values: dict[str, Any], sources: dict[str, Group], offences: dict[str, Group]
) -> tuple[dict[Step, Spread], dict[tuple[Step, date], Spread]]:
    times: dict[Step, Spread] = {}
    by_week: dict[tuple[Step, date], Spread] = {}
    for code, by, week, source, offence, number, both in run(TIMES, values):
        step, spread = Step(code), _spread(number, both)
        assert spread is not None  # each row has a time
        if by == ALL:
            times[step] = spread
        elif by == BY_WEEK:
            by_week[step, week] = spread
        elif by == BY_SOURCE:
            sources[source].times[step] = spread
        else:
            offences[offence].times[step] = spread
    return times, by_week


def _overdue(of: Organisation, now: datetime) -> Overdue:
    of_urgent = Q(urgent=True, looked_at=None, created_at__lt=now - URGENT_WITHIN)
    found = Report.own.filter(IS_OPEN).aggregate(
        due=Count("id", filter=Q(due_at__lt=now, concluded_at=None)),
        raised=Count("id", filter=desk.raised(desk.raised_before(of))),
        urgent=Count("id", filter=of_urgent),
    )
    hosts = takedown.waits_for(Location.objects.filter(organisation=of), "overdue").count()
    return Overdue(**found, hosts=hosts)


def load(now: datetime | None = None) -> list[tuple[str, int]]:
    """Return who works on how many reports now, by name: it says who can take one more, and ranks nobody."""
    claimed = Report.own.filter(IS_OPEN, claimed_until__gt=now or timezone.now(), claimed_by__isnull=False)
    rows = claimed.values("claimed_by", "claimed_by__name").annotate(number=Count("id"))
    return [(row["claimed_by__name"], row["number"]) for row in rows.order_by("claimed_by__name", "claimed_by")]


def _erased(of: Organisation, since: date) -> list[tuple[date, Counter[str]]]:
    found: dict[date, Counter[str]] = defaultdict(Counter)
    rows = Statistic.objects.filter(kind=Report.KIND, organisation=of, month__gte=since.replace(day=1))
    for month, name, value in rows.values_list("month", "name", "value"):
        found[month][name] += value
    return [(month, found[month]) for month in sorted(found) if found[month]["received"]]
