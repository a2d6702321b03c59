"""The sums of one indicator, read from the tracks: by member, period, split and source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection

from vaern.node.alliance.indicators.measures import MEASURES
from vaern.node.alliance.indicators.populations import POPULATIONS

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from vaern.node.alliance.indicators.definitions import Definition


@dataclass(frozen=True)
class Sum:
    """One line.

    Attributes:
        member: id of the country; None: organisations without one.
        start: first day of the period.
        split, source: "" where there is none.
        numerator, denominator: integers.
    """

    member: UUID | None
    start: date
    split: str
    source: str
    numerator: int
    denominator: int


@dataclass(frozen=True)
class Median:
    """The median time of a member's period, in seconds. `member` and `split` are None for all together."""

    member: UUID | None
    of_all: bool
    start: date
    split: str | None
    seconds: float
    answered: int


def _from(definition: Definition, span: tuple[date, date], at: datetime) -> tuple[str, dict[str, Any]]:
    measure = MEASURES[definition.code]
    limit = timedelta(hours=definition.within_hours or 0)
    ripe = f" AND {measure.ripens} + %(limit)s <= %(at)s" if measure.ripens else ""
    sql = f"""
        FROM {POPULATIONS[definition.population].table} t
            LEFT JOIN organisations_organisation o ON o.id = t.{measure.owner}
        WHERE {measure.cohort} >= %(first)s AND {measure.cohort} < %(end)s AND {measure.of}{ripe}
    """
    first, end = (f"{day.isoformat()}T00:00:00Z" for day in span)
    return sql, {"limit": limit, "at": at, "first": first, "end": end}


def _start(definition: Definition, period: str) -> str:
    return f"date_trunc('{period}', {MEASURES[definition.code].cohort} AT TIME ZONE 'UTC')::date"


def sums(definition: Definition, period: str, span: tuple[date, date], at: datetime) -> list[Sum]:
    """Return the sums of the tracks whose cohort lies from one day up to, and without, another.

    Args:
        definition: of the indicator.
        period: month, quarter or year; the span covers whole ones.
        span: the two days, in UTC.
        at: the moment of the last entry; what is younger than the definition's limit then is left out.
    """
    measure = MEASURES[definition.code]
    of, values = _from(definition, span, at)
    hits = (
        f"coalesce(sum({measure.weight or measure.counts}) FILTER (WHERE {measure.hits}), 0)" if measure.hits else "0"
    )
    split = f"coalesce({measure.split}, '')" if measure.split else "''"
    source = f"coalesce({measure.source}, '')" if measure.source else "''"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT o.member_id, {_start(definition, period)}, {split}, {source}, {hits}, sum({measure.counts}) "
            f"{of} GROUP BY 1, 2, 3, 4",
            values,
        )
        return [
            Sum(member, start, of, host, int(numerator), int(denominator))
            for member, start, of, host, numerator, denominator in cursor.fetchall()
        ]


def medians(definition: Definition, period: str, span: tuple[date, date], at: datetime) -> list[Median]:
    """Return the medians of a time, for each member and for all together, whole and split."""
    measure = MEASURES[definition.code]
    of, values = _from(definition, span, at)
    split = f"coalesce({measure.split}, '')" if measure.split else "''::text"
    start = _start(definition, period)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH took AS (
                SELECT o.member_id AS member, {start} AS start, {split} AS split,
                    extract(epoch FROM {measure.took})::double precision AS seconds
                {of} AND {measure.took} IS NOT NULL
            )
            SELECT member, grouping(member) = 1, start, CASE WHEN grouping(split) = 0 THEN split END,
                percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds), count(*)
            FROM took GROUP BY GROUPING SETS ((member, start, split), (member, start), (start, split), (start))
            """,  # noqa: S608 - names come from a table in code
            values,
        )
        return [Median(*row) for row in cursor.fetchall()]
