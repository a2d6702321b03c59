"""Prepared statements for queries that run thousands of times: half of their cost is planning.

Django interpolates values into the statement, so its text differs each time; psycopg does not. Columns are taken from
the models, so a new column needs no change here. Django also rebuilds the SQL for each lookup of one row, which costs
more than fetching the row.
"""

from __future__ import annotations

import itertools
import json
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import GeneratedField, JSONField
from psycopg.types.json import Jsonb

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound="Model")

MOST_VALUES = 2**16 - 1
"""Of one statement, as PostgreSQL's protocol counts them."""

PREPARED_ROWS = 4
"""Up to so many rows at once a statement is prepared; longer ones differ too much to be met again."""


_NUMBERS = itertools.count()  # of cursors: two of one transaction need two names


def run(sql: str, values: Any, *, prepare: bool = True, numbered: bool = False) -> list[Any]:
    """Return the rows of a statement, run in the open transaction or in one of its own.

    Args:
        sql: with psycopg's placeholders, `%s` or `%(name)s`.
        values: for them.
        prepare: for the next time: of a text that comes again.
        numbered: its placeholders are PostgreSQL's own, `$1` to the last: of thousands, psycopg takes no text apart.
    """
    connection.close_if_health_check_failed()  # as Django's own cursor does, once a request
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    raw: Any = connection.connection
    kind: Any = psycopg.RawCursor if numbered else psycopg.Cursor
    raw.prepare_threshold = raw.prepare_threshold or 1  # Django's None means never
    with connection.wrap_database_errors, kind(raw) as cursor:
        cursor.execute(sql, values, prepare=prepare)
        return cursor.fetchall()


def lock(number: int) -> None:
    """Hold a PostgreSQL advisory lock until the open transaction ends; whoever else wants it waits."""
    run("SELECT pg_advisory_xact_lock(%s)::text", [number])


def parts(rows: QuerySet[Any, Any], size: int) -> Iterator[list[Any]]:
    """Yield the values of a query in lists of a size, within the open transaction.

    They come as bytes, not as text as Django asks for them: of rows with a large column that is half of the cost.
    """
    statement, values = rows.query.sql_with_params()
    connection.validate_no_broken_transaction()
    raw: Any = connection.connection
    with connection.wrap_database_errors, psycopg.ServerCursor(raw, f"parts-{next(_NUMBERS)}") as cursor:
        cursor.execute(statement, values, binary=True)
        while part := cursor.fetchmany(size):
            yield part


def find(model: type[Row], pk: Any, *, locked: bool = False) -> Row | None:
    """Return the row with this primary key; None if there is none.

    Args:
        model: whose.
        pk: its key.
        locked: until the open transaction ends, against whoever else would change it.
    """
    for values in run(f"{_found_by_key(model)} FOR UPDATE" if locked else _found_by_key(model), [pk]):
        return row_of(model, values)
    return None


def find_locked(model: type[Row], keys: Collection[Any]) -> dict[Any, Row]:
    """Return the rows with these primary keys by them, locked in their order until the open transaction ends."""
    meta = model._meta
    key: Any = meta.pk
    statement = f"""
        SELECT {columns(model, "t")} FROM "{meta.db_table}" t
        WHERE t."{key.column}" = ANY(%s::{key.rel_db_type(connection)}[]) ORDER BY t."{key.column}" FOR UPDATE
    """
    rows = [row_of(model, values) for values in run(statement, [list(keys)])] if keys else []
    return {row.pk: row for row in rows}


def columns(model: type[Model], table: str) -> str:
    """Return the select list for a model's table under the alias it has in the statement, for `row_of`."""
    return ", ".join(f'{table}."{field.column}"' for field in _plain(model))


def row_of(model: type[Row], values: Sequence[Any]) -> Row:
    """Return a model instance from the values of its `columns`; generated columns are deferred."""
    fields = _plain(model)
    given = [_loaded(field, value) for field, value in zip(fields, values, strict=True)]
    return model.from_db(DEFAULT_DB_ALIAS, [field.attname for field in fields], given)


def rows_of(values: Sequence[Any], *models: type[Model]) -> list[Any]:
    """Return an instance of each model from the values of their `columns`, in turn; None where all are null."""
    found, at = list[Any](), 0
    for model in models:
        own = values[at : at + len(_plain(model))]
        found.append(row_of(model, own) if any(value is not None for value in own) else None)
        at += len(own)
    return found


@cache
def _found_by_key(model: type[Model]) -> str:
    meta = model._meta
    key = meta.pk.column
    return f'SELECT {columns(model, "t")} FROM "{meta.db_table}" t WHERE t."{key}" = %s'


@cache
def _plain(model: type[Model]) -> tuple[Any, ...]:
    return tuple(field for field in model._meta.concrete_fields if not isinstance(field, GeneratedField))


def insert(rows: Sequence[Model]) -> None:
    """Insert rows of one model, in one statement if it can hold them; set their keys where the database generates them.

    Raises:
        IntegrityError: one breaks a constraint.
    """
    if not rows:
        return
    head, fields, generated = _shape(type(rows[0]))
    found: list[Any] = []
    size = MOST_VALUES // len(fields)
    for several in (rows[begin : begin + size] for begin in range(0, len(rows), size)):
        values = [_value(field, row) for row in several for field in fields]
        sql = f"{head} VALUES {placeholders(len(several), len(fields))} RETURNING id"
        found += run(sql, values, prepare=len(several) <= PREPARED_ROWS, numbered=True)
    for row, (number,) in zip(rows, found, strict=True):
        if generated:
            row.pk = number
        row._state.adding = False  # noqa: SLF001 - as Django's own insert does


def update(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write some fields of rows of one model in one statement; Django's own builds a condition for each row and field.

    Args:
        rows: by their primary keys.
        names: of the fields: neither JSON nor arrays, which PostgreSQL would take apart.

    Raises:
        IntegrityError: one breaks a constraint.
    """
    if not rows:
        return
    sql, fields = _rewritten(type(rows[0]), tuple(names))
    run(sql, [[getattr(row, field.attname) for row in rows] for field in fields])


@cache
def _rewritten(model: type[Model], names: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    """Return the statement that writes fields of many rows, an array for each, and its fields, the key first."""
    meta = model._meta
    fields: tuple[Any, ...] = (meta.pk, *(meta.get_field(name) for name in names))
    wanted = ", ".join(f'"{field.column}" = v."{field.column}"' for field in fields[1:])
    kinds = [field.rel_db_type(connection).partition("(")[0] for field in fields]  # with a length, a cast cuts silently
    arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
    heads = ", ".join(f'"{field.column}"' for field in fields)
    where = f't."{meta.pk.column}" = v."{meta.pk.column}"'
    sql = f'UPDATE "{meta.db_table}" t SET {wanted} FROM unnest({arrays}) AS v({heads}) WHERE {where} RETURNING 1'
    return sql, fields


@lru_cache(maxsize=32)
def placeholders(rows: int, width: int) -> str:
    """Return numbered placeholders for rows of as many values each."""
    numbers = itertools.count(1)
    return ", ".join(f"({', '.join(f'${next(numbers)}' for _ in range(width))})" for _ in range(rows))


@cache
def _shape(model: type[Model]) -> tuple[str, tuple[Any, ...], bool]:
    """Return the start of the statement, the fields, and whether keys are generated."""
    numbered = model._meta.auto_field is not None
    fields = tuple(field for field in model._meta.concrete_fields if not (numbered and field.primary_key))
    columns = ", ".join(f'"{field.column}"' for field in fields)
    head = f'INSERT INTO "{model._meta.db_table}" ({columns})'
    return head, fields, numbered


def _loaded(field: Any, value: Any) -> Any:
    return json.loads(value) if isinstance(field, JSONField) and isinstance(value, str) else value  # as Django has it


def _value(field: Any, row: Model) -> Any:
    value = getattr(row, field.attname)
    return Jsonb(value) if isinstance(field, JSONField) and value is not None else value
