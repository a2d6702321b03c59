"""Files in OLE2 storages; here without the worker."""

from __future__ import annotations

import random
import tracemalloc

import olefile
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scanning.contained import NAMES, damaged, inside, members
from tests.scanning.ole_writer import ole
from tests.scanning.test_archives import make_zip
from tests.scanning.trees import encoded, picture

import vaern.scanning.ole

PHOTOS = [encoded(picture(1).resize((32, 32)), kind) for kind in ("PNG", "JPEG", "GIF")]
FILES = st.lists(st.tuples(NAMES, st.binary(max_size=6000)), max_size=4)
MESSAGES = st.recursive(FILES, lambda inner: st.lists(st.tuples(NAMES, st.binary(max_size=90) | inner), max_size=4))


def message(attached, *, unicode=True):
    """An Outlook message with files and messages attached ([MS-OXMSG], 2.2), and what should be found in it."""
    tree, expected = {"__properties_version1.0": bytes(32), "__substg1.0_1000001F": "see below".encode("utf-16-le")}, []
    for number, (name, content) in enumerate(attached):
        parts = {"__substg1.0_3707001F": name.encode("utf-16-le")}
        if not unicode:
            parts = {"__substg1.0_3704001E": name.encode("cp1252", "replace")}
            name = name.encode("cp1252", "replace").decode("cp1252")  # noqa: PLW2901
        if isinstance(content, list):
            inner, found = message(content, unicode=unicode)
            parts["__substg1.0_3701000D"] = inner
            expected += [(f"{name}/{path}", data) for path, data in found]
        else:
            parts["__substg1.0_37010102"] = content
            expected.append((name, content))
        tree[f"__attach_version1.0_#{number:08X}"] = parts
    return tree, expected


@given(MESSAGES, st.booleans())
def test_all_that_is_attached_to_an_outlook_message_is_read_in_order(attached, unicode):
    tree, expected = message(attached, unicode=unicode)
    assert members(ole(tree)) == expected


@given(st.lists(st.tuples(NAMES, st.sampled_from(PHOTOS)), min_size=1, max_size=30))
def test_thumbnails_have_the_names_of_the_files_that_they_show(shown):
    catalogue, tree, expected = bytearray((16).to_bytes(2, "little") + bytes(14)), {}, {}
    for number, (name, photo) in enumerate(shown, 1):
        text = name.encode("utf-16-le") + b"\0\0\0\0"
        catalogue += (16 + len(text)).to_bytes(4, "little") + number.to_bytes(4, "little") + bytes(8) + text
        stream = str(number)[::-1]
        tree[stream] = b"\x0c\0\0\0\1\0\0\0" + len(photo).to_bytes(4, "little") + photo
        expected[stream] = (name, photo)
    assert members(ole({**tree, "Catalog": bytes(catalogue)})) == [expected[stream] for stream in sorted(expected)]


@given(st.lists(st.sampled_from(PHOTOS), min_size=2, max_size=6), st.integers(0, 40))
def test_pictures_of_a_presentation_are_read_one_behind_the_other(photos, header):
    blips = b"".join(bytes(8) + b"u" * (16 + header) + photo for photo in photos)
    found = members(ole({"Pictures": blips, "PowerPoint Document": b"\x0f\0\xe8\3 no picture"}))
    assert found == [(f"Pictures/picture {number}", photo) for number, photo in enumerate(photos, 1)]


def test_a_stream_that_is_a_file_is_one_whatever_stands_in_it():
    packed = make_zip([("a.png", PHOTOS[0]), ("b", bytes(5000))], 0)
    data = ole({"ObjectPool": {"_1": {"Package": packed}}, "WordDocument": bytes(70_000)})
    assert members(data) == [("ObjectPool/_1/Package", packed)]


def test_an_encrypted_document_says_so():
    assert members(ole({"EncryptedPackage": b"x" * 99, "EncryptionInfo": b"y"})) == [
        ("EncryptedPackage", "it is encrypted")
    ]


def record(kind, content):
    """A record of a workbook ([MS-XLS] 2.1.4)."""
    return kind.to_bytes(2, "little") + len(content).to_bytes(2, "little") + content


BEGIN, END = record(0x0809, b"\0\6\5\0" + bytes(12)), record(0x0A, b"")
OTHERS = st.lists(st.builds(record, st.sampled_from([0xE1, 0xFC, 0x3C, 0x85]), st.binary(max_size=40)), max_size=3)


@given(
    st.lists(st.sampled_from(PHOTOS), min_size=1, max_size=5),
    st.lists(st.tuples(st.integers(1, 8224), st.sampled_from([0x3C, 0xEB])), min_size=1, max_size=9),
    OTHERS,
    OTHERS,
)
def test_pictures_of_a_workbook_are_whole_however_it_cuts_them(photos, cuts, before, after):
    drawing = b"".join(bytes(8) + b"u" * 17 + photo for photo in photos)
    pieces, kind, cut = [], 0xEB, 0
    while drawing:
        size, following = cuts[cut % len(cuts)]
        pieces.append(record(kind, drawing[:size]))
        drawing, kind, cut = drawing[size:], following, cut + 1
    after = after and [record(0xFC, b""), *after]  # what goes on behind the drawing would be of it
    found = members(ole({"Workbook": b"".join([BEGIN, *before, *pieces, *after, END])}))
    assert [photo for _, photo in found] == photos


@pytest.mark.parametrize(
    ("stream", "begin", "plain", "encrypted"),
    [
        ("WordDocument", b"\xec\xa5\xc1" + bytes(7), b"\xf0\x12", b"\xf0\x13"),
        ("Current User", b"\0\0\xf6\x0f\x31" + bytes(7), b"\x5f\xc0\x91\xe3", b"\xdf\xc4\xd1\xf3"),
        ("Workbook", BEGIN, record(0xE1, b"\xb0\4"), record(0x86, b"") + record(0x2F, b"\1\0")),
    ],
)
def test_a_document_from_before_2007_that_is_encrypted_says_so(stream, begin, plain, encrypted):
    assert members(ole({stream: begin + plain + END})) == []
    assert members(ole({stream: begin + encrypted + END})) == [(stream, "it is encrypted")]


@given(st.binary(max_size=300))
def test_a_workbook_of_any_bytes_is_read(rest):
    inside(ole({"Workbook": BEGIN + rest}))


def test_a_stream_that_is_too_large_says_so(monkeypatch):
    monkeypatch.setattr(vaern.scanning.ole, "LARGEST", 5000)
    data = ole({"Data": b"x" * 5001, "Pictures": PHOTOS[0]})
    reason = "a stream of more than 5000 bytes is not looked into"
    assert members(data) == [("Data", reason), ("Pictures", PHOTOS[0])]


def test_a_stream_that_breaks_off_gives_what_is_there_and_says_so():
    noise = random.Random(1).randbytes(9216 - len(PHOTOS[0])).replace(b"\xff", b"\xfe")  # up to the end of a sector
    data = bytearray(ole({"Data": PHOTOS[0] + noise}))
    size = olefile.OleFileIO(bytes(data)).root.kids[0].size
    at = data.index(size.to_bytes(8, "little"))
    data[at : at + 8] = (size + 2000).to_bytes(8, "little")
    _, found, damage = inside(bytes(data))
    assert found == [(0, "Data", PHOTOS[0] + noise)]
    assert damage == "streams of the compound file are damaged or truncated (1); what is left of them was read"


def test_a_ring_of_sectors_is_read_no_longer_than_the_file_is():
    """Where a size of four gigabytes was believed, the worker ran out of memory."""
    data = bytearray(ole({"Data": PHOTOS[0]}))
    size = olefile.OleFileIO(bytes(data)).root.size
    at = data.index("Root Entry".encode("utf-16-le")) + 120
    assert data[at : at + 8] == size.to_bytes(8, "little")
    data[at : at + 4] = b"\xc0\xff\xff\xff"
    table = len(data) - 512
    data[table : table + 4] = bytes(4)  # the first sector is followed by itself
    tracemalloc.start()
    inside(bytes(data))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1 << 20


@given(st.binary(max_size=1500))
def test_what_only_begins_like_one_is_damaged(rest):
    damage = inside(olefile.MAGIC + rest)[2]
    assert damage.startswith("the compound file is damaged or truncated (")


@pytest.mark.parametrize("many", [20, 3000])
def test_a_directory_too_deep_for_the_parser_is_damaged(many):
    """One chain of siblings, where programs write a balanced tree."""
    _, found, damage = inside(ole({f"{number}": PHOTOS[0] for number in range(many)}))
    assert len(found) == (many if many == 20 else 0)
    assert bool(damage) == (many == 3000)


@given(data=st.data(), attached=MESSAGES)
def test_a_damaged_file_gives_what_it_can(data, attached):
    inside(data.draw(damaged(ole(message(attached)[0]))))


@pytest.mark.once
def test_a_locked_worker_reads_it_too(scanned, tmp_path):
    photo = encoded(picture(1))
    (tmp_path / "letter").write_bytes(ole(message([("straße.png", photo), ("later", [("b.png", photo)])])[0]))
    found, _ = scanned(tmp_path)
    verdicts = {name.removeprefix(f"{tmp_path}/"): finding.verdict for name, finding in found.items()}
    assert verdicts == {"letter": "not media", "letter!/straße.png": "new", "letter!/later/b.png": "new"}
