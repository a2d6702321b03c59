"""The shape of a name: what devices write is told apart, what people write is gone."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.shapes import EXTENSIONS, LONGEST, WORDS, folder_digest, shape

LIKELY = st.lists(
    st.sampled_from(
        [
            "IMG",
            "DSC",
            "dscf",
            "_",
            "-",
            " ",
            ".",
            "#",
            "*",
            "12",
            "0",
            "jpg",
            "mp4",
            ".MP4",
            "3gp",
            "Somebody",
            "P",
            "AB",
            "ABC",
            "\\x0a",
            "٣",
            "²",
            "é",
            "\0",
            "\ud800",
            "(1)",
            "a1b2c3d4e5",
            "/",
            "550e8400-e29b-41d4-a716-446655440000",
        ]
    ),
    max_size=8,
).map("".join)
NAMES = st.text(max_size=60) | LIKELY


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("IMG_0001.JPG", "IMG_#.JPG"),
        ("IMG-20260102-WA0007.jpg", "IMG-#-WA#.jpg"),
        ("PXL_20260102_101112345.jpg", "PXL_#_#.jpg"),
        ("DSC04711.ARW", "DSC#.ARW"),
        ("_MG_1234.CR2", "_MG_#.CR#"),
        ("P1010001.MP4", "P#.MP#"),
        ("IMG_E1234.heic", "IMG_E#.heic"),
        ("WhatsApp Image 2026-01-02 at 10.11.12.jpeg", "WhatsApp Image #-#-# at #.#.#.jpeg"),
        ("550e8400-e29b-41d4-a716-446655440000.mov", "*.mov"),
        ("d41d8cd98f00b204e9800998ecf8427e.png", "*.png"),
        ("kjhsdfkjh.png", "*.png"),
        ("20260102_101112.jpg", "#_#.jpg"),
        ("Holiday of Somebody (2).jpg", "* * * (#).jpg"),
        ("Somebody2011.jpg", "*.jpg"),
        ("photo.Somebody", "photo.*"),
        ("Søren og Åse.jpg", "* * *.jpg"),
        ("thumb", "thumb"),
        (".jpg", ".*"),
        ("", ""),
        ("-" * 300, "*"),
    ],
)
def test_what_becomes_of_a_name(name, expected):
    assert shape(name) == expected


@given(NAMES)
def test_a_shape_is_its_own_shape_has_no_digit_and_is_never_longer(name):
    found = shape(name)
    assert shape(found) == found
    assert not any(character.isdigit() or character.isnumeric() for character in found)
    assert len(found) <= min(len(name), LONGEST)
    assert found.isascii()
    assert found.isprintable()


@given(NAMES)
def test_every_word_of_it_is_one_that_devices_write(name):
    words = "".join(character if character.isalpha() else " " for character in shape(name)).split()
    known = WORDS | {part for extension in EXTENSIONS for part in extension.split("#")}
    assert all(word.lower() in known or (len(word) <= 2 and word.isupper()) for word in words)


@given(st.from_regex(r"(IMG|DSC|MVI)_[0-9]{4}\.(JPG|MP4)", fullmatch=True), st.integers(0, 9999))
def test_pictures_of_one_camera_have_one_shape(name, number):
    assert shape(f"{name[:4]}{number:04}{name[8:]}") == shape(name)


@given(st.text(max_size=20), st.text(st.characters(exclude_characters="/"), max_size=20))
def test_a_folder_is_told_by_its_digest(folder, name):
    found = folder_digest(f"{folder}/{name}")
    assert found == (hashlib.sha256(folder.encode("utf-8", "surrogatepass")).hexdigest() if folder else "")
    assert folder_digest(name) == ""
