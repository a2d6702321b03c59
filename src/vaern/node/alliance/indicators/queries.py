"""What pages read of indicators. Values of the whole are open to everybody who is signed in; records are not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction

from vaern.node.alliance.indicators import acts, definitions, periods
from vaern.node.alliance.indicators.measures import MEASURES
from vaern.node.alliance.indicators.populations import POPULATIONS
from vaern.node.alliance.models import Value
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.models import Member
    from vaern.node.organisations.viewers import Viewer

MOST_PERIODS = {"month": 24, "quarter": 12, "year": 6}
"""How many periods a page shows, the latest last."""

MOST_BEHIND = 200

SEEN_WITH = {
    "series": Permission.SERIES_VIEW, "reports": Permission.REPORT_VIEW, "locations": Permission.REPORT_VIEW,
    "requests": Permission.ASSISTANCE_VIEW, "preservations": Permission.ASSISTANCE_VIEW,
}  # fmt: skip
"""What somebody has to be allowed to see before they are shown which records are behind a value."""


@dataclass(frozen=True)
class Lately:
    """One indicator at a glance: the last whole year and the running one, of all and of the viewer's country."""

    definition: definitions.Definition
    of_all: Sequence[Value | None]
    own: Sequence[Value | None]


@dataclass(frozen=True)
class Overview:
    """All of them.

    Attributes:
        years: their first days, the earlier first.
        rows: in the order of the definitions.
        member: the viewer's country; None for an organisation without one.
        as_of: how many entries of the ledger are in the values; 0 before the first.
    """

    years: Sequence[date]
    rows: Sequence[Lately]
    member: Member | None
    as_of: int


def overview(viewer: Viewer) -> Overview:
    """Return every indicator at a glance."""
    latest = Value.objects.filter(period="year").order_by("-start").first()
    if latest is None:
        return Overview([], [], viewer.organisation.member, 0)
    years = [periods.year_before(latest.start), latest.start]
    member = viewer.organisation.member
    found = Value.objects.filter(period="year", start__in=years, split="")
    by_key = {(row.code, row.member_id, row.start): row for row in found}
    rows = [
        Lately(
            one,
            [by_key.get((one.code, None, year)) for year in years],
            [by_key.get((one.code, member.pk, year)) for year in years] if member else [],
        )
        for one in definitions.current().indicators
    ]
    return Overview(years, rows, member, latest.as_of)


@dataclass(frozen=True)
class Sheet:
    """One indicator.

    Attributes:
        starts: first days of the periods, the earliest first.
        of_all: values of all together, by first day.
        members: each country that has a value, with its values by first day.
        splits: the values of all by what they are split by, of the last of the periods.
        beside: the values of all of the indicator that stands beside it, by first day.
    """

    definition: definitions.Definition
    period: periods.Kind
    starts: Sequence[date]
    of_all: dict[date, Value]
    members: Sequence[tuple[Member, dict[date, Value]]]
    splits: Sequence[Value]
    beside: dict[date, Value]


def sheet(_viewer: Viewer, definition: definitions.Definition, period: periods.Kind) -> Sheet:
    """Return one indicator by months, quarters or years."""
    found = Value.objects.filter(code=definition.code, period=period)
    last = found.order_by("-start").values_list("start", flat=True).first()
    starts = _latest(period, last) if last else []
    rows = list(found.filter(split="", start__in=starts).select_related("member"))
    by_member: dict[Member, dict[date, Value]] = {}
    for row in rows:
        if row.member is not None:
            by_member.setdefault(row.member, {})[row.start] = row
    beside = Value.objects.filter(
        code=definition.beside or definition.code, period=period, member=None, split="", start__in=starts
    )
    return Sheet(
        definition=definition, period=period, starts=starts,
        of_all={row.start: row for row in rows if row.member_id is None},
        members=sorted(by_member.items(), key=lambda pair: str(pair[0])),
        splits=list(found.filter(member=None, start=last).exclude(split="").order_by("split")) if last else [],
        beside={row.start: row for row in beside} if definition.beside else {},
    )  # fmt: skip


def _latest(period: periods.Kind, last: date) -> list[date]:
    starts = [last]
    while len(starts) < MOST_PERIODS[period]:
        starts.insert(0, periods.before(period, starts[0]))
    return starts


@dataclass(frozen=True)
class Behind:
    """The viewer's own records behind a value.

    Attributes:
        rows: subject, item, moment by which it is in the period, whether it is in the numerator.
        total: how many there are; `rows` has the first of them.
    """

    rows: Sequence[tuple[UUID, int, datetime, bool]]
    total: int


@transaction.atomic
def behind(
    viewer: Viewer, reason: Reason, definition: definitions.Definition, period: periods.Kind, start: date
) -> Behind | None:
    """Return the records of the viewer's own organisation that a value counts, recorded; None if they may not see such.

    What belongs to others is not told, not even how much: a value may be made of one record.
    """
    if not viewer.may(SEEN_WITH[definition.population]):
        return None
    measure = MEASURES[definition.code]
    hits = f"coalesce({measure.hits}, false)" if measure.hits else "true"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT t.subject, t.item, {measure.cohort}, {hits}, count(*) OVER ()
            FROM {POPULATIONS[definition.population].table} t
            WHERE {measure.cohort} >= %(first)s AND {measure.cohort} < %(end)s AND {measure.of}
                AND t.{measure.owner} = %(own)s
            ORDER BY 3, 1, 2 LIMIT %(most)s
            """,  # noqa: S608 - names come from a table in code
            {
                "first": f"{start}T00:00:00Z", "end": f"{periods.after(period, start)}T00:00:00Z",
                "own": viewer.organisation.pk, "most": MOST_BEHIND,
                "limit": str(timedelta(hours=definition.within_hours or 0)),
            },
        )  # fmt: skip
        found = cursor.fetchall()
    record(acts.BEHIND_LISTED, Subject("indicator"), viewer.actor, reason, count=len(found))
    return Behind([row[:4] for row in found], found[0][4] if found else 0)
