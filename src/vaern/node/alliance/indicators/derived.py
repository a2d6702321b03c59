"""Stock and growth of identified victims, derived from the monthly flow."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from vaern.node.alliance.indicators.storage import keep
from vaern.node.alliance.models import Membership, Value
from vaern.node.alliance.rules import definitions, periods, values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime
    from uuid import UUID

FLOW, STOCK = "identified_flow", "identified_stock"
FLOW_GROWTH, STOCK_GROWTH = "identified_flow_growth", "identified_stock_growth"
DERIVED = (STOCK, FLOW_GROWTH, STOCK_GROWTH)


def derive(first: date | None, at: datetime, size: int) -> int:
    """Compute them for every member and for all; return how many values changed.

    Args:
        first: the first day of the month of the ledger's first entry; None for an empty ledger.
        at: the latest moment of the entries.
        size: how many entries are in it.
    """
    flows: dict[UUID | None, dict[date, int]] = defaultdict(dict)
    months = Value.objects.filter(code=FLOW, period="month", split="")
    for member, start, number in months.values_list("member", "start", "numerator"):
        flows[member][start] = number or 0
    joined = dict(Membership.objects.order_by("joined").values_list("member", "joined"))  # who came back: the last time
    rows = [
        Value(
            version=definitions.current().version,
            code=code,
            member_id=member,
            period=period,
            start=start,
            numerator=number.numerator,
            denominator=number.denominator,
            value=number.value,
            missing=number.missing,
            as_of=size,
        )
        for member, flow in flows.items()
        for period in periods.KINDS
        if first is not None
        for code, start, number in numbers(period, flow, first, at, joined.get(member) if member else None)
    ]
    return keep(Value.objects.filter(code__in=DERIVED), rows)


def numbers(
    period: periods.Kind, flow: Mapping[date, int], first: date, at: datetime, joined: date | None
) -> Iterator[tuple[str, date, values.Number]]:
    """Yield code, first day and number of each value of one member. Pure.

    A growth is of a whole period that is over, and compares with one that the ledger covers from its first day.

    Args:
        period: month, quarter or year; growth is of the last two only.
        flow: children identified, by month.
        first: the month of the ledger's first entry.
        at: the moment of the last entry.
        joined: when the member joined; None: not known, or all members together.
    """
    by_start: dict[date, int] = defaultdict(int)
    for month, number in flow.items():
        by_start[periods.start_of(period, month)] += number
    covered_from = periods.after(period, periods.start_of(period, first))
    stock: dict[date, int] = {}
    for start in periods.between(period, first, at.date()):
        stock[start] = stock.get(periods.before(period, start), 0) + by_start.get(start, 0)
        yield STOCK, start, values.count(stock[start])
        if period == "month" or not periods.is_over(period, start, at):
            continue
        earlier = periods.year_before(start)
        late = values.joined_within(joined, earlier)
        for code, series in ((FLOW_GROWTH, by_start), (STOCK_GROWTH, stock)):
            compared = series.get(earlier, 0) if earlier >= covered_from else None
            yield code, start, values.growth(series.get(start, 0), compared, joined_meanwhile=late)
