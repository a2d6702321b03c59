"""The two pigeonhole laws that exactness rests on, and what the planner promises."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vaern.matching import plan

bands_and_distance = st.tuples(st.integers(2, 16), st.integers(0, 256))


@given(bands_and_distance)
def test_thresholds_leave_no_room_to_hide(case):
    bands, distance = case
    thresholds = plan.thresholds(bands, distance)
    assert thresholds.sum() == distance - bands + 1
    assert thresholds.min() >= -1
    assert thresholds.max() - thresholds.min() <= 1


@given(bands_and_distance, st.randoms(use_true_random=False))
def test_some_band_of_every_hit_is_within_both_bounds(case, random):
    """Any way to spread at most T differing bits over the bands has a band that a search looks into and lets pass."""
    bands, distance = case
    widths = np.diff(np.append(plan.offsets(bands), plan.BITS))
    spread = np.zeros(bands, np.int64)
    for position in random.sample(range(plan.BITS), random.randint(0, distance)):
        spread[np.searchsorted(plan.offsets(bands), position, side="right") - 1] += 1
    assert (spread <= widths).all()
    flips = plan.thresholds(bands, distance)
    bounds = plan.sketch_bounds(flips)
    assert ((spread <= flips) & (spread + np.roll(spread, -1) <= bounds)).any()


@given(bands_and_distance)
def test_a_sketch_bound_is_no_looser_than_the_law_needs(case):
    """One bit less, and a hit whose first two bands differ by just so much could be missed."""
    bands, distance = case
    flips = plan.thresholds(bands, distance)
    assert plan.sketch_bounds(flips).tolist() == [flips[at] + flips[(at + 1) % bands] + 1 for at in range(bands)]


def comes_round(spread: np.ndarray, flips: np.ndarray) -> list[int]:
    """The bands from which a walk over these distances is never given up, summed up one by one."""
    bands = len(flips)
    return [
        start
        for start in range(bands)
        if all(
            sum(spread[(start + j) % bands] for j in range(k + 1))
            <= sum(flips[(start + j) % bands] for j in range(k + 1)) + k
            for k in range(bands)
        )
    ]


def spread_over(random, distance: int, bands: int) -> np.ndarray:
    spread = np.zeros(bands, np.int64)
    for position in random.sample(range(plan.BITS), distance):
        spread[np.searchsorted(plan.offsets(bands), position, side="right") - 1] += 1
    return spread


@given(bands_and_distance, st.randoms(use_true_random=False))
def test_every_hit_comes_round_from_some_band(case, random):
    """Any way to spread at most T differing bits over the bands has a band from which no step is one too many."""
    bands, distance = case
    spread = spread_over(random, random.randint(0, distance), bands)
    assert comes_round(spread, plan.thresholds(bands, distance))


@given(bands_and_distance, st.randoms(use_true_random=False))
def test_what_comes_round_is_a_hit(case, random):
    bands, distance = case
    spread = spread_over(random, random.randint(0, plan.BITS), bands)
    if comes_round(spread, plan.thresholds(bands, distance)):
        assert spread.sum() <= distance


@given(bands_and_distance)
def test_allowances_are_the_law_summed_up(case):
    bands, distance = case
    flips = plan.thresholds(bands, distance)
    allowed = plan.allowances(flips)
    for start in range(bands):
        for k in range(bands):
            assert allowed[start, k] == sum(flips[(start + j) % bands] for j in range(k + 1)) + k
    assert (allowed[:, -1] == distance).all()
    assert (allowed[:, 1] == plan.sketch_bounds(flips)).all()


@given(st.integers(plan.FLAT_BELOW, 2**32 - 1))
def test_the_scan_steps_in_between_no_candidate_and_all_of_them(rows):
    assert 0 < plan.scan_above(rows) < rows
    assert 0 < plan.most_steps(rows) < rows
    assert plan.most_steps(rows) * plan._NS_STEP <= plan.flat_cost(rows), "giving up costs no more than the scan"


@given(st.integers(1, 14), st.integers(0, 5))
def test_masks_are_all_numbers_of_few_ones_once_fewest_first(address_bits, flips):
    masks, weights = plan.masks(address_bits, flips)
    assert sorted(masks) == [number for number in range(1 << address_bits) if number.bit_count() <= flips]
    assert [int(mask).bit_count() for mask in masks] == weights.tolist() == sorted(weights.tolist())
    assert len(masks) == plan.probes(address_bits, flips)


def test_bands_are_as_wide_as_an_address():
    assert (np.diff(np.append(plan.offsets(), plan.BITS)) == plan.WIDTH).all()
    assert len(plan.offsets()) == plan.BANDS
