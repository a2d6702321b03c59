from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.hashing.pictures import landscape

from vaern.hashing.borders import Box, find_inside

SIDES = st.tuples(*[st.integers(0, 120)] * 4)
# Neither like a border nor with a sharper step inside than at its edge.
INNER = (90 + np.asarray(landscape(320, 260)).astype(int) * 80 // 255).astype(np.uint8)


@given(SIDES, st.integers(5, 45) | st.integers(215, 250), st.integers(0, 2**32 - 1), st.booleans())
def test_noisy_borders_are_found_to_the_pixel(sides, level, seed, grey):
    top, bottom, left, right = sides
    inner = INNER[:, :, 0] if grey else INNER
    height, width = inner.shape[0] + top + bottom, inner.shape[1] + left + right
    rng = np.random.default_rng(seed)
    pixels = (level + rng.integers(-5, 6, (height, width, *inner.shape[2:]))).astype(np.uint8)
    pixels[top : top + inner.shape[0], left : left + inner.shape[1]] = inner
    box = find_inside(pixels)
    worth = (top + bottom) >= 0.02 * height or (left + right) >= 0.02 * width
    assert box == (Box(top, height - bottom, left, width - right) if worth else None)


@given(st.integers(0, 2**32 - 1), st.integers(65, 200), st.integers(65, 200))
def test_noise_has_no_borders(seed, height, width):
    assert find_inside(np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)) is None


@given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 255))
def test_a_blank_picture_has_no_inside(height, width, level):
    assert find_inside(np.full((height, width), level, np.uint8)) is None


@given(st.integers(1, 130))
def test_too_little_would_remain(side):
    pixels = np.zeros((600, 600), np.uint8)
    pixels[100 : 100 + side, 200:500] = np.resize(INNER[:, :, 0], (side, 300))
    assert find_inside(pixels) is None or side + 2 >= 150
