"""Thumbnail caches of Windows; here without the worker. The writer follows the description, as the reader does."""

from __future__ import annotations

import struct

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.scanning.contained import damaged, inside, members
from tests.scanning.test_ole import PHOTOS
from tests.scanning.trees import encoded, picture, write

VERSIONS = (20, 21, 30, 31, 32)
DAMAGE = "the thumbnail cache is damaged or truncated"
KEYS = st.integers(0, 2**64 - 1)
PICTURES = [*PHOTOS, encoded(picture(1).resize((8, 8)), "BMP")]
ENTRIES = st.lists(
    st.tuples(KEYS, st.booleans(), st.integers(0, 20), st.sampled_from([*PICTURES, b"", b"x"])), max_size=6
)


def cache(version, entries, room=0):
    """A cache of (key, whether it is written as an identifier, bytes of padding, content), then unused room."""
    out = bytearray(struct.pack("<4s5I", b"CMMM", version, 2, 24, 0, 1))
    for key, named, padding, data in entries:
        name = f"{key:x}".encode("utf-16-le") if named else b""
        fields = struct.pack("<Q", key) + (b"j\0p\0g\0\0\0" if version == 20 else b"")
        fields += struct.pack("<4I", len(name), padding, len(data), 0)
        fields += bytes(16 if version < 30 else 24)
        body = fields + name + bytes(padding) + data
        out += b"CMMM" + struct.pack("<I", 8 + len(body)) + body
    if room >= 56:
        out += b"CMMM" + struct.pack("<I", room) + bytes(room - 8)
    return bytes(out)


EXTENSIONS = dict(zip(PICTURES, (".png", ".jpg", "", ".bmp"), strict=True))


@pytest.mark.parametrize("version", VERSIONS)
@given(ENTRIES, st.sampled_from([0, 56, 4096]))
def test_every_picture_is_read_in_order_by_its_identifier(version, entries, room):
    expected = [
        ((f"{key:x}" if named else f"{key:016x}") + EXTENSIONS.get(data, ""), data)
        for key, named, _, data in entries
        if data
    ]
    assert members(cache(version, entries, room)) == expected


@given(st.sampled_from(VERSIONS), ENTRIES, st.data())
def test_of_a_cache_that_breaks_off_what_stands_before_is_read(version, entries, data):
    entries = [entry for entry in entries if entry[3]]  # one without a picture is room that was never used
    whole = cache(version, entries)
    cut = data.draw(st.integers(0, len(whole)))
    assume(cut >= 4)
    _, before, _ = inside(whole)
    kind, found, damage = inside(whole[:cut])
    assert kind == "application/x-thumbcache"
    assert found == before[: len(found)]
    assert damage in ("", DAMAGE)
    ends = [24]
    for entry in entries:
        ends.append(ends[-1] + len(cache(version, [entry])) - 24)
    assert (damage == "") == (cut in ends)
    assert len(found) == sum(end <= cut for end in ends[1:])


@given(st.data(), st.sampled_from(VERSIONS))
def test_damage_raises_nothing_but_its_verdict(data, version):
    entries = [(number, bool(number % 2), number, photo) for number, photo in enumerate(PHOTOS)]
    _, found, damage = inside(data.draw(damaged(cache(version, entries))))
    assert damage in ("", DAMAGE) or found == []


@pytest.mark.once
def test_a_scan_looks_into_them(scanned, tmp_path):
    write(tmp_path / "thumbcache_96.db", cache(32, [(0xABC, True, 0, PHOTOS[1])], 4096))
    found, _ = scanned(tmp_path)
    assert found[f"{tmp_path}/thumbcache_96.db!/abc.jpg"].verdict == "new"
    assert found[f"{tmp_path}/thumbcache_96.db"].media.mime == "application/x-thumbcache"
