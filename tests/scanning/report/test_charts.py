import datetime as dt
import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.scanning.report.charts import MOST_BINS, histogram, rounded_steps, timeline

DAYS = st.dictionaries(
    st.tuples(
        st.sampled_from(["known", "near", "new"]),
        st.sampled_from(["taken", "modified"]),
        st.dates(dt.date(1970, 1, 1), dt.date(2100, 12, 31)).map(str),
    ),
    st.integers(1, 1000),
    min_size=1,
    max_size=30,
)


@given(st.integers(0, 10**9))
def test_steps_are_even_start_at_nothing_and_reach_the_top(highest: int) -> None:
    steps = rounded_steps(highest)
    assert steps[0] == 0
    assert steps[-1] >= highest
    assert steps[-2] < max(highest, 1)
    assert len({b - a for a, b in itertools.pairwise(steps)}) == 1
    assert 2 <= len(steps) <= 5


@given(st.dictionaries(st.integers(0, 60), st.integers(1, 10**6), max_size=40))
def test_columns_are_as_high_as_their_counts(counts: dict[int, int]) -> None:
    plot = histogram(counts, 31)
    assert len(plot.bars) == len(counts)
    for bar, (_, count) in zip(plot.bars, sorted(counts.items()), strict=True):
        assert bar.y + bar.height == pytest.approx(plot.height)
        assert bar.height / plot.height == pytest.approx(count / int(plot.y_ticks[-1].label))
        assert 0 <= bar.x <= bar.x + bar.width <= plot.width


@given(DAYS)
def test_the_table_under_the_time_line_holds_every_file_once(days: dict[tuple[str, str, str], int]) -> None:
    plot = timeline(days, ["known", "near", "new"])
    assert plot is not None
    drawn: Counter[tuple[str, str]] = Counter()
    for _, counts in plot.table:
        for panel, (taken, modified) in zip(plot.panels, counts, strict=True):
            drawn[panel.verdict, "taken"] += taken
            drawn[panel.verdict, "modified"] += modified
    expected: Counter[tuple[str, str]] = Counter()
    for (verdict, source, _), count in days.items():
        expected[verdict, source] += count
    assert +drawn == expected


@given(DAYS)
def test_bars_stand_on_each_other_within_the_panel(days: dict[tuple[str, str, str], int]) -> None:
    plot = timeline(days, ["known", "near", "new"])
    assert plot is not None
    assert plot.unit == "year" or len(plot.table) <= MOST_BINS
    for panel in plot.panels:
        taken = {bar.x: bar for bar in panel.taken}
        assert min(bar.y for bar in [*panel.taken, *panel.modified]) == pytest.approx(0)
        for bar in panel.modified:
            floor = taken[bar.x].y if bar.x in taken else plot.height
            assert bar.y + bar.height == pytest.approx(floor)


def test_without_dates_there_is_no_time_line() -> None:
    assert timeline({}, ["known"]) is None
