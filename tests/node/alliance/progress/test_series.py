"""Which values a target is held against: one length of periods, what was declared before what was computed."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from vaern.node.alliance.rules import periods, values
from vaern.node.alliance.rules.gap import Why
from vaern.node.alliance.rules.readings import Counted, Said, series

days = st.dates(date(2020, 1, 1), date(2026, 12, 31))
kinds = st.sampled_from(periods.KINDS)
numbers = st.none() | st.floats(0, 100)
saids = st.lists(
    st.builds(
        lambda kind, day, value: Said(periods.written(kind, periods.start_of(kind, day)), value, "x"),
        kinds,
        days,
        numbers,
    )
)
counteds = st.lists(
    st.builds(lambda kind, day, value: Counted(kind, periods.start_of(kind, day), value, ""), kinds, days, numbers)
)


@given(saids, counteds)
def test_a_series_has_periods_of_one_length_each_once(said: list[Said], counted: list[Counted]) -> None:
    found = series(said, counted)
    assert [one.start for one in found] == sorted({one.start for one in found})
    assert len({one.kind for one in found}) <= 1
    if said:
        kind = periods.read(said[-1].period)[0]
        last = {periods.read(one.period)[1]: one.value for one in said if periods.read(one.period)[0] == kind}
        assert {one.start: one.value for one in found if one.declared} == last
    else:
        assert {one.start for one in found} == {one.start for one in counted if one.kind == "year"}


def test_why_a_computed_value_is_missing_is_kept() -> None:
    year = date(2025, 1, 1)
    why = {code: series([], [Counted("year", year, None, code)])[0].why for code in values.MISSING}
    assert why[values.NOTHING] is Why.OF_NOTHING
    assert why[values.JOINED_MEANWHILE] is Why.JOINED_MEANWHILE
    assert series([], [Counted("year", year, 1, "")])[0].reading.last == date(2025, 12, 31)
