"""Bags that we write: any tool could unpack them, and every change of one is found and named."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import tarfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.formats.bags import infos, paths, payloads

from vaern.formats import FormatError
from vaern.formats.bagit import Report, verify, verify_held
from vaern.formats.bagit_holdings import Zip
from vaern.formats.bagit_paths import coded, decoded, outside
from vaern.formats.bagit_report import printable
from vaern.formats.bagit_write import TAG_MANIFEST, BagError, bag, zipped

if TYPE_CHECKING:
    from collections.abc import Mapping

PAYLOAD = {"register.json": b"{}\n", "deep/er/custody.csv": b"a,b\n", "100%.txt": b"all"}


def read(raw: bytes) -> Report:
    return verify_held(Zip(io.BytesIO(raw), "bag.zip", len(raw)), keep=lambda _: True)


def loose(files: Mapping[str, bytes], base: str = "bag") -> bytes:
    """A zip of any files, whatever their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(f"{base}/{path}"), content)
    return out.getvalue()


def laid_out(folder: Path, files: Mapping[str, bytes]) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


@given(payload=payloads, info=infos)
def test_what_was_written_is_read(payload: dict[str, bytes], info: list[tuple[str, str]]) -> None:
    files = bag(payload, info)
    report = read(zipped("bag", files))
    assert (report.state, report.remarks) == ("valid", ())
    assert report.kept == files
    assert {path.removeprefix("data/"): one for path, one in report.kept.items() if path.startswith("data/")} == payload
    assert list(report.info[:-1]) == info
    assert (report.files, report.octets) == (len(payload), sum(map(len, payload.values())))
    assert report.algorithms == ("sha256", "sha512")


@given(payload=payloads)
def test_the_same_bag_is_the_same_bytes(payload: dict[str, bytes]) -> None:
    backwards = dict(reversed(payload.items()))
    assert zipped("bag", bag(payload)) == zipped("bag", bag(backwards))


@given(payload=payloads, data=st.data())
def test_a_flipped_bit_a_removed_and_an_added_file_are_found_and_named(
    payload: dict[str, bytes], data: st.DataObject
) -> None:
    files = bag(payload)
    path = data.draw(st.sampled_from(sorted(files)))
    done = data.draw(st.sampled_from(["flip", "remove", "add"]))
    if done == "flip":
        assume(files[path])
        at, bit = data.draw(st.integers(0, len(files[path]) - 1)), data.draw(st.integers(0, 7))
        changed = bytearray(files[path])
        changed[at] ^= 1 << bit
        assume(files[path].lower() != changed.lower() or not path.startswith("tagmanifest"))  # a digest in capitals
        files[path] = bytes(changed)
    elif done == "remove":
        del files[path]
    else:
        path = f"data/{data.draw(paths)}"
        assume(path not in files and not any(one.startswith(f"{path}/") for one in files))
        files[path] = b"added"
    report = read(loose(files))
    # Nothing lists a tag manifest, so BagIt cannot ask for one: that one of a pair is missing is only worth a remark.
    is_lost_tag_manifest = done == "remove" and path.startswith("tagmanifest")
    assert report.state == ("valid" if is_lost_tag_manifest else "invalid")
    assert any(printable(path) == one.file or printable(path) in one.reason for one in report.remarks)


def test_standard_tools_check_what_we_write(tmp_path: Path) -> None:
    files = bag(PAYLOAD)
    raw = zipped("case-7", files)
    (tmp_path / "bag.zip").write_bytes(raw)
    with zipfile.ZipFile(tmp_path / "bag.zip") as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "case-7"
    tidy = {path: content for path, content in PAYLOAD.items() if "%" not in path}
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == set(files)
    for algorithm in ("sha256", "sha512"):
        for name in (f"tagmanifest-{algorithm}.txt", f"manifest-{algorithm}.txt"):
            lines = [line for line in (folder / name).read_text().splitlines(keepends=True) if "%25" not in line]
            command = [f"{algorithm}sum", "--strict", "-c", "-"]
            subprocess.run(command, cwd=folder, input="".join(lines).encode(), check=True, capture_output=True)
    assert len(tidy) == 2


@pytest.mark.parametrize(
    "path",
    ["../x", "/x", "a/../x", "C:x", "a\\b", "a//b", "./a", "con.txt", "a.", " a", "a\nb", "e\u0301", "", "x" * 256],
)
def test_a_name_that_some_system_could_not_hold_is_not_written(path: str) -> None:
    with pytest.raises(BagError):
        bag({path: b""})


@pytest.mark.parametrize("names", [["a", "A"], ["ß", "ss"], ["a", "a/b"]])
def test_names_that_are_one_on_some_system_are_not_written(names: list[str]) -> None:
    with pytest.raises(BagError):
        bag(dict.fromkeys(names, b""))


def test_what_is_no_bag_is_not_written() -> None:
    for made in (
        lambda: bag({}),
        lambda: bag({"a": b""}, [("A:b", "c")]),
        lambda: bag({"a": b""}, [("A", "b\nc")]),
        lambda: bag({"a": b""}, tag_files={"bagit.txt": b""}),
        lambda: bag({"a": b""}, tag_files={"data/x": b""}),
        lambda: zipped("a/b", {"x": b""}),
    ):
        with pytest.raises(BagError):
            made()


@given(path=st.text(max_size=20))
def test_a_path_means_what_it_was(path: str) -> None:
    assert decoded(coded(path)) == path
    assert not {"\n", "\r"} & set(coded(path))


@given(path=st.text("ab./\\~:C", max_size=12))
def test_no_path_that_is_inside_leads_out(path: str) -> None:
    if not outside(path):
        for system in (path, path.replace("\\", "/")):
            assert os.path.normpath(f"/bag/{system}").startswith("/bag")
            assert not PurePosixPath(system).is_absolute()


def hostile(path: str) -> bytes:
    """A zip with one more member of this name."""
    return loose({**bag(PAYLOAD), path: b"x"})


@pytest.mark.parametrize("path", ["../../etc/x", "data/../../x", "data\\..\\..\\x"])
def test_a_member_that_leads_out_is_refused(path: str) -> None:
    report = read(hostile(path))
    assert report.state == "invalid"
    assert any("leads upwards" in one.reason for one in report.remarks)


def test_links_and_devices_are_refused_and_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"{}\n")
    folder = laid_out(tmp_path / "bag", bag(PAYLOAD))
    (folder / "data/register.json").unlink()
    (folder / "data/register.json").symlink_to(secret)
    os.mkfifo(folder / "data/pipe")
    told = {str(one) for one in verify(folder).remarks}
    assert "data/register.json: error: is a link" in told
    assert "data/pipe: error: is neither a file nor a folder" in told
    with tarfile.open(tmp_path / "bag.tar", "w") as archive:
        archive.add(folder, "bag")
        twin = tarfile.TarInfo("bag/data/twin")
        twin.type, twin.linkname = tarfile.LNKTYPE, "bag/bagit.txt"
        archive.addfile(twin)
    told = {str(one) for one in verify(tmp_path / "bag.tar").remarks}
    assert {"data/register.json: error: is a link", "data/twin: error: is a link"} <= told
    link = zipfile.ZipInfo("bag/data/link")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    raw = io.BytesIO(zipped("bag", bag(PAYLOAD)))
    with zipfile.ZipFile(raw, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "data/link: error: is a link" in {str(one) for one in read(raw.getvalue()).remarks}


@pytest.mark.once
def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(70):
            archive.writestr(f"bag/data/{number}", b"\0" * (1 << 20))
    assert any("times its size" in one.reason for one in read(bomb.getvalue()).remarks)
    with tarfile.open(tmp_path / "bag.tar.gz", "w:gz") as packed:
        info = tarfile.TarInfo("bag/data/zeros")
        info.size = 70 << 20
        packed.addfile(info, io.BytesIO(bytes(info.size)))
    assert any("times its size" in one.reason for one in verify(tmp_path / "bag.tar.gz").remarks)


def test_a_name_that_is_there_twice_is_refused() -> None:
    raw = io.BytesIO(zipped("bag", bag(PAYLOAD)))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(raw, "a") as archive:
        archive.writestr("bag/data/register.json", b"another")
    assert "data/register.json: error: is there 2 times" in {str(one) for one in read(raw.getvalue()).remarks}


def test_what_lies_beside_the_bag_is_refused() -> None:
    raw = io.BytesIO(zipped("bag", bag(PAYLOAD)))
    with zipfile.ZipFile(raw, "a") as archive:
        archive.writestr("other/file", b"x")
    assert any(one.file == "other/file" for one in read(raw.getvalue()).remarks)


def test_weak_digests_are_taken_with_a_remark(tmp_path: Path) -> None:
    files = {"data/a": b"a", "bagit.txt": bag({"a": b""})["bagit.txt"]}
    files["manifest-md5.txt"] = f"{hashlib.md5(b'a').hexdigest()}  data/a\n".encode()
    report = verify(laid_out(tmp_path, files))
    assert report.state == "valid"
    assert {one.file: one.kind for one in report.remarks} == {"manifest-md5.txt": "warning", "": "warning"}


def test_a_time_stamp_beside_the_tag_manifest_is_no_stray_file() -> None:
    files = {**bag(PAYLOAD), f"{TAG_MANIFEST}.tsr": b"a stamp"}
    assert read(zipped("bag", files)).remarks == ()
    del files[TAG_MANIFEST]
    assert read(zipped("bag", files)).state == "invalid"


def in_another_form(content: bytes) -> bytes:
    """A tag file in Latin-1, with the line ends of Windows."""
    return content.decode().replace("UTF-8", "ISO-8859-1").replace("\n", "\r\n").encode("latin-1")


def test_other_line_ends_and_encodings_are_read(tmp_path: Path) -> None:
    files = bag({"æ.txt": b"x"}, [("Source-Organization", "Værn")])
    other = {
        path: content if path.startswith("data/") else in_another_form(content)
        for path, content in files.items()
        if not path.startswith("tagmanifest")
    }
    report = verify(laid_out(tmp_path, other))
    assert report.state == "valid"
    assert ("Source-Organization", "Værn") in report.info
    assert any("UTF-8 is what all tools read" in one.reason for one in report.remarks)


@given(raw=st.binary(max_size=400))
def test_any_bytes_are_no_bag(raw: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(raw)
    with pytest.raises(FormatError):
        verify(path)
    assert read(raw).state == "invalid"


@given(where=st.integers(0, 100_000), bit=st.integers(0, 7))
def test_a_damaged_zip_is_told_and_never_raises(where: int, bit: int) -> None:
    """Every part of what counts is covered by a digest: a change leaves what is read, or makes the bag invalid."""
    files = bag(PAYLOAD)
    raw = bytearray(zipped("bag", files))
    raw[where % len(raw)] ^= 1 << bit
    report = read(bytes(raw))
    if report.state != "invalid" and report.kept != files:
        # What the archive calls a tag manifest may have changed: that is a remark, and the payload is what it was.
        assert any("may have been removed" in one.reason for one in report.remarks)
        assert {path: report.kept[path] for path in files if path.startswith("data/")}.items() <= files.items()


@given(size=st.integers(0, 100_000))
def test_a_zip_cut_short_is_told(size: int) -> None:
    raw = zipped("bag", bag(PAYLOAD))
    assert read(raw[: size % len(raw)]).state == "invalid"
