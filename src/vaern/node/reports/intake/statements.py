"""Statements of the way in, prepared: they are the same thousands of times, and half of their cost is their planning.

Django binds values into the text of a statement, which then is another each time; psycopg beneath it does not. The rows
are those of the models, column by column, so that a model's new column needs nothing here.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import connection
from django.db.models import JSONField
from psycopg.types.json import Jsonb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model

PREPARED_ROWS = 4
"""Up to so many rows at once a statement is prepared; longer ones differ too much to be met again."""


def run(sql: str, values: Any, *, prepare: bool = True) -> list[Any]:
    """Return the rows of a statement."""
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    raw: Any = connection.connection
    raw.prepare_threshold = raw.prepare_threshold or 1  # Django's None means never
    with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        cursor.execute(sql, values, prepare=prepare)
        return cursor.fetchall()


def insert(rows: Sequence[Model]) -> None:
    """Insert rows of one model; those without a number get theirs.

    Raises:
        IntegrityError: one breaks a constraint.
    """
    if not rows:
        return
    head, one, fields, numbered = _shape(type(rows[0]))
    values = [_value(field, row) for row in rows for field in fields]
    sql = f"{head} VALUES {', '.join([one] * len(rows))} RETURNING id"
    found = run(sql, values, prepare=len(rows) <= PREPARED_ROWS)
    for row, (number,) in zip(rows, found, strict=True):
        if numbered:
            row.pk = number
        row._state.adding = False  # noqa: SLF001 - as Django's own insert does


@cache
def _shape(model: type[Model]) -> tuple[str, str, tuple[Any, ...], bool]:
    """The beginning of the statement, the place of one row, the fields, and whether the database numbers the rows."""
    numbered = model._meta.auto_field is not None  # noqa: SLF001
    fields = tuple(field for field in model._meta.concrete_fields if not (numbered and field.primary_key))  # noqa: SLF001
    columns = ", ".join(f'"{field.column}"' for field in fields)
    head = f'INSERT INTO "{model._meta.db_table}" ({columns})'  # noqa: SLF001 - our own names
    return head, f"({', '.join(['%s'] * len(fields))})", fields, numbered


def _value(field: Any, row: Model) -> Any:
    value = getattr(row, field.attname)
    return Jsonb(value) if isinstance(field, JSONField) and value is not None else value
