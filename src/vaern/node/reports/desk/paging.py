"""Pages of a long list, in rungs: a page deep in a million rows costs what the first one costs.

`web.paging` says "after these keys" in one condition, of which an index can use the first key alone. The work list
begins with keys that have few values (urgent, priority), so most rows would be read and thrown away. Here the same
condition is asked in rungs, the lowest first, each of them one range of the index:

    equal a, b, c and id beyond        equal a, b and c beyond        equal a and b beyond        a beyond

(Winand, "We need tool support for keyset pagination", on row values of mixed direction.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaern.node.web.paging import SIZE, Page, read_cursor, write_cursor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from vaern.node.reports.models import Report


def paginate(
    found: QuerySet[Report], order: Sequence[str], parameters: Mapping[str, Any], size: int = SIZE
) -> Page[Report]:
    """Return the page that `after` or `before` in the parameters ask for, as `web.paging.paginate` does."""
    after, before = str(parameters.get("after", "")), str(parameters.get("before", ""))
    backwards = bool(before) and not after
    keys = read_cursor(found, order, after or before)
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


def _climb(found: QuerySet[Report], order: Sequence[str], keys: Sequence[Any], wanted: int) -> list[Report]:
    if not keys:
        return list(found.order_by(*order)[:wanted])
    rows: list[Report] = []
    for rung in reversed(range(len(order))):
        equal = {name.lstrip("-"): key for name, key in zip(order[:rung], keys[:rung], strict=True)}
        name = order[rung]
        beyond = {f"{name.lstrip('-')}__{'lt' if name.startswith('-') else 'gt'}": keys[rung]}
        rows += found.filter(**equal, **beyond).order_by(*order)[: wanted - len(rows)]
        if len(rows) >= wanted:
            break
    return rows


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"
