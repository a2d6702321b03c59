"""Folding: numbers kept up as the ledger grows, each entry exactly once, in the order of the sequenced tree.

Positions have no gaps and only grow, also where an entry's transaction took long; so whoever remembers how far it has
come misses nothing and counts nothing twice.
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
    """Fold what is new; return how many entries that was.

    Args:
        name: of the fold; how far it has come is kept under it, and of two processes at once one waits.
        apply: takes the entries at positions from the first number up to, and without, the second, in the transaction
            that moves the mark.
        step: the most entries of one transaction; `STEP` if 0.
        until: fold no position from this on; None: all that have one.
    """
    folded = 0
    while done := _once(name, apply, step or STEP, until):
        folded += done
    return folded


@transaction.atomic
def _once(name: str, apply: Callable[[int, int], object], step: int, until: int | None) -> int:
    Fold.objects.get_or_create(name=name)
    mark = Fold.objects.select_for_update().get(name=name)
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
    """Note how far a walk through another table has come that keeps its own order; a mark never goes back."""
    Fold.objects.get_or_create(name=name)
    Fold.objects.filter(name=name, size__lt=size).update(size=size)


def folded(name: str) -> int:
    """Return how far a fold has come: the entries at positions below this are in its numbers."""
    return Fold.objects.filter(name=name).values_list("size", flat=True).first() or 0
