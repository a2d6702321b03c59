"""Folds: totals maintained incrementally, counting each entry exactly once, in tree order.

Positions are contiguous and only grow, even if an entry's transaction took long. So a stored position is enough to miss
nothing and count nothing twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from vaern.node.ledger.models import Fold

if TYPE_CHECKING:
    from collections.abc import Callable

STEP = 50_000
"""Leaves that are folded in one transaction."""


def size() -> int:
    """Return how many entries have a position."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(position) + 1, 0) FROM ledger_leaf")
        return int(cursor.fetchone()[0])


def fold(name: str, apply: Callable[[int, int], object], step: int = 0, until: int | None = None) -> int:
    """Fold the new entries; return how many there were.

    Args:
        name: key of the stored position, and of the lock that makes concurrent processes wait.
        apply: handles the half-open range of positions it is given, in the transaction that moves the mark.
        step: maximum entries per transaction; `STEP` if 0.
        until: stop before this position; None for the end.
    """
    folded = 0
    while done := _once(name, apply, step or STEP, until):
        folded += done
    return folded


@transaction.atomic
def _once(name: str, apply: Callable[[int, int], object], step: int, until: int | None) -> int:
    marks = Fold.objects.select_for_update().filter(name=name)
    mark = marks.first() or marks.get(pk=Fold.objects.get_or_create(name=name)[0].pk)
    end = min(size() if until is None else until, mark.size + step)
    if end <= mark.size:
        return 0
    apply(mark.size, end)
    done = end - mark.size
    mark.size = end
    mark.save(update_fields=["size"])
    return done


@transaction.atomic
def reach(name: str, size: int) -> None:
    """Store the position of a walk through another table; it never moves back."""
    Fold.objects.get_or_create(name=name)
    Fold.objects.filter(name=name, size__lt=size).update(size=size)


def folded(name: str) -> int:
    """Return a fold's position: entries below it are in its totals."""
    return Fold.objects.filter(name=name).values_list("size", flat=True).first() or 0
