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


@given(st.integers(1, 2**32 - 1) | st.sampled_from([2**24 - 1, 2**24, 2**24 + 1, 2**25, 2**32 - 1]))
def test_groups_are_as_small_as_their_number_allows(rows):
    shift = plan.group_shift(rows)
    assert (rows - 1) >> shift < 1 << plan.GROUP_BITS
    assert shift == 0 or (rows - 1) >> (shift - 1) >= 1 << plan.GROUP_BITS


@given(st.integers(plan.FLAT_BELOW, 2**32 - 1))
def test_the_scan_steps_in_between_no_candidate_and_all_of_them(rows):
    """At the limit, the candidates cost more than the scan would: each of them at least a compared sketch."""
    limit = plan.scan_above(rows)
    assert 0 < limit < rows
    assert limit * (plan._NS_LINE + plan._NS_VERIFY) >= plan.flat_cost(rows)


@given(st.integers(1, 14), st.integers(0, 5))
def test_masks_are_all_numbers_of_few_ones_once_fewest_first(address_bits, flips):
    masks, weights = plan.masks(address_bits, flips)
    assert sorted(masks) == [number for number in range(1 << address_bits) if number.bit_count() <= flips]
    assert [int(mask).bit_count() for mask in masks] == weights.tolist() == sorted(weights.tolist())
    assert len(masks) == plan.probes(address_bits, flips)


@given(st.integers(0, 2**32 - 1))
def test_a_plan_fits_the_kernels_and_the_budget(rows):
    bands, address_bits = plan.choose(rows)
    if not bands:
        assert rows < plan.FLAT_BELOW
        return
    widths = np.diff(np.append(plan.offsets(bands), plan.BITS))
    assert 1 <= address_bits <= widths.min()
    assert address_bits + plan.SKETCH_BITS <= 2 * widths.min(), "a sketch lies in the band and the next one"
    assert plan.bytes_per_row(bands) <= plan.budget(rows)
    assert rows - 1 >> plan.group_shift(rows) < 1 << plan.GROUP_BITS
