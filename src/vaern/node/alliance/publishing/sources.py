"""The numbers under a release, from the values of indicators; and what was released before."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import F, Func, IntegerField, Sum

from vaern.node.alliance.models import Membership, PublicRelease, Value
from vaern.node.alliance.rules import definitions, periods
from vaern.node.alliance.rules.figures import Published, loaded
from vaern.node.alliance.rules.releases import MEDIANS
from vaern.node.alliance.rules.suppression.cells import NONE, SHAPES, Basis, Cell, Key, Tables
from vaern.node.organisations.models import Member

if TYPE_CHECKING:
    from collections.abc import Mapping


def members() -> list[Member]:
    """Return the countries that are members now, by their codes."""
    return list(Member.objects.filter(pk__in=Membership.objects.filter(left=None).values("member")).order_by("code"))


def basis() -> Basis:
    """Return what is counted of every country and month."""
    counted = [code for code, shape in SHAPES.items() if not shape.stock]
    rows = Value.objects.filter(
        version=definitions.current().version, period="month", split="", code__in=counted
    ).values_list("code", "member__code", "start", "numerator", "denominator")
    numbers: dict[Key, int] = defaultdict(int)
    first = date.max
    for code, member, start, numerator, denominator in rows:
        first = min(first, start)
        shape = SHAPES[code]
        of = denominator if shape.hits or code in MEDIANS else numerator
        for quantity, number in ((shape.of, of), (shape.hits, numerator)):
            if quantity and member is None:
                numbers[quantity, NONE, start] += number or 0
            elif quantity:
                numbers[quantity, member, start] += number or 0
                numbers[quantity, NONE, start] -= number or 0
    countries = Member.objects.order_by("code").values_list("code", flat=True)
    return Basis({key: number for key, number in numbers.items() if number}, (*countries, NONE), first)


def medians() -> dict[Cell, float]:
    """Return every median."""
    rows = Value.objects.filter(
        version=definitions.current().version, split="", code__in=MEDIANS, value__isnull=False
    ).values_list("code", "member__code", "period", "start", "value")
    return {
        Cell(code, member or "all", kind, start): value
        for code, member, period, start, value in rows
        for kind in periods.KINDS
        if kind == period and value is not None
    }


def entries() -> int:
    """Return how many entries of the ledger are in the values."""
    latest = Value.objects.order_by("-as_of").values_list("as_of", flat=True).first()
    return latest or 0


def told_before() -> list[Tables]:
    """Return everything that was ever published, corrected releases too: readers do not forget it."""
    return [
        tables_of(loaded(content), kept)
        for content, kept in PublicRelease.objects.order_by("number").values_list("content", "basis")
    ]


def left_out_before() -> frozenset[tuple[str, str, str]]:
    """Return indicator, row and period of every figure that a release left out."""
    return frozenset(
        (one.code, one.row, one.period)
        for content in PublicRelease.objects.order_by("number").values_list("content", flat=True)
        for one in loaded(content).figures
        if one.status == "suppressed"
    )


def count_told_before() -> int:
    """Return how many figures were ever published, without reading them."""
    figures = Func(F("content__figures"), function="jsonb_array_length", output_field=IntegerField())
    return PublicRelease.objects.aggregate(count=Sum(figures, default=0))["count"]  # type: ignore[no-any-return]


def tables_of(content: Published, kept: Any) -> Tables:
    """Return the tables of a release with the cells that it told."""
    cells = frozenset(
        Cell(one.code, one.row, *periods.read(one.period))
        for one in content.figures
        if one.code in SHAPES and one.status != "suppressed"
    )
    return Tables(read(kept), tuple(row.code for row in content.members), cells)


def written(one: Basis) -> dict[str, Any]:
    """Return a basis as the database keeps it: by quantity and country, pairs of month and number."""
    numbers: dict[str, dict[str, list[tuple[str, int]]]] = defaultdict(lambda: defaultdict(list))
    for (quantity, row, month), number in sorted(one.numbers.items()):
        numbers[quantity][row].append((month.isoformat(), number))
    return {"first": one.first.isoformat(), "rows": list(one.rows), "numbers": numbers}


def read(kept: Mapping[str, Any]) -> Basis:
    """Return a basis that was kept with `written`."""
    numbers = {
        (quantity, row, date.fromisoformat(month)): number
        for quantity, by_row in kept["numbers"].items()
        for row, pairs in by_row.items()
        for month, number in pairs
    }
    return Basis(numbers, tuple(kept["rows"]), date.fromisoformat(kept["first"]))
