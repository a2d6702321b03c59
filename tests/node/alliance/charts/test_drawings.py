"""Whole charts: well-formed, their marks within the picture, all data in the table, hostile text escaped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from vaern.node.alliance.charts import geometry as g
from vaern.node.alliance.charts.by_member import Bar, ByMember
from vaern.node.alliance.charts.over_time import Level, OverTime, Series
from vaern.node.alliance.charts.words import figure

if TYPE_CHECKING:
    from vaern.node.alliance.charts.drawing import Drawing

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script>\"'&"
AMOUNTS = st.one_of(st.floats(-1e12, 1e12), st.integers(-(10**15), 10**15), st.just(0))
VALUES = st.one_of(AMOUNTS, st.just(g.Gap("no report came")))
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=50)
LEVELS = st.one_of(st.none(), st.builds(Level, AMOUNTS, NAMES))


@st.composite
def over_time(draw: st.DrawFn) -> OverTime:
    count = draw(st.integers(0, 12))
    lists = st.lists(VALUES, min_size=count, max_size=count)
    series = draw(st.lists(st.builds(Series, NAMES, lists), max_size=4))
    periods = draw(st.lists(NAMES, min_size=count, max_size=count))
    return OverTime(draw(NAMES), periods, series, draw(LEVELS), draw(LEVELS), draw(NAMES))


def by_member() -> st.SearchStrategy[ByMember]:
    bars = st.lists(st.builds(Bar, NAMES, VALUES, st.one_of(st.none(), AMOUNTS)), max_size=12)
    return st.builds(ByMember, NAMES, bars, NAMES)


def drawn(chart: Drawing) -> etree._Element:
    """The chart as an SVG file, read again."""
    return etree.fromstring(chart.standalone().encode())


def inside(chart: Drawing, root: etree._Element) -> None:
    """Every number that places a mark lies within the picture."""
    height = float(root.get("height", "0"))
    for mark in root.iter():
        for name in ("x", "x1", "x2"):
            if name in mark.attrib:
                assert 0 <= float(mark.get(name, "")) <= chart.width
        for name in ("y", "y1", "y2"):
            if name in mark.attrib:
                assert 0 <= float(mark.get(name, "")) <= height
        for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", mark.get("d", "")):
            assert 0 <= float(x) <= chart.width
            assert 0 <= float(y) <= height
        if mark.tag == f"{SVG}rect":
            assert float(mark.get("x", "")) + float(mark.get("width", "")) <= chart.width + 0.2


@pytest.mark.once
@given(over_time())
@settings(max_examples=30)
def test_lines_lie_in_the_picture_and_the_table_has_all(chart: OverTime) -> None:
    inside(chart, drawn(chart))
    html = str(chart)
    assert len(re.findall(r'<th scope="row">', html)) == len(chart.periods) + len(chart.levels)
    known = sum(not isinstance(value, g.Gap) for one in chart.series for value in one.values)
    assert sum(len(trace.marks) for trace in chart.traces) == known
    assert len(chart.gaps) == sum(len(one.values) for one in chart.series) - known


@given(by_member())
@settings(max_examples=30)
def test_bars_lie_in_the_picture_and_the_table_has_all(chart: ByMember) -> None:
    root = drawn(chart)
    inside(chart, root)
    assert len(re.findall(r'<th scope="row">', str(chart))) == len(chart.bars)
    for row, bar in zip(chart.rows, chart.bars, strict=True):
        assert row.missing == isinstance(bar.value, g.Gap)
        if not isinstance(bar.value, g.Gap) and row.length:
            assert (row.x < chart.axis.zero) == (bar.value < 0)
        assert g.wide(row.name) <= chart.left


EVERY = (
    OverTime(
        HOSTILE,
        [HOSTILE, "b"],
        [Series(HOSTILE, [1, g.Gap(HOSTILE)]), Series("x", [2, 3])],
        Level(4, HOSTILE, 1),
        Level(1, HOSTILE),
        HOSTILE,
    ),
    ByMember(HOSTILE, [Bar(HOSTILE, 3, 4), Bar("b", g.Gap(HOSTILE))], HOSTILE, HOSTILE),
)


@pytest.mark.parametrize("chart", EVERY)
def test_text_is_escaped_and_nothing_needs_a_script_or_a_style(chart: Drawing) -> None:
    html = str(chart)
    assert "<script" not in html
    assert "<style" not in html
    assert "style=" not in html
    assert "<script" not in chart.standalone()
    root = drawn(chart)
    assert root.find(f"{SVG}title") is not None
    assert root.find(f"{SVG}desc") is not None
    assert root.get("role") == "img"


def test_lines_differ_without_colour() -> None:
    chart = OverTime("t", ["a", "b"], [Series(str(n), [n, n]) for n in range(4)], Level(9, "T"), Level(8, "B"))
    dashes = [trace.dash for trace in chart.traces] + [rule.dash for rule in chart.rules]
    assert len(set(dashes)) == len(dashes)
    assert len({re.sub(r"^M[\d.]+ [\d.]+", "", trace.marks[0][0]) for trace in chart.traces}) == 4
    assert [key.text for key in chart.keys] == ["0", "1", "2", "3", "T: 9", "B: 8"]
    with pytest.raises(ValueError, match="several charts"):
        OverTime("t", ["a"], [Series(str(n), [n]) for n in range(5)])
    with pytest.raises(ValueError, match="2 values for 1 periods"):
        OverTime("t", ["a"], [Series("x", [1, 2])])


@given(st.one_of(over_time(), by_member()))
@settings(max_examples=30)
def test_without_a_number_there_is_a_sentence_and_no_axes(chart: Drawing) -> None:
    known = [value for value in chart.amounts if not isinstance(value, g.Gap)]
    empty, alone = not known, len(known) == 1 and isinstance(chart, OverTime)
    assert ("<svg" in str(chart)) == (not empty and not alone)
    assert ("<strong>" in str(chart)) == alone, "one number is said, and no line is drawn of it"
    assert ("There is no number to draw" in str(chart)) == empty
    assert not empty or all(str(value.why) in chart.nothing for value in chart.amounts)  # type: ignore[union-attr]


def test_the_legend_says_why_values_are_missing() -> None:
    missing = [g.Gap("Left out"), 1.0, g.Gap(), g.Gap("Left out")]
    chart = OverTime("t", ["a", "b", "c", "d"], [Series("x", missing)])
    assert [key.text for key in chart.keys] == ["Left out", "No value"]
    assert OverTime("t", ["a"], [Series("x", [1.0])]).keys == []


def test_coordinates_stay_numbers_in_danish() -> None:
    with translation.override("da"):
        inside(EVERY[0], drawn(EVERY[0]))
        inside(EVERY[1], drawn(EVERY[1]))
        assert figure(1234.5) == "1.234,5"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (12, "12"),
        (1234567, "1,234,567"),
        (0.125, "0.125"),
        (2.5, "2.5"),
        (1.999, "2"),
        (-0.0000001, "0"),
        (-3.14159, "-3.14"),
        (1e15, "1,000,000,000,000,000"),
    ],
)
def test_figures_have_the_decimals_that_say_something(value: float, text: str) -> None:
    assert figure(value) == text
