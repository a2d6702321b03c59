"""Entries of the ledger become tracks: one statement a population and a run of leaves, made of `populations`.

The first entry of a kind in the order of the tree decides, whatever the run in which it is read. So folding in any
steps, or all at once, makes the same tracks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from vaern.node.alliance.indicators.populations import POPULATIONS
from vaern.node.ledger import folding
from vaern.node.ledger.models import Fold

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.alliance.indicators.populations import Column, Population

FOLD = "alliance.tracks"

Touched = dict[str, set["date"]]
"""By population, the months whose values may have changed."""


def _tag(name: str) -> str:
    return f"substring(e.tags FROM '(?:^|;){name}=([^;]*)')"


def _condition(column: Column, values: list[Any]) -> str:
    """The entries that a column is taken from; what it compares with is added to `values`."""
    values.append(list(column.acts))
    found = "e.act = ANY(%s)"
    if column.unless:
        values.append(list(column.unless))
        found += f" AND {_tag(column.tag)} <> ALL(%s)"
    elif column.take == "tag":
        found += f" AND {_tag(column.tag)} IS NOT NULL"
    return found


def _value(column: Column) -> str:
    if column.take == "tag":
        return f"{_tag(column.tag)}::integer" if column.number else _tag(column.tag)
    return f"e.{column.take}"


def statement(population: Population, first: int, end: int) -> tuple[str, list[Any]]:
    """Return the statement, and its values, that folds the leaves from one position up to, and without, another."""
    values: list[Any] = []
    picked = []
    for column in population.columns:
        order = "DESC" if column.last else "ASC"
        condition = _condition(column, values)
        taken = f"array_agg({_value(column)} ORDER BY leaf.position {order}) FILTER (WHERE {condition})"
        picked.append(f"({taken})[1] AS {column.name}")
    item = f"coalesce({_tag(population.item)}::integer, 0)" if population.item else "0"
    merged = [
        f"{column.name} = coalesce({a}.{column.name}, {b}.{column.name})"
        for column in population.columns
        for a, b in [("EXCLUDED", population.table) if column.last else (population.table, "EXCLUDED")]
    ]
    months = ", ".join(population.cohorts)
    names = ", ".join(column.name for column in population.columns)
    sql = f"""
        WITH folded AS (
            INSERT INTO {population.table} (subject, item, owner, {names})
            SELECT e.subject, {item}, (array_agg(e.owner ORDER BY leaf.position))[1], {", ".join(picked)}
            FROM ledger_leaf leaf JOIN ledger_entry e ON e.id = leaf.entry
            WHERE leaf.position >= %s AND leaf.position < %s AND e.act = ANY(%s) AND e.subject IS NOT NULL
            GROUP BY 1, 2
            ON CONFLICT (subject, item) DO UPDATE SET {", ".join(merged)}
            RETURNING {months}
        )
        SELECT DISTINCT date_trunc('month', moment AT TIME ZONE 'UTC')::date
        FROM folded, LATERAL unnest(ARRAY[{months}]) moment WHERE moment IS NOT NULL
    """  # noqa: S608 - names come from a table in code
    return sql, [*values, first, end, list(population.acts)]


def fold_new(step: int = 0, until: int | None = None) -> Touched:
    """Bring the tracks up to date; return the months that were touched.

    Args:
        step: as `folding.fold` takes it.
        until: fold no position from this on.
    """
    touched: Touched = {name: set() for name in POPULATIONS}

    def apply(first: int, end: int) -> None:
        with connection.cursor() as cursor:
            for population in POPULATIONS.values():
                cursor.execute(*statement(population, first, end))
                touched[population.name].update(month for (month,) in cursor.fetchall())

    folding.fold(FOLD, apply, step, until)
    return touched


def forget() -> None:
    """Throw all tracks away, and the mark of how far they came; in the caller's transaction."""
    with connection.cursor() as cursor:
        for population in POPULATIONS.values():
            cursor.execute(f"DELETE FROM {population.table}")  # noqa: S608
    Fold.objects.filter(name=FOLD).delete()
