"""What stands in an archive and belongs to no member is read as a file of its own; here without the worker."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scanning.test_archives import TAR_METHODS, contents, make_tar, make_zip
from tests.scanning.trees import encoded, picture

from vaern.hashing import hash_stream
from vaern.hashing.jpeg import listed_pictures, read_header
from vaern.scanning.archives import recognise
from vaern.scanning.members import Budget, DamagedError, content
from vaern.scanning.options import ScanOptions
from vaern.scanning.unpacker import FAULTS, PACKINGS, Unpacked, zstd

NAMED = st.lists(st.tuples(st.text("abc", min_size=1, max_size=5), st.binary(max_size=900)), min_size=1, max_size=4)
STRAY = st.binary(min_size=1, max_size=700).map(lambda data: b"\x01" + data.replace(b"PK", b"pk"))


def read(data):
    """Name and bytes of all that an archive gives, and which of it is stray."""
    archive = recognise(io.BytesIO(data))
    budget = Budget(ScanOptions(), len(data))
    members = [(member, content(member, budget, 1 << 20).read()) for member in archive.members]
    indexes = [member.index for member, _ in members]
    assert indexes == sorted(set(indexes))
    return [(member.name, data) for member, data in members if not member.stray], [
        data for member, data in members if member.stray
    ]


@pytest.mark.once
@pytest.mark.parametrize("method", sorted(TAR_METHODS))
@given(tars=st.lists(NAMED, min_size=2, max_size=3))
def test_tars_one_behind_the_other_are_all_read(method, tars):
    data = b"".join(make_tar(members, method) for members in tars)
    assert [name_and_data[1:] for name_and_data in contents(data)] == [pair for members in tars for pair in members]


@pytest.mark.once
@pytest.mark.parametrize("method", sorted(TAR_METHODS))
@given(members=NAMED, stray=STRAY)
def test_what_is_no_tar_behind_a_tar_is_stray(method, members, stray):
    plain = make_tar(members) + bytes(512) + stray
    data = TAR_METHODS[method](plain)
    assert read(data) == (members, [stray])
    first = len(members) + 1
    assert not list(recognise(io.BytesIO(data), first).members)  # resumed behind it


@given(members=NAMED, before=NAMED, stray=STRAY)
def test_a_zip_before_a_zip_is_read_as_one(members, before, stray):
    front = make_zip(before)
    found, strays = read(front + make_zip(members) + stray)
    assert found == members
    assert strays == [front, stray]


@given(members=NAMED, method=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]), data=st.data())
def test_a_member_that_the_directory_leaves_out_is_read(members, method, data):
    whole = make_zip(members, method)
    left_out = data.draw(st.integers(0, len(members) - 1))
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        start, infos = archive.start_dir, archive.infolist()
    sizes = [46 + len(info.orig_filename) + len(info.extra) for info in infos]
    at = start + sum(sizes[:left_out])
    directory = whole[start:at] + whole[at + sizes[left_out] : start + sum(sizes)]
    count = (len(members) - 1).to_bytes(2, "little") * 2
    end = b"PK\5\6\0\0\0\0" + count + len(directory).to_bytes(4, "little") + start.to_bytes(4, "little") + b"\0\0"
    found, strays = read(whole[:start] + directory + end)
    assert sorted(found) == sorted(members)
    assert found[-1] == members[left_out]
    assert strays == []


def test_bytes_between_the_members_are_stray():
    whole = make_zip([("a", b"first")], zipfile.ZIP_STORED)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        start = archive.start_dir
    hidden = b"\xff\xd8\xff hidden"
    moved = bytearray(whole[:start] + hidden + whole[start:])
    moved[-6:-2] = (start + len(hidden)).to_bytes(4, "little")
    assert read(bytes(moved)) == ([("a", b"first")], [hidden])


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@given(data=st.binary(max_size=900))
def test_a_member_has_the_same_bytes_whatever_its_own_header_calls_it(method, data):
    whole = make_zip([("right", data)], method)
    assert read(whole.replace(b"right", b"wrong", 1)) == ([("right", data)], [])


def test_sizes_behind_the_members_and_alignment_are_no_strays():
    out = io.BytesIO()

    class Pipe(io.RawIOBase):
        def writable(self):
            return True

        def write(self, data):
            return out.write(data)

    with zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"x" * 999)
        archive.writestr("b", b"y" * 999)
    assert read(out.getvalue()) == ([("a", b"x" * 999), ("b", b"y" * 999)], [])


def test_the_signatures_of_an_android_package_are_no_stray():
    whole = make_zip([("classes.dex", b"x")])
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        start = archive.start_dir
    block = b"\x20" + bytes(200) + b"APK Sig Block 42"
    signed = bytearray(whole[:start] + block + whole[start:])
    signed[-6:-2] = (start + len(block)).to_bytes(4, "little")
    assert read(bytes(signed)) == ([("classes.dex", b"x")], [])


# --- Behind a photograph


@given(count=st.integers(2, 3), more=st.integers(0, 2), padding=st.sampled_from([b"", bytes(5)]))
def test_of_the_pictures_behind_a_photograph_those_are_frames_that_its_index_names(count, more, padding):
    pictures = [picture(number).resize((48, 32)) for number in range(count)]
    frames = encoded(pictures[0], "MPO", save_all=True, append_images=pictures[1:])
    others = [encoded(picture(10 + number).resize((48, 32)), "JPEG") for number in range(more)]
    data = frames + b"".join(padding + other for other in others)
    archive = recognise(io.BytesIO(data))
    assert [member.open().read() for member in archive.members] == others if others else archive is None


@given(st.binary(max_size=200))
def test_whatever_an_index_of_pictures_says_it_is_read(field):
    segment = b"MPF\0" + field
    data = b"\xff\xd8\xff\xe2" + (2 + len(segment)).to_bytes(2, "big") + segment + b"\xff\xd9"
    assert all(0 < place < 1 << 33 for place in listed_pictures(data, read_header(data)))


# --- One packed file

SUMMED = {zstd.CompressionParameter.checksum_flag: 1}
PACKERS = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": lambda data: zstd.compress(data, options=SUMMED),
    "zst with a word before": lambda data: b"\x5a\x2a\x4d\x18\x03\0\0\0abc" + zstd.compress(data, options=SUMMED),
}


@pytest.mark.parametrize("packer", sorted(PACKERS))
@given(data=st.binary(max_size=2000))
def test_a_packed_file_is_an_archive_of_one(packer, data):
    assert read(PACKERS[packer](data)) == ([("unpacked", data)], [])
    assert not list(recognise(io.BytesIO(PACKERS[packer](data)), 1).members)


@pytest.mark.parametrize("packer", sorted(PACKERS))
@given(data=st.lists(st.binary(max_size=2000), min_size=1, max_size=3), padding=st.integers(0, 9), rest=STRAY)
def test_what_stands_behind_a_packed_file_is_stray(packer, data, padding, rest):
    packed = b"".join(PACKERS[packer](part) + bytes(4 * (padding % 2)) for part in data)
    whole = packed + bytes(padding) + rest
    assert read(whole) == ([("unpacked", b"".join(data))], [rest])
    (member,) = recognise(io.BytesIO(whole), 1).members  # resumed between the two
    assert (member.index, member.name) == (1, f"@{len(whole) - len(rest)}")
    assert not list(recognise(io.BytesIO(whole), 2).members)


@pytest.mark.once
@pytest.mark.parametrize("method", sorted(set(TAR_METHODS) - {"plain"}))
@given(members=NAMED, inner=st.none() | STRAY, rest=STRAY)
def test_what_stands_behind_a_packed_tar_is_stray(method, members, inner, rest):
    plain = make_tar(members) + (bytes(512) + inner if inner else b"")
    data = TAR_METHODS[method](plain) + rest
    assert read(data) == (members, [inner, rest] if inner else [rest])
    last = len(members) + bool(inner)
    assert [member.index for member in recognise(io.BytesIO(data), last).members] == [last]


@pytest.mark.once
@pytest.mark.parametrize("packer", sorted(PACKERS))
@given(data=st.binary(max_size=900), sizes=st.lists(st.integers(1, 99), min_size=1, max_size=9), places=st.data())
def test_a_packed_file_is_read_and_sought_as_what_is_in_it(packer, data, sizes, places):
    (packing,) = [one for one in PACKINGS if PACKERS[packer](b"").startswith(one.magic)]
    stream = io.BufferedReader(Unpacked(io.BytesIO(PACKERS[packer](data)), packing), 16)
    plain = io.BytesIO(data)
    for size in sizes:
        place = places.draw(st.integers(0, len(data)))
        assert stream.seek(place) == plain.seek(place)
        assert stream.read(size) == plain.read(size)
    assert stream.seek(0, io.SEEK_END) == len(data)


@pytest.mark.parametrize("packer", sorted(PACKERS))
def test_a_packed_file_that_is_cut_off_or_damaged_is_not_taken_for_whole(packer):
    (packing,) = [one for one in PACKINGS if PACKERS[packer](b"").startswith(one.magic)]
    packed = bytearray(PACKERS[packer](random.Random(1).randbytes(5000)))
    for cut in (len(packed) // 2, len(packed) - 1):
        with pytest.raises(EOFError, match="ended before the end-of-stream marker"):
            Unpacked(io.BytesIO(packed[:cut]), packing).read()
    packed[len(packed) // 2] ^= 1
    with pytest.raises(FAULTS):
        Unpacked(io.BytesIO(packed), packing).read()


def test_what_wants_much_memory_to_be_unpacked_is_not():
    """A frame of Zstandard names the window that it wants (RFC 8878, 3.1.1.1.2); zstd itself takes 128 MiB unasked."""
    frame = [b"\x28\xb5\x2f\xfd\0" + bytes([log - 10 << 3]) + b"\x19\0\0abc" for log in (27, 28, 41)]
    assert read(frame[0]) == ([("unpacked", b"abc")], [])
    assert recognise(io.BytesIO(frame[1])) is None
    assert recognise(io.BytesIO(frame[2])) is None


@pytest.mark.parametrize("extra", [False, True])
def test_gzip_keeps_the_name(extra):
    plain = gzip.compress(b"x")
    flags, field = (12, b"\3\0abc") if extra else (8, b"")
    named = plain[:3] + bytes([flags]) + plain[4:10] + field + "blå.jpg".encode("latin-1") + b"\0" + plain[10:]
    assert read(named) == ([("blå.jpg", b"x")], [])


def test_a_packed_file_that_is_too_large_for_memory_is_not_held():
    (member,) = recognise(io.BytesIO(gzip.compress(bytes(5000)))).members
    assert content(member, Budget(ScanOptions(), 5000), 4999) is None
    assert len(content(member, Budget(ScanOptions(), 5000), 5000).read()) == 5000


@given(
    members=NAMED,
    comments=st.lists(st.binary(max_size=200) | st.text(max_size=40).map(str.encode), min_size=5, max_size=5),
)
def test_a_comment_of_a_zip_that_is_no_text_is_stray(members, comments):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.comment = whole = comments[0].replace(b"PK", b"pk")
        members = [(f"{number}{name}", data) for number, (name, data) in enumerate(members)]
        infos = [zipfile.ZipInfo(name) for name, _ in members]
        for info, comment, (_, data) in zip(infos, comments[1:], members, strict=False):
            info.comment = comment
            archive.writestr(info, data)
    given_ = [*comments[1 : 1 + len(members)], whole]
    found, strays = read(out.getvalue())
    assert found == members
    binary = [one for one in given_ if len(one) >= 64 and set(one) & {*range(9), *range(14, 27), *range(28, 32)}]
    assert strays == [used for one in binary if (used := one.lstrip(b"\0"))]


def test_an_image_of_a_disk_in_a_zip_is_no_archive_of_its_pieces():
    data = make_zip([("container.description", b"aff4://x"), ("information.turtle", b"@prefix")], zipfile.ZIP_STORED)
    with pytest.raises(DamagedError, match="what the image says of itself is damaged"):
        recognise(io.BytesIO(data))
    media = hash_stream(io.BytesIO(data), "x", len(data))
    assert (media.mime, media.unopened) == ("application/x-aff4", "an AFF4 image")
    assert recognise(io.BytesIO(make_zip([("container", b"aff4://x")]))) is not None


@pytest.mark.parametrize("step", [512, 4096, 65_535, 65_536, 70_000])
@pytest.mark.parametrize("method", sorted(set(TAR_METHODS) - {"plain"}))
def test_what_is_packed_is_read_whole_by_steps_of_any_size(method, step):
    """An unpacker may give nothing and only then want more: a whole file of Zstandard was said to be truncated."""
    data = random.Random(1).randbytes(400_000)
    packed = TAR_METHODS[method](data)
    packing = next(packing for packing in PACKINGS if packed.startswith(packing.magic))
    for first in (0, 1, 512, 70_000, 200_000):
        stream = Unpacked(io.BytesIO(packed), packing)
        assert stream.seek(first) == first
        assert b"".join(iter(lambda: stream.read(step), b"")) == data[first:]  # noqa: B023 - used at once
