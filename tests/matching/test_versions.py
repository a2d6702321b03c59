"""Of several versions of one entry the latest counts, in whichever order they come: held to what a dictionary says."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.matching import ListPackage, ListPackageError, build_package
from vaern.records import Entry, Signal

if TYPE_CHECKING:
    from pathlib import Path


def stamped(minute: int, *, fine: bool = False) -> str:
    return f"2026-01-01T00:{minute:02}:00{'.500000' if fine else ''}Z" if minute else ""


def rows_with(folder: Path, number: int) -> int:
    """How many entries of the package are found by this digest."""
    table = ListPackage.open(folder, verify=True).tables.get("md5")
    return 0 if table is None else len(table.find(np.frombuffer(digest(number), np.uint8)[None])[0])


def digest(number: int) -> bytes:
    return bytes([number % 256, number // 256, 7]) + bytes(13)


@st.composite
def feeds(draw: st.DrawFn) -> list[Entry]:
    """Entries of few ids, each row with a value of its own, some without a time, some recalls."""
    rows = draw(
        st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 4), st.booleans(), st.booleans()), max_size=12)
    )
    return [
        Entry(name, (Signal("md5", digest(n)),), updated=stamped(minute, fine=fine), recalled=recalled)
        for n, (name, minute, fine, recalled) in enumerate(rows)
    ]


def moment(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.updated)


def counting(feed: list[Entry]) -> set[int]:
    """The rows that count, by the rule as it is told."""
    counts = set()
    for row, entry in enumerate(feed):
        others = [(n, other) for n, other in enumerate(feed) if other.id == entry.id and n != row]
        timed = [other for _, other in others if other.updated and entry.updated]
        newer = any((moment(other), other.recalled) > (moment(entry), entry.recalled) for other in timed)
        recalls = [(n, other) for n, other in others if other.recalled]
        withdrawn = (
            bool(recalls)
            and recalls[-1][0] > row
            and not (recalls[-1][1].updated and entry.updated and moment(entry) > moment(recalls[-1][1]))
        )
        if not (entry.recalled or newer or withdrawn):
            counts.add(row)
    return counts


@given(feeds())
def test_the_latest_version_counts(tmp_path_factory: pytest.TempPathFactory, feed: list[Entry]) -> None:
    folder = tmp_path_factory.mktemp("list") / "L"
    manifest = build_package(folder, feed, name="x")
    found = {row for row in range(len(feed)) if rows_with(folder, row)}
    assert found == counting(feed)
    assert manifest.entries == len(feed)
    assert manifest.recalled + manifest.replaced == len(feed) - len(found)
    assert not list(folder.glob("*.spool"))


def test_two_versions_of_one_moment_are_a_problem_and_both_count(tmp_path: Path) -> None:
    feed = [Entry("a", (Signal("md5", digest(n)),), updated=stamped(1)) for n in range(2)]
    manifest = build_package(tmp_path / "L", feed, name="x")
    assert (manifest.problems, manifest.replaced, manifest.signals) == (1, 0, {"md5": 2})
    (problem,) = map(json.loads, (tmp_path / "L" / "problems.jsonl").read_text().splitlines())
    assert (problem["file"], problem["line"]) == ("entries.jsonl", 1)
    assert "line 2" in problem["reason"]
    ListPackage.open(tmp_path / "L", verify=True)
    with pytest.raises(ListPackageError, match="strict"):
        build_package(tmp_path / "M", feed, name="x", strict=True)
    assert not (tmp_path / "M").exists()


def test_a_zone_and_a_fraction_are_part_of_the_moment(tmp_path: Path) -> None:
    times = ["2026-01-01T00:00:00.500000Z", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.499999Z"]
    feed = [Entry("a", (Signal("md5", digest(n)),), updated=time) for n, time in enumerate(times)]
    assert build_package(tmp_path / "L", feed, name="x").replaced == 2
    assert [rows_with(tmp_path / "L", n) for n in range(3)] == [1, 0, 0]
