"""Store the values of indicators; rows that did not change are not written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaern.node.alliance.models import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

KEY = ("version", "code", "member_id", "period", "start", "split")
NUMBERS = ("value", "missing", "numerator", "denominator", "rest", "extra")


def keep(before: QuerySet[Value], rows: Iterable[Value]) -> int:
    """Replace some values by these; return how many are new or changed.

    Args:
        before: those that are kept and that the new ones stand for.
        rows: the new ones.
    """
    kept: dict[tuple[Any, ...], tuple[int, tuple[Any, ...]]] = {}
    for id, *rest in before.values_list("id", *KEY, *NUMBERS):
        kept[tuple(rest[: len(KEY)])] = (id, tuple(rest[len(KEY) :]))
    changed, same = [], set()
    for row in rows:
        found = kept.get(_of(row, KEY))
        if found is not None and found[1] == _of(row, NUMBERS):
            same.add(found[0])
        else:
            changed.append(row)
    gone = [id for id, _numbers in kept.values() if id not in same]
    if gone:
        Value.objects.filter(pk__in=gone).delete()
    Value.objects.bulk_create(changed, batch_size=2_000)
    return len(changed)


def _of(row: Value, names: Iterable[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)
