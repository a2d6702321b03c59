from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from vaern.hashing.exif import Exif, read_exif
from vaern.scanning.protocol import MAX_TRAIT

TEXT = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)


def assert_sound(traits):
    """Such as the parent of a worker, and a node, take."""
    if traits is None:
        return
    for text in (traits.make, traits.model, traits.serial, traits.lens, traits.lens_serial):
        assert text.isprintable()
        assert len(text) <= MAX_TRAIT
    north, east = traits.place or (0, 0)
    assert abs(north) <= 90
    assert abs(east) <= 180
    assert (traits.name, traits.folder) == ("", "")


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"Exif\0\0", b"II*\0", b"MM\0*", b"II*\0\x08\0\0\0", b"Exif\0\0MM\0*\0\0\0\x08"]),
)
def test_any_bytes_give_fields_and_no_error(data, start):
    exif = read_exif(start + data)
    assert 1 <= exif.orientation <= 8
    assert exif.camera is None or exif.camera.isprintable()
    assert_sound(exif.traits)


def test_digits_of_other_scripts_are_no_date():
    fields = Image.Exif()
    fields[0x0132] = "٢٠٢٠:01:02 10:10:10".encode()
    assert read_exif(fields.tobytes()).taken is None


@given(st.integers(1, 8), TEXT, TEXT, st.datetimes(), st.sampled_from(["+02:00", "-11:30", "", "x"]))
def test_reads_what_pillow_writes(orientation, make, model, when, offset):
    fields = Image.Exif()
    fields[0x0112], fields[0x010F], fields[0x0110] = orientation, make, model
    fields.get_ifd(0x8769).update({0x9003: when.strftime(f"{when.year:04}:%m:%d %H:%M:%S"), 0x9011: offset})
    zone = offset if len(offset) == 6 else ""
    camera = model if model.lower().startswith(make.lower()) else f"{make} {model}"
    taken = when.replace(microsecond=0).isoformat() + zone
    found = read_exif(fields.tobytes())
    assert found[:3] == Exif(orientation, camera, taken)[:3]
    plain = make.replace("\\", ""), model.replace("\\", "")
    assert ((found.traits.make, found.traits.model) if any(plain) else found.traits) == (plain if any(plain) else None)


@given(st.binary(max_size=3), st.integers(0, 200))
def test_damage_anywhere_never_raises(patch, at):
    fields = Image.Exif()
    fields[0x0112], fields[0x010F] = 6, "A maker with a long name"
    fields.get_ifd(0x8769)[0x9003] = "2020:01:02 03:04:05"
    block = bytearray(fields.tobytes())
    block[at : at + len(patch)] = patch
    read_exif(bytes(block))
    read_exif(bytes(block[:at]))


@pytest.mark.parametrize("time", ["0000:00:00 00:00:00", "    :  :     :  :  ", "yesterday", ""])
def test_a_clock_that_was_never_set_says_nothing(time):
    fields = Image.Exif()
    fields[0x0132] = time
    assert read_exif(fields.tobytes()).taken is None


def test_many_entries_end():
    block = b"II*\0\x08\0\0\0\xff\xff" + b"\x12\x01\3\0\1\0\0\0\x06\0\0\0" * 70_000
    assert read_exif(block).orientation == 6
