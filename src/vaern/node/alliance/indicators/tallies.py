"""Sums of an indicator by month, organisation, split and source, updated incrementally and never recounted.

When an entry changes a track, what it contributed before is subtracted and what it contributes now is added. A track
with a limit is counted once the clock passes that limit. The clock is the time of the latest folded entry, so that
folding the same entries always gives the same clock.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache

from django.db import connection

from vaern.node.alliance.rules import definitions
from vaern.node.alliance.rules.measures import MEASURES, contribution
from vaern.node.alliance.rules.populations import POPULATIONS
from vaern.node.ledger import folds

CLOCK = "alliance.clock"
BEFORE_ALL = "-infinity"
COLUMNS = "code, organisation, month, split, source, numerator, denominator"

Touched = dict[str, set[date]]
"""By indicator, the months whose values may have changed."""


def codes_of(population: str) -> list[str]:
    """Return the indicators that are summed over a population."""
    return [
        one.code for one in definitions.current().indicators if one.code in MEASURES and one.population == population
    ]


def limit_of(code: str) -> str:
    """Return the limit of an indicator as PostgreSQL writes it; "" if it has none."""
    hours = definitions.current().by_code[code].within_hours
    return f"interval '{hours} hours'" if hours else ""


@cache
def counted(population: str, tracks: str, ripe: str) -> str:
    """Return a query of the signed rows by which some tracks change the tallies.

    Args:
        population: of the tracks.
        tracks: a query of rows with the columns of its table and `sign`: 1 for what comes in, -1 for what goes.
        ripe: the moment by which limits have to be over.
    """
    rows = ",\n".join(contribution(code, limit_of(code), ripe) for code in codes_of(population))
    return f"""
        SELECT code, organisation, month, split, source, sum(sign * numerator) AS numerator,
            sum(sign * denominator) AS denominator
        FROM ({tracks}) track, LATERAL (VALUES {rows}) AS row({COLUMNS}, counted)
        WHERE counted GROUP BY 1, 2, 3, 4, 5
    """


def added(changes: str) -> str:
    """Return the statement that adds some rows to the tallies and returns code and month of each.

    What adds nothing is left out, except where a median may have changed.
    """
    medians = ", ".join(f"'{code}'" for code, one in MEASURES.items() if one.took)
    return f"""
        INSERT INTO alliance_tally AS kept ({COLUMNS})
        SELECT {COLUMNS} FROM ({changes}) change
        WHERE numerator <> 0 OR denominator <> 0 OR code IN ({medians})
        ON CONFLICT (code, month, organisation, split, source) DO UPDATE SET
            numerator = kept.numerator + EXCLUDED.numerator, denominator = kept.denominator + EXCLUDED.denominator
        RETURNING code, month
    """


def clock() -> datetime | None:
    """Return the latest moment of all folded entries; None before the first."""
    micros = folds.folded(CLOCK)
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros) if micros else None


def advance(to: datetime, touched: Touched) -> None:
    """Advance the clock to a moment, and count the tracks that are now old enough; in the transaction of the fold."""
    before = clock()
    if before is not None and to <= before:
        return
    for population in POPULATIONS.values():
        for code in codes_of(population.name):
            if MEASURES[code].ripens:
                _ripen(code, population.table, before, to, touched)
    folds.reach(CLOCK, (to - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1))


def _ripen(code: str, table: str, before: datetime | None, to: datetime, touched: Touched) -> None:
    limit, column = limit_of(code), MEASURES[code].ripens
    row = contribution(code, limit, "%(to)s::timestamptz")
    changes = f"""
        SELECT code, organisation, month, split, source, sum(numerator) AS numerator, sum(denominator) AS denominator
        FROM (SELECT * FROM {table} WHERE {column} > %(before)s::timestamptz - {limit}
            AND {column} <= %(to)s::timestamptz - {limit}) track, LATERAL (VALUES {row}) AS row({COLUMNS}, counted)
        WHERE counted GROUP BY 1, 2, 3, 4, 5
    """
    with connection.cursor() as cursor:
        cursor.execute(added(changes), {"before": before or BEFORE_ALL, "to": to})
        note(touched, cursor.fetchall())


def note(touched: Touched, cells: list[tuple[str, date]]) -> None:
    """Note which months of which indicators changed."""
    for code, month in cells:
        touched.setdefault(code, set()).add(month)
