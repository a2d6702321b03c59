"""Compute values from the tallies, for every member and for the alliance; stored, and updated by what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from vaern.node.alliance.indicators import tallies, tracks
from vaern.node.alliance.indicators.derived import derive
from vaern.node.alliance.indicators.storage import keep
from vaern.node.alliance.indicators.sums import medians, sums
from vaern.node.alliance.models import MemberTally, Tally, Value
from vaern.node.alliance.rules import definitions, periods, values
from vaern.node.alliance.rules.measures import MEASURES
from vaern.node.ledger import folds
from vaern.node.ledger.models import Fold

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from vaern.node.alliance.indicators.sums import Sum
    from vaern.node.alliance.rules.definitions import Definition

UNITS = {"minutes": 60.0, "days": 86_400.0}


@transaction.atomic
def refresh() -> int:
    """Fold new entries, and recompute every value that they may have changed; return how many changed.

    In one transaction, so that no value is ever left behind by the tallies.
    """
    name, version = tracks.fold_name(), definitions.current().version
    if not Fold.objects.filter(name=name).exists():
        tracks.forget()
    touched = tracks.fold_new()
    if not Value.objects.filter(version=version).exists():
        return compute_all()
    return compute(touched, folds.folded(name))


@transaction.atomic
def compute_all() -> int:
    """Compute every value anew from the tallies."""
    touched: tallies.Touched = {}
    for table in (Tally, MemberTally):
        tallies.note(touched, list(table.objects.values_list("code", "month").distinct()))
    Value.objects.exclude(version=definitions.current().version).delete()
    return compute(touched, folds.folded(tracks.fold_name()))


@transaction.atomic
def compute(touched: tallies.Touched, size: int) -> int:
    """Compute the values of every period with a changed month, and the values derived from them."""
    at = tallies.clock()
    if at is None:
        return 0
    changed = 0
    for definition in definitions.current().indicators:
        months = touched.get(definition.code)
        if months:
            for period in periods.KINDS:
                changed += _compute(definition, period, {periods.start_of(period, month) for month in months}, size)
    return changed + derive(_first_month(), at, size)


def _first_month() -> date | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT date_trunc('month', e.at AT TIME ZONE 'UTC')::date FROM ledger_leaf l "
            "JOIN ledger_entry e ON e.id = l.entry WHERE l.position = 0"
        )
        row = cursor.fetchone()
    sent = MemberTally.objects.order_by("month").values_list("month", flat=True).first()
    return min((month for month in (row[0] if row else None, sent) if month is not None), default=None)


def _compute(definition: Definition, period: periods.Kind, starts: Collection[date], size: int) -> int:
    times = medians(definition, period, starts) if MEASURES[definition.code].took else {}
    rows = []
    for found in sums(definition, period, starts):
        row = Value(
            version=definitions.current().version,
            code=definition.code,
            member_id=found.member,
            period=period,
            start=found.start,
            split=found.split,
            as_of=size,
        )
        _fill(row, definition, found, times.get((found.member, found.start, found.split)))
        rows.append(row)
    return keep(Value.objects.filter(code=definition.code, period=period, start__in=starts), rows)


def _fill(row: Value, definition: Definition, found: Sum, took: tuple[float, int] | None) -> None:
    numerator, denominator = found.numerator, found.denominator
    if definition.kind == "count":
        number = values.count(denominator)
    elif definition.kind == "median":
        number = values.Number(None, values.NOTHING)
        if took is not None:
            number = values.Number(round(took[0] / UNITS[definition.unit], 2), "", None, took[1])
        row.extra = {"hits": numerator, "of": denominator, "share": values.share(numerator, denominator).value}
    else:
        number = values.share(numerator, denominator)
    row.value, row.missing = number.value, number.missing
    row.numerator, row.denominator = number.numerator, number.denominator
    if MEASURES[definition.code].source and found.sources > 1:
        rest, largest = values.without_largest((numerator, denominator), found.largest)
        row.rest = {
            "value": rest.value,
            "numerator": rest.numerator,
            "denominator": rest.denominator,
            "largest": largest,
        }
