"""Where marks go: within the plot, ticks around all values, no label on another, nothing drawn over a gap."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.alliance.charts import geometry as g
from vaern.node.web.ticks import ticks

AMOUNTS = st.one_of(st.floats(-1e15, 1e15), st.integers(-(10**18), 10**18), st.floats(-1, 1), st.just(0))
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@given(AMOUNTS, AMOUNTS)
def test_ticks_are_few_and_even_and_reach_around_both_values_and_nought(one: float, other: float) -> None:
    found = ticks(max(one, other), min(one, other))
    assert 0 in found
    assert 2 <= len(found) <= 9
    low, high = min(one, other, 0), max(one, other, 0)
    if high - low >= 1e-9:
        assert found[0] <= low
        assert high <= found[-1]
        assert len(found) == 2 or (high - low) / (found[-1] - found[0]) > 0.3  # not lost in an empty plot
    steps = [b - a for a, b in pairwise(found)]
    assert max(steps) == pytest.approx(min(steps), rel=1e-6)


@given(st.lists(AMOUNTS, max_size=12))
def test_a_scale_places_every_value_inside_and_keeps_their_order(values: list[float]) -> None:
    scale = g.scale(values, 160, 10)
    places = [scale.place(value) for value in sorted(values)]
    assert all(10 <= place <= 160 for place in (*places, scale.zero))
    assert places == sorted(places, reverse=True)
    shown = [abs(tick) / 10.0**scale.power for tick in scale.ticks]
    assert max(shown) < 1e6


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="Gap"):
        g.scale([1, value], 0, 1)


@given(st.lists(TEXTS, min_size=1, max_size=30), st.floats(0, 200))
def test_no_label_lies_on_another_or_outside(texts: list[str], left: float) -> None:
    places = g.evenly(len(texts), left + 8, g.WIDTH - 16)
    found = g.labels(texts, places, left, g.WIDTH)
    assert found
    assert found[-1].text.rstrip("…") in texts[-1]
    for one, other in pairwise(found):
        assert one.span[1] < other.span[0]
    for label in found:
        assert left - 0.01 <= label.span[0] <= label.span[1] <= g.WIDTH + 0.01


@given(st.text(max_size=60), st.floats(20, 300))
def test_a_fitted_text_fits_and_says_when_it_was_cut(text: str, room: float) -> None:
    found = g.fitted(text, room)
    assert g.wide(found) <= room
    assert found == text or found.endswith("…")


@given(st.text(max_size=200), st.floats(20, 300))
def test_lines_of_a_legend_fit_and_hold_every_word(text: str, room: float) -> None:
    found = g.wrapped(text, room)
    assert all(g.wide(line) <= room for line in found)
    assert " ".join(found).split() == [g.fitted(word, room) for word in text.split() if g.fitted(word, room)]
    for line, following in pairwise(found):
        assert g.wide(f"{line} {following.split()[0]}") > room, "none is broken that had room"


@pytest.mark.once
@given(st.lists(st.one_of(st.none(), st.tuples(st.integers(0, 9), st.integers(0, 9))), max_size=30))
def test_pieces_hold_every_known_place_once_and_no_gap(places: list[tuple[float, float] | None]) -> None:
    found = g.pieces(places)
    assert [place for piece in found for place in piece] == [place for place in places if place]
    together = {(n, n + 1) for n in range(len(places) - 1) if places[n] and places[n + 1]}
    assert sum(len(piece) - 1 for piece in found) == len(together)
