"""Values from the sums, for every member and for the alliance; kept, and brought up to date by what is new."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction

from vaern.node.alliance.indicators import definitions, periods, tracks, values
from vaern.node.alliance.indicators.derived import derive
from vaern.node.alliance.indicators.measures import MEASURES
from vaern.node.alliance.indicators.sums import medians, sums
from vaern.node.alliance.models import Value
from vaern.node.ledger import folding

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from vaern.node.alliance.indicators.definitions import Definition
    from vaern.node.alliance.indicators.sums import Sum

UNITS = {"minutes": 60.0, "days": 86_400.0}


def refresh() -> int:
    """Fold what is new, and compute every value that may have changed; return how many were written."""
    touched = tracks.fold_new()
    size = folding.folded(tracks.FOLD)
    at = _last_moment(size)
    if at is None:
        return 0
    if Value.objects.exclude(version=definitions.current().version).exists() or not Value.objects.exists():
        return compute_all()
    return compute(touched, at, size)


def compute_all() -> int:
    """Compute every value of every period anew from the tracks."""
    size = folding.folded(tracks.FOLD)
    at = _last_moment(size)
    first = _first_month()
    if at is None or first is None:
        return 0
    months = set(periods.between("month", first, at.date()))
    return compute(
        {name: set(months) for name in ("series", "reports", "locations", "requests", "preservations")}, at, size
    )


def _last_moment(size: int) -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.at FROM ledger_leaf l JOIN ledger_entry e ON e.id = l.entry WHERE l.position = %s", [size - 1]
        )
        row = cursor.fetchone()
    return row[0].astimezone(UTC) if row else None


def _first_month() -> date | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT e.at FROM ledger_leaf l JOIN ledger_entry e ON e.id = l.entry WHERE l.position = 0")
        row = cursor.fetchone()
    return periods.start_of("month", row[0].astimezone(UTC).date()) if row else None


@transaction.atomic
def compute(touched: tracks.Touched, at: datetime, size: int) -> int:
    """Compute the values of the periods that hold one of the months; and of the running one, whose limits ripen."""
    now = periods.start_of("month", at.date())
    ripening = {now, periods.before("month", now)}
    written = 0
    for definition in definitions.current().indicators:
        if definition.code in MEASURES:
            months = touched.get(definition.population, set()) | ripening
            for period in periods.KINDS:
                starts = {periods.start_of(period, month) for month in months}
                written += _write(definition, period, starts, at, size)
    return written + derive(_first_month(), at, size)


def _write(definition: Definition, period: periods.Kind, starts: set[date], at: datetime, size: int) -> int:
    rows: list[Value] = []
    for first, end in _runs(period, starts):
        found = sums(definition, period, (first, end), at)
        took = medians(definition, period, (first, end), at) if MEASURES[definition.code].took else []
        times = {(m.member, m.of_all, m.start, m.split): m for m in took}
        for (member, of_all, start, split), parts in _grouped(definition, found).items():
            if start not in starts:
                continue
            row = Value(
                version=definitions.current().version, code=definition.code, member_id=member, period=period,
                start=start, split=split or "", as_of=size,
            )  # fmt: skip
            _fill(row, definition, parts, times.get((member, of_all, start, split)))
            rows.append(row)
    return _replace(definition.code, period, starts, rows)


def _runs(period: periods.Kind, starts: Iterable[date]) -> list[tuple[date, date]]:
    """Join neighbouring periods, so that one query reads them."""
    runs: list[tuple[date, date]] = []
    for start in sorted(starts):
        end = periods.after(period, start)
        if runs and runs[-1][1] == start:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return runs


Key = tuple["UUID | None", bool, date, "str | None"]


def _grouped(definition: Definition, found: Iterable[Sum]) -> dict[Key, list[values.Sums]]:
    """Return the parts of each value: of every member and of all, whole and split. Who has no member is in all."""
    grouped: dict[Key, dict[str, tuple[int, int]]] = defaultdict(lambda: defaultdict(lambda: (0, 0)))
    for one in found:
        for member, of_all in ((one.member, False), (None, True)):
            if member is None and not of_all:
                continue
            for split in (None, one.split) if definition.split and one.split else (None,):
                parts = grouped[member, of_all, one.start, split]
                before = parts[one.source]
                parts[one.source] = (before[0] + one.numerator, before[1] + one.denominator)
    return {key: [values.Sums(source, *pair) for source, pair in parts.items()] for key, parts in grouped.items()}


def _fill(row: Value, definition: Definition, parts: list[values.Sums], took: object) -> None:
    numerator, denominator = values.whole(parts)
    if definition.kind == "count":
        number = values.count(denominator)
    elif definition.kind == "median":
        number = _median(definition, took)
        row.extra = {"hits": numerator, "of": denominator}
        if definition.within_hours:
            row.extra["share"] = values.share(numerator, denominator).value
    else:
        number = values.share(numerator, denominator)
    row.value, row.missing = number.value, number.missing
    row.numerator, row.denominator = number.numerator, number.denominator
    if MEASURES[definition.code].source and (rest := values.without_largest(parts)):
        smaller, largest = rest
        row.rest = {
            "value": smaller.value, "numerator": smaller.numerator, "denominator": smaller.denominator,
            "largest": largest,
        }  # fmt: skip


def _median(definition: Definition, took: object) -> values.Number:
    if took is None:
        return values.Number(None, values.NOTHING)
    return values.Number(round(took.seconds / UNITS[definition.unit], 2), "", None, took.answered)  # type: ignore[attr-defined]


def _replace(code: str, period: str, starts: set[date], rows: list[Value]) -> int:
    Value.objects.filter(code=code, period=period, start__in=starts).delete()
    Value.objects.bulk_create(rows, batch_size=2_000)
    return len(rows)
