"""Keyset pagination: the next page begins after the last row of this one, at constant cost.

    page = paginate(Scan.objects.filter(...), ("-created_at", "id"), request.GET)
    Table(..., rows=[... for scan in page.rows], next=page.next, previous=page.previous)

No OFFSET: a page deep in a table of a million rows is found through the index, and rows that come in between move
nothing (Winand, "We need tool support for keyset pagination"). "After these keys" is asked in rungs, the lowest first,
each of them one range of the index, until the page is full:

    equal a, b, c and id beyond        equal a, b and c beyond        equal a and b beyond        a beyond

In one condition an index can use the first key alone; where that key has few values (urgent, priority), most rows of
the table would be read and thrown away.

A cursor is sealed with the node's secret, for its table and order: what nobody gave out never reaches the database.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.crypto import constant_time_compare, salted_hmac

from vaern.node.web.problems import Fault, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import Model, QuerySet

Record = TypeVar("Record", bound="Model")
SIZE = 50
LONGEST = 2_000
SEAL_BYTES = 15
"""Of the HMAC-SHA-256 that begins a cursor: 120 bits, and a whole number of base64's groups."""


class OfProgram(str):
    """A cursor sent by a program. Invalid ones are refused: the first page again would make it loop."""

    __slots__ = ()


class _Exact(DjangoJSONEncoder):
    """Encodes moments to the microsecond. Django's encoder truncates to milliseconds, which would skip rows."""

    def default(self, o: Any) -> Any:
        """Return what JSON can hold of a value."""
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


@dataclass(frozen=True)
class Page(Generic[Record]):
    """One page of rows.

    Attributes:
        next, previous: cursors for `?after=` and `?before=`; "" if there is no such page.
    """

    rows: list[Record]
    next: str = ""
    previous: str = ""


def paginate(
    found: QuerySet[Record], order: Sequence[str], parameters: Mapping[str, Any], size: int = SIZE, *, named: str = ""
) -> Page[Record]:
    """Return the page of a query that the `after` or `before` parameter asks for.

    Args:
        found: the rows, unsorted.
        order: not-null fields of the model itself, `-` for descending; the last is unique.
        parameters: of the request.
        size: rows per page.
        named: prefix of `after` and `before` if a page has several such lists.

    An invalid cursor gives the first page, since it may come from the address bar.

    Raises:
        Problem: an invalid `OfProgram` cursor.
    """
    after, before = str(parameters.get(f"{named}after", "")), str(parameters.get(f"{named}before", ""))
    backwards = bool(before) and not after
    keys = read_cursor(found, order, after or before)
    if after and not keys and isinstance(parameters[f"{named}after"], OfProgram):
        fault = Fault("query.after", "is a cursor of this list, as `next` gave it; leave it out to begin again")
        raise Problem("invalid", "The list cannot go on from there.", (fault,))
    direction = [_turned(name) for name in order] if backwards else list(order)
    rows = _climb(found, direction, keys, size + 1)
    more, rows = len(rows) > size, rows[:size]
    if backwards and keys:
        rows.reverse()
        has_next, has_previous = True, more
    else:
        has_next, has_previous = more, bool(keys)
    if not rows:
        return Page(rows)
    return Page(
        rows,
        write_cursor(rows[-1], order) if has_next else "",
        write_cursor(rows[0], order) if has_previous else "",
    )


def write_cursor(row: Model, order: Sequence[str]) -> str:
    """Return the cursor of a row, as text for a query string."""
    values = [getattr(row, name.lstrip("-")) for name in order]
    text = json.dumps(values, cls=_Exact, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_seal(type(row), order, text) + text).decode().rstrip("=")


def read_cursor(found: QuerySet[Any], order: Sequence[str], cursor: str) -> list[Any]:
    """Return the field values in a cursor; none if it was not issued for this order."""
    if not cursor or len(cursor) > LONGEST:
        return []
    try:
        given = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        seal, text = given[:SEAL_BYTES], given[SEAL_BYTES:]
        if not constant_time_compare(seal, _seal(found.model, order, text)):
            return []
        values = json.loads(text)
        fields = [found.model._meta.get_field(name.lstrip("-")) for name in order]
        keys = [field.to_python(value) for field, value in zip(fields, values, strict=True)]  # type: ignore[union-attr]
    except (ValueError, TypeError, ValidationError):
        return []
    return [] if any(key is None for key in keys) else keys


def _seal(model: type[Model], order: Sequence[str], text: bytes) -> bytes:
    of = f"{model._meta.label} {' '.join(order)} ".encode()
    return salted_hmac("vaern.web.paging", of + text, algorithm="sha256").digest()[:SEAL_BYTES]


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _climb(found: QuerySet[Record], order: Sequence[str], keys: Sequence[Any], wanted: int) -> list[Record]:
    if not keys:
        return list(found.order_by(*order)[:wanted])
    rows: list[Record] = []
    for rung in reversed(range(len(order))):
        equal = {name.lstrip("-"): key for name, key in zip(order[:rung], keys[:rung], strict=True)}
        name = order[rung]
        beyond = {f"{name.lstrip('-')}__{'lt' if name.startswith('-') else 'gt'}": keys[rung]}
        rows += found.filter(**equal, **beyond).order_by(*order)[: wanted - len(rows)]
        if len(rows) >= wanted:
            break
    return rows
