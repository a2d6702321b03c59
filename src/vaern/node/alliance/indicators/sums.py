"""The sums of one indicator over periods, read from the tallies; medians are read from the tracks.

What organisations of other nodes did is counted by their nodes, whose sums come by messages (`across`): so that nothing
is counted twice. Medians are not summed, and are of this node alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from vaern.node.alliance.indicators.tallies import BEFORE_ALL, clock, limit_of
from vaern.node.alliance.rules import periods
from vaern.node.alliance.rules.measures import LIMIT, MEASURES
from vaern.node.alliance.rules.populations import POPULATIONS

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from uuid import UUID

    from vaern.node.alliance.rules.definitions import Definition


@dataclass(frozen=True)
class Sum:
    """The sums of one value.

    Attributes:
        member: id of the country; None: all together, also organisations without one.
        start: first day of the period.
        split: "" for the whole; splits are of all together only.
        numerator, denominator: integers; nothing is returned where there is nothing.
        sources: how many sources there are.
        largest: numerator and denominator of the one with most; of several as large, of the first by its code.
    """

    member: UUID | None
    start: date
    split: str
    numerator: int
    denominator: int
    sources: int
    largest: tuple[int, int]


def sums(definition: Definition, period: periods.Kind, starts: Collection[date]) -> list[Sum]:
    """Return the sums of some periods, given by their first days."""
    sql = """
        WITH part AS MATERIALIZED (
            SELECT o.member_id AS member, date_trunc(%(period)s, tally.month)::date AS start, split, source,
                sum(numerator) AS numerator, sum(denominator) AS denominator
            FROM (
                SELECT code, month, t.organisation, split, source, numerator, denominator FROM alliance_tally t
                WHERE NOT EXISTS (SELECT FROM organisations_organisation o WHERE o.id = t.organisation AND o.node <> '')
                UNION ALL SELECT code, month, organisation, split, source, numerator, denominator
                FROM alliance_membertally
            ) tally LEFT JOIN organisations_organisation o ON o.id = tally.organisation
            WHERE code = %(code)s AND month = ANY(%(months)s) GROUP BY 1, 2, 3, 4
        ), of AS (
            SELECT start, member, '' AS split, source, sum(numerator) AS numerator, sum(denominator) AS denominator
            FROM part WHERE member IS NOT NULL GROUP BY 1, 2, 4
            UNION ALL SELECT start, NULL, '', source, sum(numerator), sum(denominator) FROM part GROUP BY 1, 4
            UNION ALL SELECT start, NULL, split, source, sum(numerator), sum(denominator) FROM part
            WHERE split <> '' GROUP BY 1, 3, 4
        )
        SELECT member, start, split, sum(numerator), sum(denominator), count(*),
            (array_agg(numerator ORDER BY denominator DESC, source COLLATE "C"))[1],
            (array_agg(denominator ORDER BY denominator DESC, source COLLATE "C"))[1]
        FROM of WHERE denominator <> 0 GROUP BY 1, 2, 3
    """
    months = [month for start in starts for month in periods.months_of(period, start)]
    with connection.cursor() as cursor:
        cursor.execute(sql, {"code": definition.code, "months": months, "period": period})
        return [
            Sum(member, start, split, int(top), int(of), sources, (int(most), int(of_most)))
            for member, start, split, top, of, sources, most, of_most in cursor.fetchall()
        ]


def medians(
    definition: Definition, period: periods.Kind, starts: Collection[date]
) -> dict[tuple[UUID | None, date, str], tuple[float, int]]:
    """Return the median time in seconds, and of how many, by member (None: all together), start and split."""
    measure, limit = MEASURES[definition.code], limit_of(definition.code)
    ripe = f" AND {measure.ripens} + {limit} <= %(clock)s" if measure.ripens else ""
    split = f"coalesce({measure.split}, '')" if measure.split else "''::text"
    start = f"date_trunc('{period}', {measure.cohort} AT TIME ZONE 'UTC')::date"
    sql = f"""
        WITH took AS MATERIALIZED (
            SELECT {measure.owner} AS organisation, {start} AS start, {split} AS split,
                extract(epoch FROM {measure.took})::double precision AS seconds
            FROM {POPULATIONS[definition.population].table}
            WHERE {measure.cohort} >= %(first)s AND {measure.cohort} < %(end)s AND {start} = ANY(%(starts)s)
                AND {measure.of.replace(LIMIT, limit)}{ripe} AND {measure.took} IS NOT NULL
        )
        SELECT o.member_id AS member, start, CASE WHEN grouping(split) = 0 THEN split ELSE '' END,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds), count(*)
        FROM took LEFT JOIN organisations_organisation o ON o.id = took.organisation
        WHERE coalesce(o.node, '') = ''
        GROUP BY GROUPING SETS ((o.member_id, start), (start, split), (start))
        HAVING (grouping(o.member_id) = 1 OR o.member_id IS NOT NULL) AND (grouping(split) = 1 OR split <> '')
    """
    values = {
        "clock": clock() or BEFORE_ALL,
        "starts": list(starts),
        "first": f"{min(starts)}T00:00:00Z",
        "end": f"{periods.after(period, max(starts))}T00:00:00Z",
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {(member, start, split): (seconds, count) for member, start, split, seconds, count in cursor.fetchall()}
