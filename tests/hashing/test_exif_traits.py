"""Device and place out of EXIF: what Pillow writes is read, what is hostile is left out."""

from __future__ import annotations

import io

import numpy as np
import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational, ImageFileDirectory_v2
from PIL.TiffTags import LONG
from tests.hashing.test_exif import assert_sound

from vaern.hashing import hash_file
from vaern.hashing.exif import read_exif
from vaern.records import Traits

MAKE, MODEL, DNG_SERIAL, EXIF, GPS = 0x010F, 0x0110, 0xC62F, 0x8769, 0x8825
SERIAL, LENS_MAKE, LENS, LENS_SERIAL = 0xA431, 0xA433, 0xA434, 0xA435
COPENHAGEN = {1: "N", 2: (55, 40, 33.96), 3: "E", 4: (12, 34, 5.88)}


def fields(inner: dict[int, object] | None = None, gps: dict[int, object] | None = None, **main: object) -> Image.Exif:
    made = Image.Exif()
    for tag, value in main.items():
        made[int(tag.removeprefix("t"), 16)] = value
    made.get_ifd(EXIF).update(inner or {})
    made.get_ifd(GPS).update(gps or {})
    return made


def place(gps: dict[int, object]) -> tuple[float, float] | None:
    found = read_exif(fields(gps=gps).tobytes()).traits
    return found.place if found else None


def picture() -> Image.Image:
    noise = np.random.default_rng(7).integers(0, 255, (40, 60, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize((480, 320), Image.Resampling.BICUBIC)


def as_tiff(written: Image.Exif) -> ImageFileDirectory_v2:
    """The same fields as directories of a TIFF file."""
    made = ImageFileDirectory_v2()
    for tag, value in written.items():
        if tag not in {EXIF, GPS}:
            made[tag] = value
    for directory in (EXIF, GPS):
        made[directory] = dict(written.get_ifd(directory))
        made.tagtype[directory] = LONG
    return made


@pytest.mark.once
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_every_kind_of_picture_gives_the_same_traits(tmp_path, form):
    pillow_heif.register_heif_opener()
    written = fields(
        {SERIAL: "SN 004711", LENS_MAKE: "Glass", LENS: "Glass 35 mm", LENS_SERIAL: "L-9001"},
        COPENHAGEN,
        t010f="Maker\0",
        t0110=" Model  7 ",
    )
    path = tmp_path / "x"
    picture().save(path, form, **{"tiffinfo": as_tiff(written)} if form == "TIFF" else {"exif": written.tobytes()})
    assert hash_file(path).traits == Traits(
        make="Maker",
        model="Model 7",
        serial="SN 004711",
        lens="Glass 35 mm",
        lens_serial="L-9001",
        place=(55.6761, 12.5683),
    )


def test_a_picture_that_says_nothing_has_none(tmp_path):
    picture().save(tmp_path / "x.jpg")
    assert hash_file(tmp_path / "x.jpg").traits is None


def test_the_serial_number_of_a_negative_counts_where_exif_has_none():
    assert read_exif(fields(tc62f="DNG-1").tobytes()).traits == Traits(serial="DNG-1")
    assert read_exif(fields({SERIAL: "SN-2"}, tc62f="DNG-1").tobytes()).traits == Traits(serial="SN-2")


@given(
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)).map(lambda pair: (round(pair[0], 4), round(pair[1], 4))),
    st.booleans(),
)
def test_a_place_comes_back_to_four_decimals(where, in_parts):
    def parts(value: float) -> tuple[object, ...]:
        if not in_parts:
            return (IFDRational(round(abs(value) * 10_000), 10_000),)
        minutes, seconds = divmod(round(abs(value) * 36_000_000), 600_000)
        return (minutes // 60, minutes % 60, IFDRational(seconds, 10_000))

    north, east = where
    found = place({1: "N" if north >= 0 else "S", 2: parts(north), 3: "E" if east >= 0 else "W", 4: parts(east)})
    assert found == (where if any(where) else None)


@pytest.mark.parametrize(
    "gps",
    [
        {2: (55, 40, 33)},
        {1: "N", 2: (55, 40, 33), 3: "E"},
        {2: (55, 40, 33), 4: (12, 34, 5)},
        {**COPENHAGEN, 1: "NS"},
        {**COPENHAGEN, 3: ""},
        {**COPENHAGEN, 1: 7},
        {**COPENHAGEN, 2: (90, 0, 1)},
        {**COPENHAGEN, 4: (180, 0, 1)},
        {1: "N", 2: (0, 0, 0), 3: "E", 4: (0, 0, 0)},
    ],
)
def test_what_is_no_place_is_left_out(gps):
    assert place(gps) is None


@pytest.mark.parametrize("below", [b"\0\0\0\0", b"\xff\xff\xff\xff"])
def test_a_fraction_of_nothing_is_no_place(below):
    """Latitude 1/0: Pillow writes no such thing, so the denominators are overwritten."""
    block = fields(gps={**COPENHAGEN, 2: (IFDRational(1, 0x01020304), IFDRational(1, 0x01020304), 0)}).tobytes()
    spoiled = block.replace((0x01020304).to_bytes(4, "little"), below).replace((0x01020304).to_bytes(4, "big"), below)
    assert spoiled != block
    found = read_exif(spoiled).traits
    assert (found is None) == (below == b"\0\0\0\0")


@pytest.mark.parametrize("text", ["x" * 100_000, "a\0b", "\0\0\0", "\u202e\u2066evil", "a\\x41b", "\n\r\t", "é" * 300])
def test_odd_texts_are_cut_and_cleaned(text):
    found = read_exif(fields({SERIAL: text, LENS: text, LENS_SERIAL: text}, t010f=text, t0110=text).tobytes()).traits
    assert_sound(found)
    for part in (found.serial, found.lens_serial, found.model) if found else ():
        assert not set(part) & set("\0\\\u202e\n")


@pytest.mark.parametrize("value", [7, (1, 2), b"\x01\x02\xff", IFDRational(1, 3)])
def test_what_is_no_text_is_no_serial_number(value):
    made = Image.Exif()
    made.get_ifd(EXIF)[SERIAL] = value
    found = read_exif(made.tobytes()).traits
    assert found is None or found.serial == ""


@given(st.binary(max_size=4), st.integers(0, 400))
def test_damage_anywhere_leaves_sound_traits_or_none(patch, at):
    block = bytearray(fields({SERIAL: "SN 004711", LENS: "Lens"}, COPENHAGEN, t010f="Maker").tobytes())
    block[at : at + len(patch)] = patch
    assert_sound(read_exif(bytes(block)).traits)
    assert_sound(read_exif(bytes(block[:at])).traits)


@given(st.binary(max_size=6), st.integers(0, 1_000))
def test_a_damaged_tiff_gives_sound_traits_or_none(patch, at):
    stream = io.BytesIO()
    written = fields({SERIAL: "SN 004711"}, COPENHAGEN, t010f="Maker")
    Image.new("L", (24, 24), 7).save(stream, "TIFF", tiffinfo=as_tiff(written))
    data = bytearray(stream.getvalue())
    at = len(data) - at % len(data)
    data[at : at + len(patch)] = patch
    from vaern.hashing.files import hash_stream

    assert_sound(hash_stream(io.BytesIO(bytes(data)), "x", len(data)).traits)
