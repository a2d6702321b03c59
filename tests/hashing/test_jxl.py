"""JPEG XL: its size is known before it is decoded, and a JPEG in it is that JPEG."""

from __future__ import annotations

import io

import numpy as np
import pillow_jxl  # noqa: F401 - teaches Pillow to write it
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from vaern.hashing import HashOptions, hash_stream
from vaern.hashing.jxl import decode_jxl, size_of

SIDES = st.integers(1, 400) | st.sampled_from([512, 513, 640, 720, 768, 1024, 1600])


def noise(width, height, mode="RGB", seed=0):
    depth = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}[mode]
    samples = np.random.default_rng(seed).integers(0, 256, (height, width, depth), dtype=np.uint8)
    return Image.fromarray(samples.squeeze(2) if depth == 1 else samples, mode)


def packed(picture, **how):
    out = io.BytesIO()
    picture.save(out, "JXL", effort=1, num_threads=0, **how)
    return out.getvalue()


def hashed(data, **options):
    return hash_stream(io.BytesIO(data), "x", len(data), None, HashOptions(**options))


@given(SIDES, SIDES, st.booleans())
@settings(max_examples=60)
def test_the_header_tells_the_size_in_boxes_and_without(width, height, boxes):
    data = packed(Image.new("L", (width, height), 7), use_container=boxes)
    assert size_of(data) == (width, height)
    assert decode_jxl(data, 1 << 30).width == width


@pytest.mark.parametrize("ratio", [(1, 1), (6, 5), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1)])
def test_usual_proportions_are_told_in_short(ratio):
    for unit in (8, 60, 121):
        size = (ratio[0] * unit, ratio[1] * unit)
        assert size_of(packed(Image.new("L", size))) == size


@pytest.mark.parametrize("mode", ["L", "RGB", "LA", "RGBA"])
@pytest.mark.parametrize("boxes", [False, True])
def test_without_loss_the_pixels_are_those_of_the_picture(mode, boxes):
    picture = noise(40, 24, mode)
    (pixels,) = decode_jxl(packed(picture, lossless=True, use_container=boxes), 1 << 30).frames
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture.convert("RGBA"))
    wanted = np.asarray(white.convert("RGB")) if mode.endswith("A") else np.asarray(picture)
    assert np.array_equal(pixels, wanted)


def test_a_jpeg_that_was_packed_is_hashed_as_that_jpeg(tmp_path):
    ramp = Image.radial_gradient("L").resize((320, 200)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112], exif[0x0110] = 6, "Model 7"
    ramp.save(tmp_path / "a.jpg", quality=85, exif=exif)
    with Image.open(tmp_path / "a.jpg") as jpeg:
        data = packed(jpeg, lossless_jpeg=True)
    assert isinstance(decode_jxl(data, 1 << 30), bytes)
    media, plain = hashed(data), hashed((tmp_path / "a.jpg").read_bytes())
    assert media.mime == "image/jxl"
    assert [s for s in media.signals if s.kind == "pdq"] == [s for s in plain.signals if s.kind == "pdq"]
    assert (
        (media.width, media.height, media.camera) == (plain.width, plain.height, plain.camera) == (200, 320, "Model 7")
    )


def test_too_many_pixels_are_refused_before_anything_is_decoded():
    data = packed(Image.new("L", (400, 300)))
    assert hashed(data, max_pixels=400 * 300).unreadable == ""
    assert "too many pixels: 400 × 300" in hashed(data, max_pixels=400 * 300 - 1).unreadable
    largest = b"\xff\x0a" + (0b11111111111111111111111111111111110 | 0 << 35).to_bytes(8, "little")
    assert "too many pixels" in hashed(largest).unreadable


@given(st.data())
@settings(max_examples=100)
def test_what_is_damaged_has_a_reason_or_is_decoded(data):
    whole = packed(noise(32, 32), use_container=data.draw(st.booleans()))
    cut = data.draw(st.integers(0, len(whole)))
    damaged = bytearray(whole[:cut] if data.draw(st.booleans()) else whole)
    for place in data.draw(st.lists(st.integers(0, max(0, len(damaged) - 1)), max_size=3)):
        if place < len(damaged):
            damaged[place] ^= 1 << data.draw(st.integers(0, 7))
    media = hashed(bytes(damaged), max_pixels=1 << 16)
    assert {signal.kind for signal in media.signals} >= {"md5", "sha1", "sha256"}
    if media.mime == "image/jxl":
        assert media.unreadable or media.notes or any(signal.kind == "pdq" for signal in media.signals)
