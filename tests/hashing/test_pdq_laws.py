"""What must hold of PDQ whatever the picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vaern.hashing import hash_orientations, hash_pixels, pdq
from vaern.hashing import pdq_kernels as kernels
from vaern.hashing.pdq import ORIENTATIONS, THEN, Grid, hash_turned, hash_video_luma, inverse, turn
from vaern.hashing.pdq_kernels import WEIGHT_BITS, band_matrix


@st.composite
def pictures(draw, smallest=5, largest=300):
    """Random blocks of random size, grey or colour."""
    height, width = draw(st.integers(smallest, largest)), draw(st.integers(smallest, largest))
    grain = draw(st.integers(1, 12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    channels = draw(st.sampled_from([(), (3,)]))
    cells = rng.integers(0, 256, (height // grain + 1, width // grain + 1, *channels), dtype=np.uint8)
    return np.ascontiguousarray(cells.repeat(grain, 0).repeat(grain, 1)[:height, :width])


@given(pictures())
def test_each_orientation_is_exactly_the_hash_of_the_turned_pixels(pixels):
    eight = hash_orientations(pixels)
    assert tuple(eight) == ORIENTATIONS
    for name in ORIENTATIONS:
        assert eight[name] == hash_pixels(np.ascontiguousarray(turn(pixels, name)))


@given(pictures())
def test_a_grey_picture_hashes_like_its_rgb_copy(pixels):
    if pixels.ndim == 2:
        assert hash_pixels(pixels) == hash_pixels(np.stack([pixels] * 3, 2))
        assert hash_pixels(pixels) == hash_pixels(pixels[:, :, None])


@given(pictures(smallest=65))
def test_genuine_values_have_128_ones_or_one_fewer_for_each_tie(pixels):
    value, quality = hash_pixels(pixels)
    assert 0 <= quality <= 100
    if value:
        channels = pixels.shape[2] if pixels.ndim == 3 else 1
        rows = pixels.reshape(len(pixels), -1)
        ((_name, luma),) = pdq._reduce(rows, Grid(*pixels.shape[:2]), channels, ("upright",))
        ranked = np.sort(kernels.coefficients_of(luma, pdq._DCT))
        ties = np.count_nonzero(ranked[128:] == ranked[127])
        # A bit says that a coefficient exceeds the median; one that equals it does not.
        assert int.from_bytes(value, "big").bit_count() == 128 - ties


@given(pictures(), st.integers(0, 40))
def test_video_padding_is_ignored_and_full_range_is_the_picture_itself(pixels, padding):
    if pixels.ndim == 2:
        padded = np.pad(pixels, ((0, 0), (0, padding)), constant_values=77)
        hashed = hash_video_luma(padded, pixels.shape[1], ("upright", "rotated-90"), limited=False)
        assert hashed == hash_turned(pixels, ("upright", "rotated-90"))


@pytest.mark.once
@pytest.mark.parametrize("level", [0, 1, 127, 255])
@pytest.mark.parametrize("shape", [(5, 5), (64, 64), (300, 200), (1000, 777, 3)])
def test_blank_pictures_have_no_value(level, shape):
    assert hash_pixels(np.full(shape, level, np.uint8)) == (b"", 0)


@given(st.integers(5, 400), st.integers(5, 400), st.integers(0, 2**32 - 1))
def test_what_varies_along_one_axis_only_has_no_value(height, width, seed):
    line = np.random.default_rng(seed).integers(0, 256, (1, width), dtype=np.uint8)
    assert hash_pixels(np.ascontiguousarray(line.repeat(height, 0))).value == b""
    assert hash_pixels(np.ascontiguousarray(line.repeat(height, 0).T)).value == b""


@pytest.mark.parametrize("shape", [(4, 100), (100, 4), (1, 1, 3)])
def test_too_small_pictures_have_no_value(shape):
    pixels = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    assert hash_pixels(pixels) == (b"", 0)
    assert set(hash_orientations(pixels).values()) == {(b"", 0)}


@pytest.mark.parametrize("pixels", [np.zeros((9, 9)), np.zeros((9, 9, 4), np.uint8), np.zeros(9, np.uint8)])
def test_other_types_and_shapes_are_refused(pixels):
    with pytest.raises(ValueError, match=r"PDQ hashes uint8 \[h, w\]"):
        hash_pixels(pixels)


def reference_matrix(length):
    """The reference, literally: blur twice with its box, then look at the centres of 64 blocks."""
    window = (length + 127) // 128
    right = (window + 2) // 2 - 1
    left = window - 1 - right
    box = np.zeros((length, length))
    for i in range(length):
        inside = slice(max(0, i - left), min(length, i + right + 1))
        box[i, inside] = 1.0 / len(range(*inside.indices(length)))
    return (box @ box)[[int((k + 0.5) * length / 64) for k in range(64)]]


@pytest.mark.once
@given(st.integers(5, 1300))
def test_the_band_matrix_is_two_boxes_and_a_decimation(length):
    starts, weights = band_matrix(length)
    full = np.zeros((64, length))
    for k in range(64):
        full[k, starts[k] : starts[k] + weights.shape[1]] = weights[k]
    assert (weights.sum(axis=1) == 1 << WEIGHT_BITS).all()
    assert (weights >= 0).all()
    assert np.abs(full - reference_matrix(length) * (1 << WEIGHT_BITS)).max() <= 1.0


def band_matrix_by_boxes(length):
    """The same matrix as `band_matrix`, box by box: what it was when it took a time quadratic in the length."""
    window = (length + 127) // 128
    right = (window + 2) // 2 - 1
    left = window - 1 - right
    width = min(2 * window - 1, length)
    starts, weights = np.empty(64, np.int64), np.zeros((64, width), np.int32)
    for output in range(64):
        centre = int((output + 0.5) * length / 64)
        first, last = max(0, centre - left), min(length - 1, centre + right)
        starts[output] = start = min(max(0, first - left), length - width)
        exact = np.zeros(width)
        for middle in range(first, last + 1):
            low, high = max(0, middle - left), min(length - 1, middle + right)
            exact[low - start : high - start + 1] += 1.0 / ((last - first + 1) * (high - low + 1))
        totals = np.rint(np.add.accumulate(exact) * (1 << WEIGHT_BITS)).astype(np.int64)
        weights[output] = np.diff(totals, prepend=0)
    return starts, weights


@pytest.mark.once
@given(st.one_of(st.integers(5, 1300), st.integers(1300, 60_000)))
@example(5)
@example(65_535)
def test_the_band_matrix_is_bit_for_bit_what_it_was(length):
    for fast, slow in zip(band_matrix(length), band_matrix_by_boxes(length), strict=True):
        assert np.array_equal(fast, slow)


@pytest.mark.once
@pytest.mark.timeout(600)  # by boxes it would be ten million million steps, which are hours; linearly it is a second
def test_the_work_on_a_band_matrix_is_linear_in_the_length():
    """A picture of 57 bytes may say that it is millions of pixels long."""
    starts, weights = band_matrix(50_000_000)
    assert (weights.sum(axis=1, dtype=np.int64) == 1 << WEIGHT_BITS).all()
    assert (np.diff(starts) > 0).all()
    assert 0 <= starts[0] <= starts[63] <= 50_000_000 - weights.shape[1]


@given(length=st.integers(5, 300), factor=st.sampled_from([1, 2, 4, 8]))
def test_a_matrix_that_is_not_kept_is_the_one_that_is(length, factor):
    for mirrored in (False, True):
        kept, made = pdq._kept_band(length, factor, mirrored), pdq._made_band(length, factor, mirrored)
        assert all(np.array_equal(one, other) for one, other in zip(kept, made, strict=True))


@given(pictures(largest=90), st.sampled_from([2, 4, 8]), st.integers(0, 7), st.integers(0, 7))
def test_a_reduced_picture_hashes_like_the_whole_one(pixels, factor, less_height, less_width):
    """Exactly so where the whole picture is uniform within each block, also when the last block is cut short."""
    height = pixels.shape[0] * factor - min(less_height, factor - 1)
    width = pixels.shape[1] * factor - min(less_width, factor - 1)
    whole = np.ascontiguousarray(pixels.repeat(factor, 0).repeat(factor, 1)[:height, :width])
    assert hash_turned(pixels, ORIENTATIONS, Grid(height, width, factor)) == hash_orientations(whole)


def test_a_grid_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="do not fit"):
        hash_turned(np.zeros((10, 10), np.uint8), ("upright",), Grid(30, 20, 2))


def test_orientations_are_a_group():
    for a in ORIENTATIONS:
        assert THEN[a, inverse(a)] == THEN[inverse(a), a] == "upright"
        assert THEN["upright", a] == THEN[a, "upright"] == a
        for b in ORIENTATIONS:
            for c in ORIENTATIONS:
                assert THEN[THEN[a, b], c] == THEN[a, THEN[b, c]]


def test_angles_are_anticlockwise():
    pixels = np.arange(12, dtype=np.uint8).reshape(3, 4)
    for turns, name in enumerate(("upright", "rotated-90", "rotated-180", "rotated-270")):
        assert (turn(pixels, name) == np.rot90(pixels, turns)).all()
    assert (turn(pixels, "mirrored") == np.fliplr(pixels)).all()
    assert (turn(pixels, "flipped") == np.flipud(pixels)).all()
    assert (turn(pixels, "transposed") == pixels.T).all()
    assert (turn(pixels, "transverse") == np.rot90(pixels, 2).T).all()
