"""Fold ledger entries into tracks, and tracks into tallies: one statement per population and run of leaves.

The first entry of a kind in the order of the tree decides, or the last, whichever run reads it. So folding in any
steps, or all at once, makes the same tracks and the same tallies.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import connection

from vaern.node.alliance.indicators import tallies
from vaern.node.alliance.rules import definitions
from vaern.node.alliance.rules.populations import POPULATIONS
from vaern.node.ledger import folds
from vaern.node.ledger.models import Fold

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from vaern.node.alliance.rules.populations import Column

STEP = 500_000
"""Leaves that are folded at once."""

WORTH_STATISTICS, MUCH = 1_000, 100_000
"""From so many leaves of one run on, the planner is told what is in it, and what the tables hold after it."""

ACTS = {act for population in POPULATIONS.values() for act in population.acts}
KEPT = ("alliance_tally", *(population.table for population in POPULATIONS.values()))


def fold_name() -> str:
    """Return the name of the fold: other definitions have another, and are folded from the beginning."""
    return f"alliance.tracks_{definitions.current().version.replace('-', '_')}"


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)


def _tag(name: str) -> str:
    return f"substring(tags FROM '(?:^|;){name}=([^;]*)')"


def _condition(column: Column) -> str:
    """The entries that a column is taken from."""
    found = f"act IN ({_listed(column.acts)})"
    if column.unless:
        return f"{found} AND {_tag(column.tag)} NOT IN ({_listed(column.unless)})"
    if column.tag:
        return f"{found} AND {_tag(column.tag)} IS NOT NULL"
    return f"{found} AND {column.take} IS NOT NULL" if column.take in {"organisation", "count"} else found


def _value(column: Column) -> str:
    if column.take == "is":
        return f"(act IN ({_listed(column.means)}))::integer"
    if column.take == "tag":
        return f"{_tag(column.tag)}::integer" if column.number else _tag(column.tag)
    return column.take


@cache
def statement(name: str) -> str:
    """Return the statement that folds the entries in `said` into the tracks of a population, and into the tallies."""
    population = POPULATIONS[name]
    table, item = population.table, f"coalesce({_tag(population.item)}::integer, 0)" if population.item else "0"
    picked = [
        f"(array_agg({_value(column)} ORDER BY position {'DESC' if column.last else 'ASC'}) "
        f"FILTER (WHERE {_condition(column)}))[1] AS {column.name}"
        for column in population.columns
    ]
    merged = [
        f"{column.name} = coalesce({a}.{column.name}, {b}.{column.name})"
        for column in population.columns
        for a, b in [("EXCLUDED", table) if column.last else (table, "EXCLUDED")]
    ]
    names = ", ".join(("subject", "item", "owner", *(column.name for column in population.columns)))
    both = f"SELECT -1 AS sign, {names} FROM before UNION ALL SELECT 1, {names} FROM afterwards"
    return f"""
        WITH fresh AS MATERIALIZED (
            SELECT subject, {item} AS item, (array_agg(owner ORDER BY position))[1] AS owner, {", ".join(picked)}
            FROM alliance_said WHERE act IN ({_listed(population.acts)}) GROUP BY 1, 2
        ), before AS MATERIALIZED (
            SELECT {names} FROM {table} WHERE (subject, item) IN (SELECT subject, item FROM fresh)
        ), afterwards AS (
            INSERT INTO {table} ({names}) SELECT {names} FROM fresh
            ON CONFLICT (subject, item) DO UPDATE SET {", ".join(merged)}
            RETURNING {names}
        )
        {tallies.added(tallies.counted(name, both, "%(clock)s::timestamptz"))}
    """


def fold_new(step: int = STEP, until: int | None = None) -> tallies.Touched:
    """Bring tracks and tallies up to date; return the months of the indicators that were touched.

    Args:
        step: as `folding.fold` takes it.
        until: fold no position from this on.
    """
    touched: tallies.Touched = {}
    folds.fold(fold_name(), lambda first, end: _fold(first, end, touched), step, until)
    return touched


def _fold(first: int, end: int, touched: tallies.Touched) -> None:
    """Fold the leaves from one position up to another, exclusive; in the transaction that moves the mark."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL enable_seqscan = off"
        )  # by their keys, however many rows the planner thinks there are
        latest = _read(cursor, first, end)
        values = {"clock": tallies.clock() or tallies.BEFORE_ALL}
        for name in POPULATIONS:
            cursor.execute(statement(name), values)
            tallies.note(touched, cursor.fetchall())
        cursor.execute("DROP TABLE alliance_said")
        if latest is not None:
            tallies.advance(latest, touched)
        if end - first >= MUCH:
            for table in KEPT:
                cursor.execute(f"ANALYZE {table}")
        cursor.execute("SET LOCAL enable_seqscan = on")


def _read(cursor: Any, first: int, end: int) -> datetime | None:
    """Put what counts of some leaves into a table of this transaction; return the latest moment of all of them.

    A table, because the planner can then be told what is in it: a plan made for a few entries takes hours on a million.
    """
    cursor.execute(
        "CREATE TEMPORARY TABLE alliance_said (position bigint, at timestamptz, act text, subject uuid, owner uuid, "
        "organisation uuid, count integer, tags text)"
    )
    cursor.execute(
        f"""
        WITH entry AS MATERIALIZED (
            SELECT leaf.position, e.at, e.act, e.subject, e.owner, e.organisation, e.count, e.tags
            FROM ledger_leaf leaf JOIN ledger_entry e ON e.id = leaf.entry
            WHERE leaf.position >= %s AND leaf.position < %s
        ), said AS (
            INSERT INTO alliance_said SELECT * FROM entry
            WHERE subject IS NOT NULL AND act IN ({_listed(sorted(ACTS))})
        )
        SELECT max(at) FROM entry
        """,
        [first, end],
    )
    latest: datetime | None = cursor.fetchone()[0]
    if end - first >= WORTH_STATISTICS:
        cursor.execute("ANALYZE alliance_said")
    return latest


def forget() -> None:
    """Delete tracks, tallies and the mark of how far folding came; in the caller's transaction."""
    with connection.cursor() as cursor:
        for table in KEPT:
            cursor.execute(f"DELETE FROM {table}")
    Fold.objects.filter(name__startswith="alliance.").delete()
