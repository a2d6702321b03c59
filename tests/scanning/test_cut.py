"""What is cut into files anywhere, as a raw image or a large archive: the first has what is in all of them."""

from __future__ import annotations

import io
import zipfile
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scanning import disks
from tests.scanning.contained import inside
from tests.scanning.test_archives import make_zip
from tests.scanning.test_disks import FILES, MEGABYTE, contents, digest_of, expected, members
from tests.scanning.test_sevenz import METHODS, NOISE, seven

from vaern.scanning.archives import recognise
from vaern.scanning.members import DamagedError, Joined

ARCHIVES = {
    "7z": seven(NOISE, METHODS["lzma2"]),
    "zip": make_zip(NOISE, zipfile.ZIP_DEFLATED),
    "zip of what is stored": make_zip(NOISE, zipfile.ZIP_STORED),
}


def cut(data, places):
    """These bytes as streams that end at these places."""
    return [io.BytesIO(data[begin:end]) for begin, end in pairwise([0, *sorted(places), len(data)])]


@given(st.lists(st.binary(max_size=30), min_size=1, max_size=6), st.data())
def test_streams_one_behind_the_other_read_as_one(parts, data):
    whole, stream = b"".join(parts), Joined([io.BytesIO(part) for part in parts])
    assert stream.seek(0, io.SEEK_END) == len(whole)
    for place, size in data.draw(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=9)):
        stream.seek(place)
        assert stream.read(size) == whole[place : place + size]
        assert stream.tell() == max(place, min(place + size, len(whole)))


@pytest.mark.parametrize("kind", ARCHIVES)
@given(data=st.data())
def test_an_archive_is_read_however_it_is_cut(kind, data):
    whole = ARCHIVES[kind]
    first, *further = cut(whole, data.draw(st.sets(st.integers(600, len(whole) - 1), min_size=1, max_size=5)))
    archive = recognise(first, 0, further)
    assert [(member.name, member.open().read()) for member in archive.members] == NOISE


@pytest.mark.parametrize("kind", ARCHIVES)
def test_an_archive_whose_last_file_is_missing_is_damaged(kind):
    first, *further = cut(ARCHIVES[kind], [9000, 20_000])
    for there in ([], further[:1]):
        with pytest.raises(DamagedError):
            recognise(first, 0, there)


@pytest.mark.parametrize("kind", ARCHIVES)
def test_an_archive_that_is_whole_has_nothing_of_what_stands_beside_it(kind):
    _, alone, _ = inside(ARCHIVES[kind])
    archive = recognise(io.BytesIO(ARCHIVES[kind]), 0, [io.BytesIO(ARCHIVES[kind]), io.BytesIO(b"more")])
    assert [(one.index, one.name, one.open().read()) for one in archive.members] == alone


@pytest.fixture(scope="module")
def raw(foreign, tmp_path_factory):
    """A disk of two partitions, and one that is a FAT without any."""
    folder = tmp_path_factory.mktemp("raw")
    tree = disks.sow(folder / "tree", FILES)
    fat = disks.fat(foreign, folder / "fat", tree, "-F", "16", "-s", "1").read_bytes()
    ext4 = disks.ext4(foreign, folder / "ext4", tree).read_bytes()
    return {"partitioned": disks.partitioned(foreign, folder / "disk", [fat, ext4], "dos").read_bytes(), "bare": fat}


@pytest.mark.once
@pytest.mark.parametrize("kind", ["partitioned", "bare"])
@pytest.mark.parametrize("size", [MEGABYTE, 3 * MEGABYTE - 512, 7 * MEGABYTE])
def test_a_raw_image_in_several_files_is_read_as_one(raw, kind, size):
    first, *further = cut(raw[kind], range(size, len(raw[kind]), size))
    whole = members(raw[kind])
    assert members(first.getvalue(), further=further) == whole
    for at in range(0, whole[-1][0] + 2, 7):
        assert members(first.getvalue(), at, further) == [one for one in whole if one[0] >= at]


@pytest.mark.once
@pytest.mark.parametrize("kind", ["partitioned", "bare"])
def test_images_that_are_whole_have_nothing_of_each_other(raw, kind):
    """Old floppy disks were kept so: disk.001, disk.002."""
    assert members(raw[kind], further=[io.BytesIO(raw["bare"]), io.BytesIO(b"more")]) == members(raw[kind])


@pytest.mark.once
def test_a_scan_reads_what_is_cut_with_its_first(raw, scanned, tmp_path):
    for kind, data in (("disk.dd.001", raw["partitioned"]), ("a.7z.001", ARCHIVES["7z"])):
        for number, stream in enumerate(cut(data, range(len(data) // 3, len(data) - 9, len(data) // 3)), 1):
            (tmp_path / kind.replace("001", f"{number:03}")).write_bytes(stream.getvalue())
    found, _ = scanned(tmp_path)
    inner = {name.removeprefix(f"{tmp_path}/"): one for name, one in found.items() if "!/" in name}
    disk = {name.partition("!/")[2]: digest_of(one.media) for name, one in inner.items() if name.startswith("disk.dd")}
    assert disk == contents(raw["partitioned"]) == expected(FILES, "p1/") | expected(FILES, "p2/")
    assert sorted(name for name in inner if name.startswith("a.7z")) == [f"a.7z.001!/{name}" for name, _ in NOISE]
