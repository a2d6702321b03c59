"""Previews in the raw files of cameras; here without the worker."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.scanning.contained import damaged, inside, members
from tests.scanning.raw_writer import CFA, FORMATS, LOSSLESS, MOST, Data, arw, linked, nef, sensor, strip, tiff
from tests.scanning.test_archives import make_zip
from tests.scanning.trees import encoded, picture

from vaern.hashing import hash_stream
from vaern.hashing.raws import PREVIEWS, THUMBNAIL, TYPES, read_raw
from vaern.scanning.archives import recognise

PHOTOS = [encoded(picture(number).resize((32, 24)), "JPEG", quality=40 + number) for number in range(6)]
FILES = st.tuples(
    st.sampled_from(sorted(FORMATS)),
    st.lists(st.sampled_from(PHOTOS), min_size=1, max_size=5, unique=True),
    st.sampled_from(["little", "big"]),
)


def made(kind, photos, order):
    """A raw file, and its previews in the order of the file."""
    photos = photos[: MOST.get(kind)]
    data = FORMATS[kind](photos, order)
    return data, sorted(photos, key=data.index)


def media_of(data):
    return hash_stream(io.BytesIO(data), "x", len(data))


@given(FILES)
def test_every_preview_is_a_member_in_the_order_of_the_file(raw):
    data, photos = made(*raw)
    assert members(data) == [(f"preview {number}.jpg", photo) for number, photo in enumerate(photos, 1)]
    assert inside(data)[0] == raw[0]
    media = media_of(data)
    assert (media.mime, media.unreadable) == (raw[0], f"no decoder for {raw[0]}")
    assert len(media.signals) == 3


@given(FILES, st.data())
def test_a_damaged_file_gives_nothing_from_outside_itself(whole, data):
    raw = data.draw(damaged(made(*whole)[0]))
    inside(raw)
    for mime in TYPES:
        found = read_raw(lambda at, size: raw[at : at + size], len(raw), mime)
        for begin, size in found.previews if found else ():
            assert 0 < begin < begin + size <= len(raw)
            assert raw.startswith(b"\xff\xd8\xff", begin)


@given(
    st.binary(max_size=400), st.sampled_from([b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b"FUJIFILMCCD-RAW 02", b"IIU\0"])
)
def test_what_only_begins_like_one_has_no_previews(rest, head):
    for _, _, content in inside(head + rest)[1]:
        assert isinstance(content, bytes)


@pytest.mark.parametrize("compression", [None, "jpeg", "tiff_lzw"])
@pytest.mark.parametrize("pages", [1, 3])
def test_a_plain_tiff_is_hashed_as_it_was(compression, pages):
    stream, photo = io.BytesIO(), picture(1)
    photo.save(stream, "TIFF", compression=compression, save_all=True, append_images=[photo] * (pages - 1))
    media = media_of(stream.getvalue())
    assert (media.mime, media.unreadable, media.notes) == ("image/tiff", "", ())
    assert any(signal.kind == "pdq" for signal in media.signals)
    assert recognise(stream) is None


def test_a_thumbnail_of_raw_data_does_not_stand_for_its_previews():
    """Until now the small picture of the first directory was hashed, as if it were all that there is."""
    thumbnail = picture(2).resize((40, 30)).convert("RGB")
    first = {0x0100: 40, 0x0101: 30, 0x0102: 8, 0x0103: 1, 0x0106: 1, 0x0115: 1}
    pixels = thumbnail.convert("L").tobytes()
    first |= {0x0111: Data(pixels), 0x0116: 30, 0x0117: len(pixels), 0x010F: "NIKON"}
    data = tiff([first | {0x014A: [sensor(), linked(PHOTOS[0])]}])
    assert Image.open(io.BytesIO(data)).size == (40, 30)
    assert members(data) == [("preview 1.jpg", PHOTOS[0])]
    assert not [signal for signal in media_of(data).signals if signal.kind == "pdq"]
    alone = media_of(tiff([first | {0x014A: [sensor()]}]))
    assert (alone.mime, alone.notes) == ("image/tiff", (THUMBNAIL,))
    assert [signal for signal in alone.signals if signal.kind == "pdq"]


def test_raw_data_is_no_preview():
    for below in ([sensor(PHOTOS[0])], [strip(LOSSLESS)], [strip(PHOTOS[0], colours=CFA)], [strip(b"raw" * 9)]):
        assert inside(tiff([{0xC612: b"\1\4\0\0", 0x014A: below}])) == ("", [], "")


def test_directories_that_lead_to_each_other_end():
    data = bytearray(arw(PHOTOS[:2]))
    second = data.index(b"\x01\x02\x04\0", data.index(PHOTOS[0])) - 2
    data[second + 26 : second + 30] = (8).to_bytes(4, "little")  # the last is followed by the first
    assert members(bytes(data)) == [("preview 1.jpg", PHOTOS[0]), ("preview 2.jpg", PHOTOS[1])]


def test_a_preview_that_breaks_off_gives_what_is_there():
    data, _ = made("image/x-fuji-raf", PHOTOS[:1], "")
    cut = data[: 100 + len(PHOTOS[0]) // 2]
    assert members(cut) == [("preview 1.jpg", cut[100:])]


def test_the_camera_and_the_time_are_those_of_the_raw_file():
    media = media_of(nef(PHOTOS[:2]))
    assert media.camera == "NIKON CORPORATION NIKON D9"


@pytest.mark.once
def test_a_scan_compares_the_previews_and_says_so(scanned, tmp_path):
    photo, packed = encoded(picture(1), "JPEG"), make_zip([("b.jpg", encoded(picture(3), "JPEG"))])
    data = nef([photo, PHOTOS[2]])
    (tmp_path / "a.nef").write_bytes(data + packed)
    (tmp_path / "b.raf").write_bytes(b"FUJIFILMCCD-RAW 0201" + bytes(200))
    found, _ = scanned(tmp_path)
    told = {name.removeprefix(f"{tmp_path}/"): (finding.verdict, finding.reason) for name, finding in found.items()}
    fresh, at = ("new", "No list has it."), len(data)
    assert told == {
        "a.nef": ("new", f"No list has it; {PREVIEWS}."),
        "a.nef!/preview 1.jpg": fresh,
        "a.nef!/preview 2.jpg": fresh,
        f"a.nef!/@{at}": ("not media", "Neither a picture nor a video, and no list has it."),
        f"a.nef!/@{at}!/b.jpg": fresh,
        "b.raf": ("unreadable", "Could not be read: no decoder for image/x-fuji-raf."),
    }
