"""Archives as the worker reads them; here without the worker."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import tempfile
import warnings
import zipfile

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vaern.hashing.containers import container_of
from vaern.hashing.content import UNKNOWN
from vaern.hashing.content import recognise as type_of
from vaern.scanning.archives import recognise
from vaern.scanning.members import Budget, DamagedError, LimitError, Metered, Window, content
from vaern.scanning.options import ScanOptions
from vaern.scanning.unpacker import zstd
from vaern.scanning.zip_gaps import _used

OPTIONS = ScanOptions()
MEMBERS = st.lists(
    st.tuples(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20), st.binary(max_size=3000)
    ),
    max_size=6,
)
ZIP_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
TAR_METHODS = {"plain": lambda data: data, "gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress} | {
    "zst": zstd.compress
}


def make_zip(members, method=zipfile.ZIP_DEFLATED, *, zip64=False):
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", method) as archive:
        warnings.simplefilter("ignore")  # duplicate names are meant
        for name, data in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            with archive.open(info, "w", force_zip64=zip64) as member:
                member.write(data)
    return out.getvalue()


def make_tar(members, method="plain", form=tarfile.PAX_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return TAR_METHODS[method](out.getvalue())


def contents(data, start=0, options=OPTIONS):
    """Name, index and bytes of each member that can be read."""
    archive = recognise(io.BytesIO(data), start)
    assert archive is not None
    budget = Budget(options, len(data))
    found = []
    for member in archive.members:
        stream = content(member, budget, options.spool)
        found.append((member.index, member.name, stream.read()))
        stream.seek(0)
        assert stream.read() == found[-1][2]
    return found


@given(members=MEMBERS, method=st.sampled_from(ZIP_METHODS), zip64=st.booleans(), start=st.integers(0, 6))
def test_every_member_of_a_zip_is_read(members, method, zip64, start):
    expected = [
        (index, name.replace("\0", ""), data)
        for index, (name, data) in enumerate(members)
        if index >= start and not name.endswith("/")
    ]
    # zipfile writes nothing into a name that ends like a folder's
    data = make_zip([(name, b"" if name.endswith("/") else data) for name, data in members], method, zip64=zip64)
    assert contents(data, start) == expected


@given(
    members=MEMBERS.map(lambda items: [(name.strip("/ ") or "x", data) for name, data in items]).filter(bool),
    method=st.sampled_from(sorted(TAR_METHODS)),
    form=st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]),
    start=st.integers(0, 6),
)
def test_every_member_of_a_tar_is_read(members, method, form, start):
    expected = [(index, name, data) for index, (name, data) in enumerate(members) if index >= start]
    assert contents(make_tar(members, method, form), start) == expected


@given(st.binary(max_size=2000))
def test_other_bytes_are_no_archive_and_cost_nothing(data):
    assume(container_of(data) is None and type_of(data) == UNKNOWN)  # as Hypothesis tries the signatures of our code
    assert recognise(io.BytesIO(data)) is None


@pytest.mark.parametrize("method", sorted(TAR_METHODS))
@given(data=st.data())
def test_a_damaged_tar_gives_what_it_can_then_says_so_or_gives_all(method, data):
    members = [(f"{number}", bytes([number]) * 1500) for number in range(5)]
    whole = make_tar(members, method)
    broken = bytearray(whole)
    if data.draw(st.booleans(), "cut"):
        del broken[data.draw(st.integers(0, len(whole))) :]
    else:
        broken[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    survives(bytes(broken))


@given(data=st.data(), method=st.sampled_from(ZIP_METHODS))
def test_a_damaged_zip_gives_what_it_can_then_says_so_or_gives_all(data, method):
    whole = make_zip([(f"{number}", bytes([number]) * 300) for number in range(5)], method)
    broken = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    survives(bytes(broken))


def test_a_member_of_a_zip_without_a_name_is_read():
    data = make_zip([("a", b"x"), ("b", b"y")])
    name = data.index(b"PK\1\2") + 28  # its length in the directory
    data = data[:name] + b"\0" + data[name + 1 : name + 18] + data[name + 19 :]
    end = data.index(b"PK\5\6") + 12
    data = data[:end] + (int.from_bytes(data[end : end + 4], "little") - 1).to_bytes(4, "little") + data[end + 4 :]
    assert [(name, data) for _, name, data in contents(data)] == [("", b"x"), ("b", b"y")]


@pytest.mark.parametrize("less", [1, 7, 100, 256])
def test_a_zip_whose_directory_names_places_before_the_file_is_damaged(less):
    broken = bytearray(make_zip([("a", b"x" * 300)]))
    broken[-6:-2] = (int.from_bytes(broken[-6:-2], "little") + less).to_bytes(4, "little")
    with pytest.raises(DamagedError, match="the zip archive is damaged or truncated"):
        list(recognise(io.BytesIO(broken)).members)


@pytest.mark.parametrize("length", [1, 3, 15])
def test_few_bytes_before_the_first_member_are_no_damage(length):
    assert list(_used(io.BytesIO(b"P" * length + bytes(50)), 0, length)) == [(0, length)]


def survives(data):
    """Read all; only `DamagedError` may end the walk, and only an ordinary exception a member."""
    try:
        archive = recognise(io.BytesIO(data))
        for member in archive.members if archive else ():
            try:
                stream = content(member, Budget(OPTIONS, len(data)), OPTIONS.spool)
                if stream:
                    stream.read()
            except Exception:
                continue
    except DamagedError:
        pass


def test_a_tar_cut_within_a_member_says_so():
    whole = make_tar([("a", b"x" * 2000), ("b", b"y" * 2000)])
    archive = recognise(io.BytesIO(whole[: whole.index(b"y") + 100]))
    with pytest.raises(DamagedError, match=r"after member [12] \("):
        list(archive.members)


def test_a_tar_with_a_broken_header_in_the_middle_does_not_end_in_silence():
    whole = bytearray(make_tar([("a", b"x" * 100), ("b", b"y" * 100)], form=tarfile.USTAR_FORMAT))
    whole[1024 + 148 : 1024 + 156] = b"99999999"
    archive = recognise(io.BytesIO(bytes(whole)))
    assert next(archive.members).name == "a"
    with pytest.raises(DamagedError, match="damaged after member 1"):
        next(archive.members)


def test_a_negative_size_does_not_send_the_reader_back():
    """CVE-2025-8194: without the guard the second header is read for ever."""
    whole = bytearray(make_tar([("a", b""), ("b", b"")], form=tarfile.USTAR_FORMAT))
    header = whole[512:1024]
    header[124:136] = b"\xff" * 10 + (-1024 & 0xFFFF).to_bytes(2, "big")
    header[148:156] = b" " * 8
    header[148:156] = f"{sum(header):06o}\0 ".encode()
    whole[512:1024] = header
    with pytest.raises(DamagedError):
        list(recognise(io.BytesIO(bytes(whole))).members)


def test_a_truncated_zip_is_damaged():
    whole = make_zip([("a", b"x" * 5000)])
    with pytest.raises(DamagedError, match="damaged or truncated"):
        recognise(io.BytesIO(whole[:-30]))


@pytest.mark.parametrize("front", [b"\xff\xd8\xff\xe0 a photograph", b"MZ a program"])
def test_a_zip_behind_something_else_is_found(front):
    assert contents(front + make_zip([("a", b"x")])) == [(0, "a", b"x")]


def test_links_and_devices_in_a_tar_are_named_only():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE):
            info = tarfile.TarInfo("../../etc/passwd")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    found = [(member.index, member.mime) for member in recognise(io.BytesIO(out.getvalue())).members]
    assert found == [(0, "inode/symlink"), (1, "inode/symlink"), (2, "inode/fifo"), (3, "inode/chardevice")]


def test_a_link_and_an_encrypted_member_in_a_zip_are_named_only():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("secret", b"x" * 50)
    data = bytearray(out.getvalue())
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 8] |= 1
    linked, secret = recognise(io.BytesIO(bytes(data))).members
    assert linked.mime == "inode/symlink"
    assert secret.problem == "it is encrypted"


BOMBS = {
    "zip": lambda: make_zip([("zeros", bytes(40_000_000))]),
    "tar.gz": lambda: make_tar([("zeros", bytes(40_000_000))], "gz"),
    "tar.xz": lambda: make_tar([("zeros", bytes(40_000_000))], "xz"),
    "many in a zip": lambda: make_zip([(f"{number}", bytes(2_000_000)) for number in range(20)]),
}


@pytest.mark.once
@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("spool", [1 << 30, 1000], ids=["in memory", "as a stream"])
def test_a_bomb_stops_at_the_limit(bomb, spool):
    packed = BOMBS[bomb]()
    options = ScanOptions(archive_free=1 << 20, archive_ratio=10, spool=spool)
    budget = Budget(options, len(packed))
    limit = max(options.archive_free, options.archive_ratio * len(packed))
    read = 0

    def read_all():
        nonlocal read
        for member in recognise(io.BytesIO(packed)).members:
            stream = content(member, budget, spool) or Metered(member.open(), budget)
            while chunk := stream.read(1 << 16):
                read += len(chunk)

    with pytest.raises(LimitError, match=str(limit)):
        read_all()
    assert read <= limit


def test_a_sparse_tar_pays_for_its_holes():
    info = tarfile.TarInfo("sparse")
    info.size, info.type = 512, tarfile.GNUTYPE_SPARSE
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[386:410] = b"%011o\0%011o\0" % (0, 512)
    header[483:495] = b"%011o\0" % (1 << 32)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    data = bytes(header) + bytes(512) + bytes(1024)
    (member,) = recognise(io.BytesIO(data)).members
    assert member.size == 1 << 32
    assert not member.direct
    with pytest.raises(LimitError):
        content(member, Budget(ScanOptions(archive_free=1 << 20), len(data)), 1 << 40)


def test_members_are_counted():
    budget = Budget(ScanOptions(archive_members=2), 0)
    budget.count_member()
    budget.count_member()
    with pytest.raises(LimitError, match="more members"):
        budget.count_member()


@given(st.binary(min_size=1, max_size=500), st.lists(st.tuples(st.integers(0, 600), st.integers(0, 600)), max_size=8))
def test_a_stream_that_pays_reads_like_any_other_and_pays_once(data, moves):
    paid = Budget(ScanOptions(archive_free=len(data), archive_ratio=0), 0)
    packed = next(recognise(io.BytesIO(make_zip([("a", data)]))).members).open()
    stream, plain = Metered(packed, paid), io.BytesIO(data)
    for place, count in moves:
        assert stream.seek(min(place, len(data))) == plain.seek(min(place, len(data)))
        assert stream.read(count) == plain.read(count)
        assert stream.tell() == plain.tell()


@given(
    st.integers(0, 64),
    st.integers(0, 64),
    st.integers(-80, 80),
    st.sampled_from([io.SEEK_SET, io.SEEK_CUR, io.SEEK_END]),
)
def test_a_window_is_sought_like_a_file(size, at, offset, whence):
    with tempfile.TemporaryFile() as file:
        file.write(bytes(range(size)))
        window = Window(io.BytesIO(bytes(7) + bytes(range(size)) + bytes(7)), 7, size)

        def answer(stream):
            stream.seek(at)
            try:
                return stream.seek(offset, whence), stream.read(9)
            except OSError:
                return "refused"

        assert answer(io.BufferedReader(window)) == answer(file)


@pytest.mark.once
def test_small_members_that_lie_unpacked_are_read_like_any_other(scanned, tmp_path):
    """Of fewer bytes than the end of a zip's directory has, as many, and more."""
    sizes = [0, 1, 21, 22, 23]
    for size in sizes:
        with zipfile.ZipFile(tmp_path / f"{size}.zip", "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("member", b"x" * size)
    found, _ = scanned(tmp_path)
    assert [finding.media.unreadable for finding in found.values()] == [""] * 2 * len(sizes)
    assert sorted(finding.media.size for name, finding in found.items() if "!/" in name) == sizes
