"""`vaern scan --cluster` and `vaern join` as a user meets them."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.cluster.conftest import in_order
from tests.scanning.conftest import NO_LISTS

from vaern.scanning import ScanOptions, scan
from vaern.scanning.sources import Folders

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.once
VAERN = (sys.executable, "-c", "from vaern.cli.main import main; main()")


@pytest.fixture
def known(tmp_path: Path) -> Path:
    """A list with the SHA-256 of `abc`."""
    source = tmp_path / "known.csv"
    source.write_text("id,sha256\nK1,ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n")
    built = vaern("lists", "build", tmp_path / "known", "--from", source, "--release", "1")
    assert built.returncode == 0, built.stderr
    return tmp_path / "known"


def vaern(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*VAERN, *map(str, words)], capture_output=True, text=True, check=False, timeout=300)


def test_a_scan_on_this_machine_and_one_that_another_joins(known: Path, tree: Path, tmp_path: Path) -> None:
    (tree / "known.txt").write_bytes(b"abc")
    (tmp_path / "place").mkdir()
    scan([tree], NO_LISTS, tmp_path / "whole", ScanOptions(jobs=1))
    names = [line.split(b'"name":"')[1].split(b'"')[0] for line in in_order(tmp_path / "whole", Folders([tree]))]
    local = vaern("scan", tree, "--list", known, "--out", tmp_path / "L", "--jobs", 2, "--cluster", "local")
    assert local.returncode == 3, local.stderr
    assert sorted(path.name for path in (tmp_path / "L").iterdir()) == [
        "findings.csv",
        "findings.jsonl",
        "report.html",
        "run.json",
    ]
    words = [*VAERN, "join", tmp_path / "place", "--jobs", "1"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as joined:
        shared = vaern("scan", tree, "--list", known, "--out", tmp_path / "S", "--cluster", tmp_path / "place")
        said = joined.communicate(timeout=300)[1]
    assert shared.returncode == 3, shared.stderr
    assert f"Machines take part by: vaern join {tmp_path / 'place'}" in shared.stderr
    assert "takes part" in shared.stderr
    assert "Reads for the scan" in said
    assert joined.returncode == 0
    found = (tmp_path / "S" / "findings.jsonl").read_bytes()
    assert found == (tmp_path / "L" / "findings.jsonl").read_bytes()
    assert [line.split(b'"name":"')[1].split(b'"')[0] for line in found.splitlines()] == names


def test_ray_reads_for_a_scan_and_leaves_nothing(known: Path, tree: Path, tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="needs the extra `ray`")
    words = ("scan", tree, "--list", known, "--jobs", 2, "--cluster")
    by_ray = vaern(*words, "ray", "--out", tmp_path / "R")
    assert by_ray.returncode == 0, by_ray.stderr
    assert vaern(*words, "local", "--out", tmp_path / "L").returncode == 0
    found = (tmp_path / "R" / "findings.jsonl").read_bytes()
    assert found == (tmp_path / "L" / "findings.jsonl").read_bytes()
    assert not (tmp_path / "R" / "shares").exists()


@pytest.mark.parametrize("words", [(), ("--cluster", "local"), ("--cluster", "ray")])
def test_a_ray_that_runs_needs_a_place_that_all_reach(known: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    told = vaern("scan", tmp_path, "--list", known, "--out", tmp_path / "O", "--ray", "ray.example:6379", *words)
    assert told.returncode == 2
    assert "--ray needs --cluster PLACE" in told.stderr


def test_a_machine_that_waits_ends_when_it_is_told_to(tmp_path: Path) -> None:
    with subprocess.Popen([*VAERN, "join", tmp_path], stderr=subprocess.PIPE, text=True) as waiting:
        assert waiting.stderr
        assert f"waits for shares of a scan in {tmp_path}" in waiting.stderr.readline()
        waiting.send_signal(signal.SIGINT)
        assert waiting.wait(30) == 130


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("/nowhere", "/nowhere: no folder; make it, where all machines have it"),
        ("s3://x", "s3://: shares are handed out in a folder that all machines have, or in postgresql://HOST/NAME"),
        ("postgresql://me:secret@h/n", "a password never stands in an address"),
    ],
)
def test_a_place_that_cannot_be_used_is_said(place: str, words: str) -> None:
    told = vaern("join", place)
    assert told.returncode == 2
    assert words in told.stderr
    assert "secret" not in told.stderr
