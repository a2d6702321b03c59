"""Stock and growth equal adding up by hand, and are missing, with the reason, where they would rest on nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.alliance.indicators import derived
from vaern.node.alliance.rules import definitions, measures, periods, populations, values
from vaern.node.ledger.rules import acts

months = st.dates(date(2029, 1, 1), date(2034, 12, 31)).map(lambda day: day.replace(day=1))
flows = st.dictionaries(months, st.integers(0, 9), max_size=30)
kinds = st.sampled_from(periods.KINDS)


def days_of(kind: periods.Kind, start: date) -> list[date]:
    """Every day of a period, one by one."""
    end, day, found = periods.after(kind, start), start, []
    while day < end:
        found.append(day)
        day += timedelta(days=1)
    return found


@given(kinds, st.dates(date(1999, 1, 1), date(2100, 12, 31)))
def test_periods_tile_the_calendar(kind: periods.Kind, day: date) -> None:
    start = periods.start_of(kind, day)
    assert day in days_of(kind, start)
    assert periods.start_of(kind, periods.after(kind, start)) == periods.after(kind, start)
    assert periods.after(kind, periods.before(kind, start)) == start


@given(kinds, flows, months, st.datetimes(datetime(2033, 1, 1), datetime(2036, 1, 1)), st.none() | months)  # noqa: DTZ001
def test_stock_and_growth(
    kind: periods.Kind, flow: dict[date, int], first: date, moment: datetime, joined: date | None
) -> None:
    at = moment.replace(tzinfo=UTC)
    flow = {month: number for month, number in flow.items() if first <= month <= at.date()}
    found = {(code, start): number for code, start, number in derived.numbers(kind, flow, first, at, joined)}
    for start in periods.between(kind, first, at.date()):
        up_to = sum(number for month, number in flow.items() if month < periods.after(kind, start))
        assert found[derived.STOCK, start].value == up_to
        growth = found.get((derived.FLOW_GROWTH, start))
        if kind == "month" or at.date() < periods.after(kind, start):
            assert growth is None  # the running period is never compared with a whole one
            continue
        earlier = start.replace(year=start.year - 1)
        now = sum(number for month, number in flow.items() if month in days_of(kind, start))
        then = sum(number for month, number in flow.items() if month in days_of(kind, earlier))
        if joined is not None and joined > earlier:
            assert growth.missing == values.JOINED_MEANWHILE
        elif earlier <= first or first in days_of(kind, earlier):  # the ledger began within it, or later
            assert growth.missing == values.NO_COMPARISON
        elif then == 0:
            assert growth.missing == values.FROM_ZERO
        else:
            assert growth.value == pytest.approx(100 * (now - then) / then, abs=0.01)


def test_a_comparison_reaches_back_over_a_whole_period() -> None:
    flow = {date(2031, 5, 1): 4, date(2032, 5, 1): 5}
    at = datetime(2033, 1, 2, tzinfo=UTC)
    from_january = {(c, s): n for c, s, n in derived.numbers("year", flow, date(2030, 12, 1), at, None)}
    from_may = {(c, s): n for c, s, n in derived.numbers("year", flow, date(2031, 5, 1), at, None)}
    assert from_january[derived.FLOW_GROWTH, date(2032, 1, 1)].value == 25
    assert from_january[derived.STOCK_GROWTH, date(2032, 1, 1)].value == 125
    assert from_may[derived.FLOW_GROWTH, date(2032, 1, 1)].missing == values.NO_COMPARISON


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_without_the_largest_source_the_rest_stays(a: int, b: int, c: int, d: int) -> None:
    largest, others = (min(a, b), max(a, b)), (min(c, d), max(c, d))
    rest, part = values.without_largest((largest[0] + others[0], largest[1] + others[1]), largest)
    assert (rest.numerator, rest.denominator) == others
    assert part == (round(100 * largest[1] / (largest[1] + others[1]), 2) if largest[1] + others[1] else 0)


@pytest.mark.parametrize("numbers", [(1, 0), (-1, 3), (5, 4)])
def test_a_share_of_what_is_not_there_is_refused(numbers: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="a share of"):
        values.share(*numbers)


def test_of_nothing_there_is_no_share() -> None:
    assert values.share(0, 0) == values.Number(None, values.NOTHING, 0, 0)


def test_every_indicator_is_defined_computed_and_says_what_it_reads() -> None:
    found = definitions.current().by_code
    computed = {code for code, one in found.items() if one.kind != "declared"}
    assert computed == set(measures.MEASURES) | set(derived.DERIVED)
    assert all(bool(one.source) == (code in computed) for code, one in found.items())
    for code, one in found.items():
        assert set(one.name) == set(one.question) == set(one.formula) == set(one.weakness) == {"en", "da"}
        if code in measures.MEASURES:
            assert set(one.source) & set(populations.POPULATIONS[one.population].acts)


def test_the_acts_that_numbers_are_read_from_exist() -> None:
    read = {act for one in populations.POPULATIONS.values() for act in one.acts}
    assert read - set(acts()) == set()
    said = {act for one in definitions.current().indicators for act in one.source}
    assert said - set(acts()) == set()


def test_speed_stands_beside_quality() -> None:
    found = definitions.current().by_code
    for code, one in found.items():
        if one.kind == "median" or one.within_hours:
            assert one.beside, f"{code} is a speed"
            assert not found[one.beside].within_hours
