"""BagIt against the conformance suite of the Library of Congress: every bag of it has its defined answer here."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import pytest

from vaern.formats.bagit import Report, verify

if TYPE_CHECKING:
    from pathlib import Path

REFUSED = {
    "v0.97/invalid/baginfo-missing-encoding": "bagit.txt:2: error: the line “Tag-File-Character-Encoding: …” is missin",
    "v0.97/invalid/bom-in-bagit.txt": "bagit.txt:1: error: begins with a byte order mark",
    "v0.97/invalid/corrupt-data-file": "data/bare-filename: error: is not what manifest-md5.txt says on line 1",
    "v0.97/invalid/corrupt-tag-file": "bag-info.txt: error: is not what tagmanifest-md5.txt says on line 1",
    "v0.97/invalid/extra-file-in-bag": "data/bar: error: is not listed in manifest-md5.txt",
    "v0.97/invalid/invalid-version-number": "bagit.txt:1: error: is not “BagIt-Version: ” and a value",
    "v0.97/invalid/missing-baginfo": "tagmanifest-md5.txt:1: error: “bag-info.txt” is listed and not there",
    "v0.97/invalid/missing-bagit.txt": "bagit.txt: error: is missing",
    "v0.97/invalid/out-of-scope-file-paths-using-dot-notation": "manifest-md5.txt:3: error: the path “../../../README.",
    "v0.97/invalid/out-of-scope-file-paths-using-dot-notation-for-fetch": "fetch.txt:1: error: the path “../../../READ",
    "v0.97/invalid/same-filename-listed-twice-with-different-hashes": "manifest-sha256.txt:2: error: “data/README” sta",
    "v0.97/linux-only/out-of-scope-file-paths-using-absolute-path": "manifest-md5.txt:3: error: the path “/tmp/foo” is",
    "v0.97/linux-only/out-of-scope-file-paths-using-absolute-path-for-fetch": "fetch.txt:1: error: the path “/tmp/test",
    "v0.97/linux-only/out-of-scope-file-paths-using-shortcut": "manifest-md5.txt:3: error: the path “~/foo” begins wit",
    "v0.97/linux-only/out-of-scope-file-paths-using-shortcut-for-fetch": "fetch.txt:1: error: the path “~/test.txt” be",
    "v0.97/linux-only/out-of-scope-file-paths-using-shortcut-username": "manifest-md5.txt:3: error: the path “~root/fo",
    "v0.97/linux-only/out-of-scope-file-paths-using-shortcut-username-for-fetch": "fetch.txt:1: error: the path “~root",
    "v0.97/windows-only/out-of-scope-file-paths-using-absolute-path": "manifest-md5.txt:3: error: the path “C:\\Window",
    "v0.97/windows-only/out-of-scope-file-paths-using-absolute-path-for-fetch": "fetch.txt:1: error: the path “C:\\Win",
    "v0.97/windows-only/out-of-scope-file-paths-using-shortcut": "manifest-md5.txt:3: error: the path “%HomeDrive%",
    "v0.97/windows-only/out-of-scope-file-paths-using-shortcut-for-fetch": "fetch.txt:1: error: the path “%HomeDrive%",
    "v0.97/windows-only/out-of-scope-file-paths-using-unc": "manifest-md5.txt:3: error: the path “\\\\?\\UNC\\server",
    "v0.97/windows-only/out-of-scope-file-paths-using-unc-for-fetch": "fetch.txt:1: error: the path “\\\\?\\UNC\\serv",
    "v1.0/invalid/bagit-with-invalid-whitespace": "bagit.txt:1: error: is not “BagIt-Version: ” and a value, exactly s",
    "v1.0/invalid/notAllManifestsListAllFiles": "data/missingFromManifest.txt: error: is not listed in manifest-sha512",
    "v1.0/invalid/same-filename-listed-twice-with-different-hashes": "manifest-sha256.txt:2: error: “data/README” stan",
    "v1.0/invalid/same-filename-listed-twice-with-the-same-hash": "manifest-sha256.txt:2: error: “data/README” stands",
}
"""Each bag that must be refused, and the reason that must be among those given. The one with the odd whitespace is the
one that `bagit` 1.9.0 takes."""

WARNED = {
    "v0.97/warning/duplicate-file-with-different-case": "are one file where case",
    "v0.97/warning/made-with-md5sum-tools": "has a * before the path",
    "v0.97/warning/relative-path": "“data/hello.txt” is meant",
    "v0.97/warning/same-filename-listed-twice-with-different-normalization": "writes the same letters differently",
    "v0.97/warning/same-filename-listed-twice-with-the-same-hash": "stands on line 1 already, with the same digest",
    "v0.97/warning/special-system-files": "data/.DS_Store: warning: is a file that a system leaves behind",
}


@pytest.fixture(scope="module")
def suite(vectors: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The suite, unpacked: its line ends and names must stay as they are."""
    folder = tmp_path_factory.mktemp("suite")
    with tarfile.open(vectors / "bagit/bagit-conformance-suite.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    # The suite's own repository ignores such files, so that the bag arrives without what its manifest lists.
    (folder / "v0.97/warning/special-system-files/data/.DS_Store").touch()
    return folder


def bags(suite: Path, kind: str) -> list[str]:
    return sorted(str(path.relative_to(suite)) for path in suite.glob(f"v*/{kind}/*") if path.is_dir())


def test_every_valid_bag_is_taken(suite: Path) -> None:
    names = bags(suite, "valid")
    assert len(names) == 27
    assert [name for name in names if verify(suite / name).state != "valid"] == []


def test_every_bag_with_a_warning_is_taken_with_that_warning(suite: Path) -> None:
    assert bags(suite, "warning") == sorted(WARNED)
    for name, expected in WARNED.items():
        report = verify(suite / name)
        assert report.state == "valid", (name, report.remarks)
        assert any(expected in str(remark) for remark in report.remarks), (name, report.remarks)


def test_every_invalid_bag_is_refused_for_its_reason(suite: Path) -> None:
    kinds = ("invalid", "linux-only", "windows-only")
    assert sorted(name for kind in kinds for name in bags(suite, kind)) == sorted(REFUSED)
    for name, expected in REFUSED.items():
        report = verify(suite / name)
        assert report.state == "invalid", name
        assert any(str(remark).startswith(expected) for remark in report.remarks), (name, report.remarks)


def test_a_bag_packed_as_tar_says_the_same(suite: Path, tmp_path: Path) -> None:
    for kind in ("valid", "warning", "invalid", "linux-only", "windows-only"):
        for name in bags(suite, kind):
            packed = tmp_path / "bag.tar.gz"
            with tarfile.open(packed, "w:gz") as archive:
                archive.add(suite / name, "bag")
            assert told(verify(packed)) == told(verify(suite / name)), name


def test_a_hole_is_not_complete_and_nothing_is_fetched(suite: Path, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(suite / "v0.97/valid/holey-bag", "bag", filter=lambda info: None if "test2" in info.name else info)
    (tmp_path / "bag.tar").write_bytes(packed.getvalue())
    report = verify(tmp_path / "bag.tar")
    assert report.state == "incomplete"
    assert ["“data/test2.txt” lies elsewhere" in one.reason for one in report.remarks if one.kind == "missing"] == [
        True
    ]


def told(report: Report) -> tuple[str, set[str]]:
    """What a report says, whatever holds the bag."""
    return report.state, {str(remark) for remark in report.remarks}
