"""7z archives that py7zr writes; here without the worker."""

from __future__ import annotations

import io
import random
import tracemalloc
import zlib

import py7zr
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scanning.contained import NAMES, damaged, inside, members
from tests.scanning.trees import encoded, picture

from vaern.scanning import sevenz
from vaern.scanning.members import Budget, DamagedError, LimitError, content
from vaern.scanning.options import ScanOptions

LZMA2 = {"id": py7zr.FILTER_LZMA2, "preset": 1}
LZMA = {"id": py7zr.FILTER_LZMA, "preset": 1}
PACKED = {"id": py7zr.FILTER_BZIP2}
METHODS = {
    "lzma2": [LZMA2],
    "lzma": [LZMA],
    "deflate": [{"id": py7zr.FILTER_DEFLATE}],
    "bzip2": [PACKED],
    "zstd": [{"id": py7zr.FILTER_ZSTD, "level": 3}],
    "copy": [{"id": py7zr.FILTER_COPY}],
    "delta": [{"id": py7zr.FILTER_DELTA}, LZMA2],
    "x86": [{"id": py7zr.FILTER_X86}, LZMA2],
    "x86 before lzma": [{"id": py7zr.FILTER_X86}, LZMA],
    "x86 before bzip2": [{"id": py7zr.FILTER_X86}, PACKED],
    "arm": [{"id": py7zr.FILTER_ARM}, LZMA2],
    "armthumb": [{"id": py7zr.FILTER_ARMTHUMB}, LZMA2],
    "powerpc": [{"id": py7zr.FILTER_POWERPC}, LZMA2],
    "sparc": [{"id": py7zr.FILTER_SPARC}, LZMA2],
}
CALLS = st.lists(st.sampled_from([b"\xe8\1\0\0\0", b"\xe9\0\1\0\xff", b"\xeb\0\0\1", b"a"]), max_size=400).map(b"".join)
FILES = st.lists(st.tuples(NAMES.map("a{}".format), st.binary(max_size=3000) | CALLS), min_size=1, max_size=5)
WRITTEN = py7zr.helpers.ArchiveTimestamp.from_datetime(1_770_000_000)
NOISE = [(f"{number}.bin", random.Random(number).randbytes(70_000)) for number in range(5)]


def seven(files, filters, *, encoded_header=True, **more):
    """An archive with these files in one folder, as py7zr writes it."""
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", filters=filters, **more) as archive:
        archive.set_encoded_header_mode(encoded_header)
        for name, data in files:
            archive.writestr(data, name)
        for info in archive.header.files_info.files:
            info["lastwritetime"] = WRITTEN
    return out.getvalue()


def sealed(data):
    """The same with check sums of the two headers that are right."""
    data = bytearray(data)
    begin, size = (int.from_bytes(data[at : at + 8], "little") for at in (12, 20))
    data[28:32] = zlib.crc32(data[32 + begin : 32 + begin + size]).to_bytes(4, "little")
    data[8:12] = zlib.crc32(data[12:32]).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize("method", METHODS)
@given(files=FILES, encoded_header=st.booleans())
def test_every_file_is_a_member_whatever_packs_it(method, files, encoded_header):
    assert members(seven(files, METHODS[method], encoded_header=encoded_header)) == files


@pytest.mark.parametrize("method", METHODS)
def test_large_files_are_read_too(method):
    assert members(seven(NOISE, METHODS[method])) == NOISE


@pytest.mark.parametrize(
    ("name", "chain"),
    [
        ("PPMd", [{"id": py7zr.FILTER_PPMD, "order": 6, "mem": 16}]),
        ("Brotli", [{"id": py7zr.FILTER_BROTLI, "level": 5}]),
    ],
)
def test_a_method_that_is_not_read_is_named(name, chain):
    assert members(seven(NOISE[:1], chain)) == [("0.bin", f"it is packed by {name}, which is not read here")]


def test_encrypted_files_say_so_and_so_do_encrypted_names():
    chain = [LZMA2, {"id": py7zr.FILTER_CRYPTO_AES256_SHA256}]
    secret = seven(NOISE[:1], chain, password="secret")
    assert members(secret) == [("0.bin", "it is encrypted")]
    hidden = seven(NOISE[:1], chain, password="secret", header_encryption=True)
    assert inside_or_damage(hidden) == "the archive is encrypted, the names in it too"


def inside_or_damage(data):
    """How the damage is told, wherever it is met."""
    try:
        return inside(data)[2]
    except DamagedError as error:
        return str(error)


def test_damage_costs_what_stands_behind_it_in_the_folder():
    data = bytearray(seven(NOISE, METHODS["lzma2"]))
    at = data.index(NOISE[2][1][100:150])  # noise is stored by LZMA2
    data[at : at + 10] = bytes(10)
    _, found, damage = inside(bytes(data))
    assert [entry[1:] for entry in found if entry[0] != 2] == [NOISE[0], NOISE[1], NOISE[3], NOISE[4]]
    assert (found[2][2], damage) == ("its check sum is wrong", "")


def test_a_truncated_archive_says_so():
    data = seven(NOISE[:2], METHODS["lzma2"])
    for size in (32, 5000, len(data) - 1):
        assert inside_or_damage(data[:size]) == (
            "the archive is truncated, or goes on in further files that do not stand beside it"
        )


def test_what_stands_behind_an_archive_or_in_a_gap_is_read():
    data = seven(NOISE[:1], METHODS["copy"])
    _, found, _ = inside(data + b"something")
    assert found == [(0, *NOISE[0]), (1, f"@{len(data)}", b"something")]


def test_a_bomb_is_paid_for_as_it_unpacks():
    data = seven([("zeros", bytes(200 << 20))], METHODS["lzma2"])
    budget = Budget(ScanOptions(archive_free=8 << 20, archive_ratio=0), len(data))
    (member,) = sevenz.opened(io.BytesIO(data), 0).members
    tracemalloc.start()
    with pytest.raises(LimitError):
        content(member, budget, 1 << 30)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 32 << 20


@given(st.data(), st.sampled_from(sorted(METHODS)), st.booleans())
def test_a_damaged_archive_gives_what_it_can(data, method, encoded_header):
    files = [("a.bin", b"x" * 500), ("b", NOISE[0][1][:300])]
    broken = data.draw(damaged(seven(files, METHODS[method], encoded_header=encoded_header)))
    inside_or_damage(broken)
    inside_or_damage(sealed(broken.ljust(32, b"\0")))


@pytest.mark.once
def test_a_locked_worker_reads_it_too(scanned, tmp_path):
    files = [("straße.png", encoded(picture(1))), ("b/b.png", encoded(picture(2))), ("notes.txt", b"words")]
    verdicts = {"straße.png": "new", "b/b.png": "new", "notes.txt": "not media"}
    for number, chain in enumerate(METHODS.values()):
        (tmp_path / f"{number:02}.7z").write_bytes(seven(files, chain))
    found, _ = scanned(tmp_path)
    told = {name.removeprefix(f"{tmp_path}/"): finding.verdict for name, finding in found.items()}
    assert told == {f"{number:02}.7z": "not media" for number in range(len(METHODS))} | {
        f"{number:02}.7z!/{name}": verdict for number in range(len(METHODS)) for name, verdict in verdicts.items()
    }
