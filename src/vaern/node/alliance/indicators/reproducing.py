"""The same events give the same value: everything once more from nothing, beside what is kept. Changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from vaern.node.alliance.indicators import computing, tracks
from vaern.node.alliance.models import Value
from vaern.node.ledger import folding

Key = tuple[str, str, str, str, str, str]
Numbers = tuple[float | None, str, int | None, int | None]


@dataclass(frozen=True)
class Reproduction:
    """What came of it.

    Attributes:
        entries: of the ledger that are in the values.
        values: how many are kept.
        differences: those that came out otherwise: which, what is kept, what came out; None where there is none.
    """

    entries: int
    values: int
    differences: list[tuple[Key, Numbers | None, Numbers | None]]


@transaction.atomic
def reproduce() -> Reproduction:
    """Compute every value again from the entries that are in the kept ones, and compare."""
    size = folding.folded(tracks.FOLD)
    kept = _numbers()
    tracks.forget()
    Value.objects.all().delete()
    tracks.fold_new(step=1_000_000, until=size)
    computing.compute_all()
    again = _numbers()
    transaction.set_rollback(True)
    differing = [key for key in sorted(kept.keys() | again.keys()) if kept.get(key) != again.get(key)]
    return Reproduction(size, len(kept), [(key, kept.get(key), again.get(key)) for key in differing])


def _numbers() -> dict[Key, Numbers]:
    rows = Value.objects.values_list(
        "version", "code", "member__code", "period", "start", "split", "value", "missing", "numerator", "denominator"
    )
    return {
        (version, code, member or "", period, start.isoformat(), split): (value, missing, numerator, denominator)
        for version, code, member, period, start, split, value, missing, numerator, denominator in rows
    }
