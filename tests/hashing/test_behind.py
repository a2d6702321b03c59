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


@pytest.mark.parametrize(("plugin", "mime"), [("PNG", "image/png"), ("AVIF", "image/avif")])
def test_other_pictures_end_too(plugin, mime):
    data = encoded(landscape(160, 120), plugin)
    assert pieces_behind(data, mime) == []
    assert pieces_behind(data + b"PK something", mime) == [(len(data), len(data) + 12, "")]
    assert pieces_behind(data + jpeg(), mime)[0].mime == "image/jpeg"


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


@given(st.binary(max_size=600), st.sampled_from(["image/jpeg", "image/png", "image/heic", "image/gif"]))
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
