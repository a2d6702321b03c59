"""BagIt against the Library of Congress: each bag of its conformance suite has its defined answer here; its program
`bagit.py` takes the bags that we write, and we take those that it makes.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import tarfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from tests.formats.bags import infos, payloads

from vaern.formats.bagit import Report, verify
from vaern.formats.bagit_write import bag

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.once

FEW = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))  # each starts a program
UNDERSTOOD = payloads.filter(lambda payload: not any("%" in path for path in payload))
"""`bagit.py` 1.9.0 takes `%25` in a manifest for a name, where RFC 8493 (2.1.3) makes `%` of it."""

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


@pytest.fixture(scope="module")
def program(foreign: Callable[..., Path]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `bagit.py`."""

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        command = [str(foreign("bagit.py")), *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    return run


def laid_out(files: dict[str, bytes], folder: Path) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


@FEW
@given(payload=UNDERSTOOD, info=infos)
def test_the_program_takes_what_we_write(
    payload: dict[str, bytes],
    info: list[tuple[str, str]],
    program: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = laid_out(bag(payload, info), tmp_path_factory.mktemp("bag"))
    done = program("--validate", folder)
    assert done.returncode == 0, done.stderr
    some = next(path for path in (folder / "data").rglob("*") if path.is_file())
    some.write_bytes(some.read_bytes() + b"x")
    assert program("--validate", folder).returncode == 1


@FEW
@given(payload=payloads, info=infos)
def test_we_take_what_the_program_makes(
    payload: dict[str, bytes],
    info: list[tuple[str, str]],
    program: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = laid_out(payload, tmp_path_factory.mktemp("bag"))
    words = [f"--{label.lower()}={value}" for label, value in info if label != "Bagging-Date" and value.strip()]
    done = program("--sha256", "--md5", *words, folder)
    assert done.returncode == 0, done.stderr
    packed = tmp_path_factory.mktemp("packed") / "bag.tar"
    with tarfile.open(packed, "w") as archive:
        archive.add(folder, "bag")
    for report in (verify(folder), verify(packed)):
        assert report.state == "valid", report.remarks
        assert (report.files, report.octets) == (len(payload), sum(map(len, payload.values())))
        assert set(report.algorithms) == {"sha256", "md5"}
    listed = (folder / "manifest-sha256.txt").read_text("utf-8")
    assert all(hashlib.sha256(content).hexdigest() in listed for content in payload.values())
