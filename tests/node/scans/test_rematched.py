"""A node takes the results of a rematch as those of a scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.node.scans.worlds import make_world

from vaern.formats import findings
from vaern.matching import ListPackage, Matcher, build_package
from vaern.node.scans.results import read_lines, read_run
from vaern.records import Entry, Finding, Media, Signal
from vaern.scanning import ScanOptions
from vaern.scanning.record import new_run, write_run
from vaern.scanning.rematching import rematch
from vaern.scanning.sources import Folders

if TYPE_CHECKING:
    from pathlib import Path

import pytest

pytestmark = pytest.mark.django_db


def test_a_rematch_is_brought_in_like_a_scan(tmp_path: Path) -> None:
    signal = Signal("sha256", bytes(range(32)))
    (tmp_path / "old").mkdir()
    old = Finding(Media("a.png", 1, "image/png", (signal,)), "new")
    (tmp_path / "old" / "findings.jsonl").write_bytes(findings.encode(old))
    write_run(new_run(Folders([tmp_path]), tmp_path / "old", Matcher([]), ScanOptions()), tmp_path / "old" / "run.json")
    build_package(tmp_path / "list", [Entry("1", (signal,))], name="new list", release="2")
    rematch(tmp_path / "old", Matcher([ListPackage.open(tmp_path / "list")]), tmp_path / "out")
    header = read_run((tmp_path / "out" / "run.json").read_bytes())
    assert [(used.name, used.release) for used in header.lists] == [("new list", "2")]
    rows = read_lines((tmp_path / "out" / "findings.jsonl").read_bytes())
    scan = make_world().scan("rematched", rows)
    assert [(row.verdict, row.entry) for row in rows] == [("known", "1")]
    assert scan.total == 1
