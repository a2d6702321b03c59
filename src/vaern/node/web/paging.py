"""Keyset pagination: the next page begins after the last row of this one, at constant cost.

    page = paginate(Scan.objects.filter(...), ("-created_at", "id"), request.GET)
    Table(..., rows=[... for scan in page.rows], page=page)

No OFFSET: a page deep in a table of a million rows is found through the index, and rows that come in between move
nothing (Winand, "We need tool support for keyset pagination"). "After these keys" is asked in rungs, the lowest first,
each of them one range of the index, until the page is full:

    equal a, b, c and id beyond        equal a, b and c beyond        equal a and b beyond        a beyond

In one condition an index can use the first key alone; where that key has few values (urgent, priority), most rows of
the table would be read and thrown away.

What a list is sorted by (`sorting.Order`) may be null. Nulls are the last rungs, in both directions: each of their two
sides is a range of an index too.

A cursor is sealed with the node's secret, for its table and order: what nobody gave out never reaches the database.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models.expressions import Col
from django.utils.crypto import constant_time_compare, salted_hmac

from vaern.node.web.problems import Fault, Problem
from vaern.node.web.sorting import Order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.db.models import Model, QuerySet

Record = TypeVar("Record", bound="Model")
SIZE = 50
LONGEST = 2_000
NEWS = "new_since"
"""The parameter, and its value, that asks for what is new since one last looked."""

SEAL_BYTES = 15
"""Of the HMAC-SHA-256 that begins a cursor: 120 bits, and a whole number of base64's groups."""


class OfProgram(str):
    """A cursor sent by a program. Invalid ones are refused: the first page again would make it loop."""

    __slots__ = ()


class Whole(dict[str, Any]):
    """The parameters of a list that is taken out whole, page by page. It was recorded before the first page."""

    size = 500


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
        sort: how it is sorted, with `-` for descending; "" for the list's own order.
        sorts: how it can be.
        since: when the viewer last looked at the list; None where that is not kept, or they never did.
        news: which of the rows came or changed since, in their order; empty if none did.
        only_news: no other rows were asked for.
        total: number of all rows, where it was counted.
        whole: of a list that is taken out whole.
    """

    rows: list[Record]
    next: str = ""
    previous: str = ""
    sort: str = ""
    sorts: frozenset[str] = frozenset()
    since: datetime | None = None
    news: list[bool] = field(default_factory=list)
    only_news: bool = False
    total: int | None = None
    whole: bool = False


def paginate(
    found: QuerySet[Record],
    order: Sequence[str] | Order,
    parameters: Mapping[str, Any],
    size: int = SIZE,
    *,
    named: str = "",
) -> Page[Record]:
    """Return the page of a query that the `after` or `before` parameter asks for, sorted as `sort` does.

    Args:
        found: the rows, unsorted.
        order: of the list; as a plain sequence not-null fields of the model itself, the last unique.
        parameters: of the request.
        size: rows per page.
        named: prefix of `after` and `before` if a page has several such lists; only one of them can be sorted.

    An invalid cursor gives the first page, since it may come from the address bar.

    Raises:
        Problem: an invalid `OfProgram` cursor.
    """
    whole = isinstance(parameters, Whole)
    size = parameters.size if isinstance(parameters, Whole) else size
    given = order if isinstance(order, Order) else Order(*order)
    sort = given.asked(parameters)
    found, keys = given.over(found, sort)
    after, before = str(parameters.get(f"{named}after", "")), str(parameters.get(f"{named}before", ""))
    backwards = bool(before) and not after
    values = read_cursor(found, keys, after or before)
    if after and not values and isinstance(parameters[f"{named}after"], OfProgram):
        fault = Fault("query.after", "is a cursor of this list, as `next` gave it; leave it out to begin again")
        raise Problem("invalid", "The list cannot go on from there.", (fault,))
    rows = _climb(found, keys, values, size + 1, backwards=backwards)
    more, rows = len(rows) > size, rows[:size]
    if backwards and values:
        rows.reverse()
        has_next, has_previous = True, more
    else:
        has_next, has_previous = more, bool(values)
    return Page(
        rows,
        write_cursor(rows[-1], keys) if rows and has_next else "",
        write_cursor(rows[0], keys) if rows and has_previous else "",
        sort=sort,
        sorts=frozenset(given.by),
        whole=whole,
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
        fields = [_field(found, name.lstrip("-")) for name in order]
        keys = [field.to_python(value) for field, value in zip(fields, values, strict=True)]
    except (ValueError, TypeError, ValidationError):
        return []
    is_null = (key is None and not _may_be_null(found, name) for name, key in zip(order, keys, strict=True))
    return [] if any(is_null) else keys


def _field(found: QuerySet[Any], name: str) -> Any:
    computed = found.query.annotations.get(name)
    return found.model._meta.get_field(name) if computed is None else computed.output_field


def _may_be_null(found: QuerySet[Any], name: str) -> bool:
    """Whether rows can lack what they are sorted by; the fields of a list's own order are never null."""
    computed: Any = found.query.annotations.get(name.lstrip("-"))
    own = isinstance(computed, Col) and computed.alias == found.query.base_table
    return computed is not None and not (own and not computed.target.null)


def _seal(model: type[Model], order: Sequence[str], text: bytes) -> bytes:
    of = f"{model._meta.label} {' '.join(order)} ".encode()
    return salted_hmac("vaern.web.paging", of + text, algorithm="sha256").digest()[:SEAL_BYTES]


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _climb(
    found: QuerySet[Record], order: Sequence[str], keys: Sequence[Any], wanted: int, *, backwards: bool
) -> list[Record]:
    """Return the rows after some keys, or, backwards, those before them, the nearest first."""
    backwards = backwards and bool(keys)
    direction = [_turned(name) for name in order] if backwards else list(order)
    rows: list[Record] = []
    rungs = _rungs(found, direction, keys, backwards) if keys else _sides(found, direction[0])
    for condition in rungs:
        rows += found.filter(**condition).order_by(*direction)[: wanted - len(rows)]
        if len(rows) >= wanted:
            break
    return rows


def _rungs(
    found: QuerySet[Any], direction: Sequence[str], keys: Sequence[Any], backwards: bool
) -> Iterator[dict[str, Any]]:
    """Return the conditions of the rows beyond some keys, the nearest first; each is one range of the index."""
    for rung in reversed(range(len(direction))):
        equal = dict(_equal(name, key) for name, key in zip(direction[:rung], keys[:rung], strict=True))
        name, key = direction[rung].lstrip("-"), keys[rung]
        if key is not None:
            yield {**equal, f"{name}__{'lt' if direction[rung].startswith('-') else 'gt'}": key}
        if _may_be_null(found, name) and (key is None) == backwards:
            yield {**equal, f"{name}__isnull": not backwards}


def _sides(found: QuerySet[Any], first: str) -> Iterator[dict[str, Any]]:
    """Return the conditions under which all rows come: at once, or those with a value before those without."""
    if not _may_be_null(found, first):
        yield {}
        return
    yield {f"{first.lstrip('-')}__isnull": False}
    yield {f"{first.lstrip('-')}__isnull": True}


def _equal(name: str, key: Any) -> tuple[str, Any]:
    name = name.lstrip("-")
    return (f"{name}__isnull", True) if key is None else (name, key)
