"""Check that the same events give the same values: recompute everything from scratch, and compare with what is stored.

It runs in temporary tables of the same names, which PostgreSQL finds first: the stored ones are only read, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from vaern.node.alliance.indicators import computation, tracks
from vaern.node.alliance.indicators.storage import NUMBERS
from vaern.node.alliance.models import Value
from vaern.node.ledger import folds
from vaern.node.ledger.models import Fold

Key = tuple[str, str, str, str, str, str]
Numbers = tuple[Any, ...]
"""`storage.NUMBERS`."""


@dataclass(frozen=True)
class Reproduction:
    """The result of recomputing.

    Attributes:
        entries: of the ledger that are in the values.
        values: how many are kept.
        differences: those that came out otherwise: which, what is kept, what came out; None where there is none.
    """

    entries: int
    values: int
    differences: list[tuple[Key, Numbers | None, Numbers | None]]


def reproduce() -> Reproduction:
    """Recompute every value from the entries behind the stored ones, and compare. Changes nothing."""
    with transaction.atomic():
        Fold.objects.select_for_update().filter(name=tracks.fold_name()).first()  # nobody folds while this is read
        size, kept = folds.folded(tracks.fold_name()), _numbers()
    again = _computed_again(size)
    differing = [key for key in sorted(kept.keys() | again.keys()) if kept.get(key) != again.get(key)]
    return Reproduction(size, len(kept), [(key, kept.get(key), again.get(key)) for key in differing])


@transaction.atomic
def _computed_again(size: int) -> dict[Key, Numbers]:
    with connection.cursor() as cursor:
        for table in ("ledger_fold", "alliance_value", *tracks.KEPT):
            cursor.execute(f"CREATE TEMPORARY TABLE {table} (LIKE {table} INCLUDING ALL)")
    tracks.fold_new(until=size)
    computation.compute_all()
    again = _numbers()
    transaction.set_rollback(True)
    return again


def _numbers() -> dict[Key, Numbers]:
    rows = Value.objects.values_list("version", "code", "member__code", "period", "start", "split", *NUMBERS)
    return {
        (version, code, member or "", period, start.isoformat(), split): tuple(numbers)
        for version, code, member, period, start, split, *numbers in rows
    }
