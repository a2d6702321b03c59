"""What stands behind a picture is found where it begins, and nothing is found where nothing is."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.hashing.pictures import encoded, landscape

from vaern.hashing import HashOptions, behind, files, hash_stream
from vaern.hashing.behind import MOST, is_stream, pieces_behind
from vaern.hashing.containers import KINDS, MAGIC

MOVIE = b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + b"\0\0\0\x10mdat" + bytes(8)
JPEGS = {
    "plain": {},
    "progressive": {"progressive": True},
    "restarts": {"restart_marker_blocks": 4},
    "thumbnail": {"exif": b"Exif\0\0" + encoded(landscape(64, 48), "JPEG")},
}


def jpeg(seed=0, kind="plain", size=(160, 120)):
    picture = landscape(*size).rotate(90 * seed).resize(size)
    return encoded(picture, "JPEG", **JPEGS[kind])


@pytest.mark.once
@pytest.mark.parametrize("kind", sorted(JPEGS))
@given(padding=st.sampled_from([b"", bytes(3), b"\xff" * 5]), rest=st.lists(st.sampled_from("jmu"), max_size=4))
def test_pieces_are_found_where_they_begin(kind, padding, rest):
    first = jpeg(kind=kind)
    parts = {"j": (jpeg(1), "image/jpeg"), "m": (MOVIE, "video/mp4"), "u": (b"something unknown", "")}
    data, expected = first, []
    for sign in rest:
        part, mime = parts[sign]
        if sign == "u" and expected and expected[-1][2] == "":
            continue  # the two would be one
        data += padding
        expected.append((len(data), len(data) + len(part), mime))
        data += part
    found = pieces_behind(data + padding, "image/jpeg")
    assert [(piece.begin, piece.mime) for piece in found] == [(begin, mime) for begin, _, mime in expected]
    ends = [(piece.end, end) for piece, (_, end, mime) in zip(found, expected, strict=True) if mime]
    assert all(one == other for one, other in ends)


PICTURES = {
    "image/jpeg": [("JPEG", {})],
    "image/png": [("PNG", {}), ("PNG", {"save_all": True, "append_images": [landscape(160, 120, seed=2)]})],
    "image/avif": [("AVIF", {})],
    "image/gif": [("GIF", {}), ("GIF", {"save_all": True, "append_images": [landscape(160, 120, seed=2)]})],
    "image/webp": [("WEBP", {}), ("WEBP", {"save_all": True, "append_images": [landscape(160, 120, seed=2)]})],
    "image/bmp": [("BMP", {})],
}
"""Pictures whose end is known, still and moving: how Pillow writes them."""

WRITTEN = [(mime, plugin, options) for mime, ways in PICTURES.items() for plugin, options in ways]


@pytest.mark.parametrize(("mime", "plugin", "options"), WRITTEN)
def test_every_picture_ends_where_it_ends(mime, plugin, options):
    data = encoded(landscape(160, 120), plugin, **options)
    assert pieces_behind(data, mime) == []
    assert pieces_behind(data + b"Pk something", mime) == [(len(data), len(data) + 12, "")]
    assert pieces_behind(data + jpeg(), mime)[0].mime == "image/jpeg"
    for part in (len(data) // 3, len(data) * 2 // 3, len(data) - 1):
        assert pieces_behind(data[:part], mime) == []


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
@pytest.mark.parametrize("size", [(1, 1), (7, 5), (161, 3)])
def test_a_bitmap_ends_behind_its_pixels_whatever_length_it_says(mode, size):
    data = encoded(landscape(160, 120).resize(size).convert(mode), "BMP")
    for said in (0, 14, len(data)):
        wrong = data[:2] + said.to_bytes(4, "little") + data[6:]
        assert pieces_behind(wrong, "image/bmp") == []
        assert pieces_behind(wrong + b"something", "image/bmp") == [(len(data), len(data) + 9, "")]


def notes_of(data):
    return hash_stream(io.BytesIO(data), "x", len(data), options=HashOptions(perceptual=False)).notes


@pytest.mark.parametrize(("mime", "plugin", "options"), WRITTEN)
def test_each_known_kind_behind_a_picture_is_named(mime, plugin, options):
    data = encoded(landscape(160, 120), plugin, **options)
    unnamed = {
        (offset, magic)
        for offset, magic, kind in MAGIC
        for before in (b"", bytes(7))
        if notes_of(data + before + b"Z" * offset + magic + b"Z" * 60) != (f"behind the picture: {KINDS[kind]}",)
    }
    assert unnamed <= {(offset, magic) for offset, magic, _ in MAGIC if magic.startswith((b"\0", b"\xff"))}


@pytest.mark.parametrize(
    "made", [b"Rar!\x1a\x07\x00", b"7z\xbc\xaf\x27\x1c", b"%PDF-1.7", b"GIF89a", b"SQLite format 3\0"]
)
def test_what_is_behind_something_unknown_is_found_by_a_long_signature(made):
    data = jpeg() + b"of somebody: " + made + bytes(50) + b"."
    first, second = pieces_behind(data, "image/jpeg")
    assert (first.mime, first.end) == ("", len(jpeg()) + 13)
    assert second == (first.end, len(data), second.mime)
    assert second.mime


@given(st.text("0123456789 :SEFHImageUTC_Data", max_size=300))
def test_the_trailer_of_a_maker_is_of_no_known_kind(text):
    """As telephones write one: lengths, names and dates."""
    trailer = b"\x30\x0a\x10\0\0\0" + text.encode()
    assert notes_of(jpeg() + trailer) == (f"bytes of no known kind behind the picture: {len(trailer)}",)


def test_the_film_in_a_box_of_a_motion_photo_is_found():
    data = encoded(landscape(160, 120), "AVIF")
    whole = data + (8 + len(MOVIE)).to_bytes(4, "big") + b"mpvd" + MOVIE
    assert pieces_behind(whole, "image/heic") == [(len(data) + 8, len(whole), "video/mp4")]


def test_many_frames_are_a_stream_and_two_photographs_are_not():
    frames = b"".join(jpeg(seed % 2) for seed in range(3))
    assert is_stream(frames, pieces_behind(frames, "image/jpeg"))
    pair = jpeg() + jpeg(1)
    assert not is_stream(pair, pieces_behind(pair, "image/jpeg"))
    sizes = jpeg() + jpeg(size=(80, 60)) + jpeg()
    assert not is_stream(sizes, pieces_behind(sizes, "image/jpeg"))
    out = io.BytesIO()
    pictures = [Image.open(io.BytesIO(jpeg(seed))) for seed in range(3)]
    pictures[0].save(out, "MPO", save_all=True, append_images=pictures[1:])
    assert not is_stream(out.getvalue(), pieces_behind(out.getvalue(), "image/jpeg"))


def test_no_more_than_so_many_are_told_apart():
    data = jpeg(size=(16, 16)) * (MOST + 20)
    found = pieces_behind(data, "image/jpeg")
    assert sum(bool(piece.mime) for piece in found) == MOST
    assert found[-1].end == len(data)


@given(st.binary(max_size=600), st.sampled_from([*PICTURES, "image/heic"]))
def test_any_bytes_give_pieces_in_order(data, mime):
    at = 0
    for begin, end, _ in pieces_behind(data, mime):
        assert at <= begin < end <= len(data)
        at = end


def test_behind_a_picture_that_is_not_read_into_memory_is_looked_too(monkeypatch):
    data = jpeg() + b"something unknown"
    monkeypatch.setattr(files, "WHOLE_BELOW", 100)

    def notes():
        return hash_stream(io.BytesIO(data), "x", len(data), options=HashOptions(perceptual=False)).notes

    assert notes() == ("bytes of no known kind behind the picture: 17",)
    for module in (behind, files):
        monkeypatch.setattr(module, "LARGEST", len(data) - 1)
    (said,) = notes()
    assert said.startswith("what may stand behind the picture was not looked for")
