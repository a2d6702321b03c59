"""PDQ against ThreatExchange's published pairs, and bit for bit against its C++ code (`pdqhash`)."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.hashing.pictures import landscape

from vaern.hashing import hash_file, hash_orientations, hash_pixels
from vaern.hashing.pdq import ORIENTATIONS


def bits(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


def pdq_of(path):
    return next(s for s in hash_file(path).signals if s.kind == "pdq" and s.region == "whole")


def published(vectors):
    pairs = json.loads((vectors / "pdq" / "expected.json").read_text())["pdq"]
    assert len(pairs) == 18
    return {vectors / "pdq" / name: bytes.fromhex(value) for name, value in pairs.items()}


def test_published_pairs_from_the_files(vectors):
    """Within 10 bits from the file itself, but for two that are 12 away from the reference too, on any pixels.

    ThreatExchange's `pdq_test.py` allows 16. Its values were made by `pdqHash256FromFile` (`pdq/cpp/io/pdqio.cpp`),
    which first shrinks what is larger than 512 × 512 by leaving out pixels; see the next test.
    """
    for path, value in published(vectors).items():
        least = 12 if path.stem in {"bridge-3-rotate-180", "bridge-8-flip-minus-1"} else 10
        assert bits(pdq_of(path).value, value) <= least, path.name


def test_published_pairs_prepared_as_they_were(vectors):
    for path, value in published(vectors).items():
        with Image.open(path) as picture:
            pixels = picture.convert("RGB")
        if max(pixels.size) > 512:
            pixels = pixels.resize((512, 512), Image.Resampling.NEAREST)
        assert bits(hash_pixels(np.asarray(pixels)).value, value) <= 10, path.name


def test_published_csv(vectors):
    """The same pictures, hashed by ThreatExchange's WebAssembly build with yet another decoder."""
    with (vectors / "pdq" / "PDQMD5TestData.csv").open(newline="") as file:
        rows = {row["FilePath"].rpartition("/data/")[2]: bytes.fromhex(row["Hash"]) for row in csv.DictReader(file)}
    found = 0
    for name, value in rows.items():
        path = vectors / "pdq" / name.removeprefix("reg-test-input/")
        if path.exists():
            found += 1
            assert bits(pdq_of(path).value, value) <= 16, name
    assert found == 3


def test_bridge_in_eight_orientations(vectors):
    """Each of the eight published files is near one of the orientations of the first."""
    folder = vectors / "pdq" / "dih"
    with Image.open(folder / "bridge-1-original.jpg") as picture:
        eight = hash_orientations(np.asarray(picture.convert("RGB")))
    found = []
    for path in sorted(folder.iterdir()):
        value = pdq_of(path).value
        nearest = min(ORIENTATIONS, key=lambda name: bits(eight[name].value, value))
        assert bits(eight[nearest].value, value) <= 10
        found.append(nearest)
    assert sorted(found) == sorted(ORIENTATIONS)


def test_exif_turns_upright(vectors):
    """Four photographs of one scene with EXIF orientation 1, 3, 6, 8: upright they are the same way up."""
    paths = sorted((vectors / "pdq" / "exif-rotn").iterdir())
    medias = [hash_file(path) for path in paths]
    assert [media.camera for media in medias] == ["samsung SM-G930V"] * 4
    assert [(media.width, media.height) for media in medias] == [(4032, 3024)] * 2 + [(3024, 4032)] * 2
    stored = [next((s.orientation for s in m.signals if s.orientation != "upright"), "upright") for m in medias]
    assert stored == ["upright", "rotated-180", "rotated-90", "rotated-270"]


@pytest.fixture(scope="module")
def reference():
    """Meta's own C++ through its binding: 32 bytes and the quality of RGB pixels."""
    pdqhash = pytest.importorskip("pdqhash", reason="the peer is not installed: `make bench-setup`")

    def compute(pixels):
        vector, quality = pdqhash.compute(np.ascontiguousarray(pixels))
        return np.packbits(vector).tobytes(), quality

    return compute


@given(
    height=st.integers(65, 400),
    width=st.integers(65, 400),
    grain=st.integers(1, 30),
    seed=st.integers(0, 2**32 - 1),
    grey=st.booleans(),
)
def test_bit_for_bit_on_the_same_pixels(reference, height, width, grain, seed, grey):
    """Not one bit and not one point of quality: rounding differed in none of the 600 pictures measured.

    At most two are allowed, as a float32 sum may fall on the other side of the median. Sides of 64 and less are
    left out: there the reference's own bits can be ties (see `docs/explanation/pdq.md`).
    """
    rng = np.random.default_rng(seed)
    cells = rng.integers(0, 256, (height // grain + 1, width // grain + 1, 3), dtype=np.uint8)
    pixels = cells.repeat(grain, 0).repeat(grain, 1)[:height, :width]
    if grey:
        pixels = np.ascontiguousarray(pixels[:, :, :1].repeat(3, 2))
    value, quality = reference(pixels)
    ours = hash_pixels(pixels[:, :, 0] if grey else pixels)
    assert bits(ours.value, value) <= 2
    assert abs(ours.quality - quality) <= 1


@pytest.mark.parametrize("size", [(1600, 1200), (1365, 1024), (640, 480), (129, 127), (3000, 200)])
def test_bit_for_bit_on_photographs_of_nothing(reference, size):
    for seed in range(3):
        pixels = np.asarray(landscape(*size, seed=seed))
        value, quality = reference(pixels)
        ours = hash_pixels(pixels)
        assert bits(ours.value, value) <= 2
        assert abs(ours.quality - quality) <= 1


def test_bit_for_bit_on_the_published_pictures(reference, vectors):
    for name in json.loads((vectors / "pdq" / "expected.json").read_text())["pdq"]:
        with Image.open(vectors / "pdq" / name) as picture:
            pixels = np.asarray(picture.convert("RGB"))
        value, quality = reference(pixels)
        assert bits(hash_pixels(pixels).value, value) <= 2, name
        assert hash_pixels(pixels).quality == quality
