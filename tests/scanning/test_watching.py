"""Each state of each thing that is watched is found once, whatever happens between two looks."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from tests.scanning.conftest import NO_LISTS, QUICK

from vaern.formats import findings
from vaern.scanning import Refusal, scan
from vaern.scanning.journal import Journal
from vaern.scanning.sources import Folders
from vaern.scanning.walk import Item
from vaern.scanning.watching import Named, Watched

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = st.sampled_from(["a", "b", "in/a", "in/deep/b", "new\nline"])
CONTENTS = st.binary(max_size=3)


def found_in(out: Path) -> list[tuple[str, int, str | None]]:
    return [
        (one.media.name, one.media.size, one.media.modified)
        for one in findings.read(out / "findings.jsonl")
        if not one.media.archive
    ]


class Looks(RuleBasedStateMachine):
    """Files come, change, move and go; one look, in the same session or in another, finds what is new."""

    def __init__(self) -> None:
        super().__init__()
        self.place = tempfile.TemporaryDirectory()
        self.root = Path(self.place.name)
        self.tree = self.root / "tree"
        self.tree.mkdir()
        self.clock = 1_000_000_000
        self.expected: set[tuple[str, int, str | None]] = set()
        self.found: list[tuple[str, int, str | None]] = []
        self.known: set[tuple[str, int, str | None]] = set()
        self.watched: Iterator[Item | None] | None = None
        self.bell = os.eventfd(0, os.EFD_NONBLOCK)
        self.stop = threading.Event()
        self.begin()

    def teardown(self) -> None:
        os.close(self.bell)
        self.place.cleanup()

    def begin(self) -> None:
        """Begin another session: what was found is in its journal, and nothing else is known."""
        self.known = set(self.found)
        self.source = Watched(lambda: Folders([self.tree]), 0.0, self.stop, settle=True)
        self.watched = iter(
            self.source.coming(frozenset(), lambda item: (item.name, item.size, item.modified) in self.known, self.bell)
        )

    @rule(name=NAMES, content=CONTENTS)
    def write(self, name: str, content: bytes) -> None:
        file = self.tree / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        self.clock += 1
        os.utime(file, (self.clock, self.clock))

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        (self.tree / name).unlink(missing_ok=True)

    @rule(name=NAMES, other=NAMES)
    def move(self, name: str, other: str) -> None:
        if (self.tree / name).exists():
            (self.tree / other).parent.mkdir(parents=True, exist_ok=True)
            (self.tree / name).rename(self.tree / other)

    @rule()
    def begin_again(self) -> None:
        self.source.close()
        self.begin()

    @rule()
    def look(self) -> None:
        """Look until nothing new comes at a whole look."""
        there = {(item.name, item.size, item.modified) for item in Folders([self.tree]).listed(frozenset())}
        self.expected |= there
        assert self.watched is not None
        quiet = 0
        while quiet < 2 * len(there) + 4:  # nothing comes of what is known but a moment to do something else
            item = next(self.watched)
            if item is None:
                quiet += 1
            else:
                quiet = 0
                os.close(item.open())
                self.found.append((item.name, item.size, item.modified))
        assert len(self.found) == len(set(self.found))
        assert set(self.found) == self.expected


def test_each_state_comes_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vaern.scanning.watching._BREATH_SECONDS", 0.0)
    run_state_machine_as_test(
        Looks, settings=settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
    )


def test_a_file_that_is_written_still_waits(tmp_path: Path) -> None:
    """It comes when two looks met it as it is, or when it is older than the time between two."""
    now = time.time()
    for name, age in (("old", 100), ("fresh", 0)):
        (tmp_path / name).write_bytes(b"1")
        os.utime(tmp_path / name, (now - age, now - age))
    bell = os.eventfd(0, os.EFD_NONBLOCK)
    source = Watched(lambda: Folders([tmp_path]), 50.0, threading.Event(), settle=True)
    once = source.coming(frozenset(), lambda _: False, bell)
    came = [next(once), next(once)]
    assert [item and item.name for item in came] == [str(tmp_path / "old"), None]
    os.close(bell)


def scanned(tree: Path, out: Path, until: int, *, resume: bool) -> None:
    """Watch until there are so many findings."""
    stop = threading.Event()

    def tell(progress: object) -> None:
        if getattr(progress, "files", 0) >= until:
            stop.set()

    source = Watched(lambda: Folders([tree]), 0.05, stop, settle=True)
    summary = scan(source, NO_LISTS, out, QUICK, tell, resume=resume)
    assert summary.finished


@pytest.mark.once
def test_findings_are_the_journal_of_a_watch(tmp_path: Path) -> None:
    tree, out = tmp_path / "tree", tmp_path / "out"
    tree.mkdir()
    (tree / "a").write_bytes(b"1")
    os.utime(tree / "a", (1, 1))
    scanned(tree, out, 1, resume=False)
    (tree / "b").write_bytes(b"2")
    (tree / "a").write_bytes(b"10")
    os.utime(tree / "a", (2, 2))
    scanned(tree, out, 3, resume=True)
    assert sorted(found_in(out)) == sorted(set(found_in(out)))
    first, *rest = [(Path(name).name, size) for name, size, _ in found_in(out)]
    assert first == ("a", 1)
    assert sorted(rest) == [("a", 2), ("b", 1)]
    scanned(tree, out, 3, resume=True)
    assert len(found_in(out)) == 3
    with pytest.raises(Refusal, match="the mark as watched was True"):
        scan([tree], NO_LISTS, out, QUICK, resume=True)


def test_a_folder_that_is_away_is_told_and_looked_for(tmp_path: Path) -> None:
    tree, said = tmp_path / "tree", list[str]()
    tree.mkdir()
    bell, stop = os.eventfd(0, os.EFD_NONBLOCK), threading.Event()
    source = Watched(lambda: Folders([tree]), 0.0, stop, settle=True, note=said.append)
    coming = source.coming(frozenset(), lambda _: False, bell)
    assert next(coming) is None
    tree.rename(tmp_path / "away")
    for _ in range(3):
        assert next(coming) is None
    (tmp_path / "away" / "a").write_bytes(b"1")
    os.utime(tmp_path / "away" / "a", (1, 1))
    (tmp_path / "away").rename(tree)
    item = next(item for item in coming if item)
    assert item.name == str(tree / "a")
    assert next(coming) is None
    stop.set()
    assert list(coming) in ([], [None])
    os.close(bell)
    assert len(said) == 2
    assert said[0].startswith(f"Cannot look: {tree}: ")
    assert said[1] == "Looks again"


@pytest.mark.parametrize("separator", [b"\n", b"\0"])
def test_names_that_come_are_read_as_they_come(tmp_path: Path, separator: bytes) -> None:
    names = [b"a", b"in", b"odd \xff"]
    (tmp_path / "in").mkdir()
    for name in (b"a", b"in/b", b"odd \xff"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(name)
    here, there = os.pipe()
    bell = os.eventfd(0, os.EFD_NONBLOCK)
    with os.fdopen(here, "rb") as reading, os.fdopen(there, "wb", buffering=0) as writing:
        coming = Named(reading, separator, threading.Event()).coming(frozenset(), lambda _: False, bell)
        assert next(coming) is None
        found = []
        for name in [*names, b"a"]:
            writing.write(os.fsencode(tmp_path) + b"/" + name + separator)
            if len(found) < len(names):
                item = next(item for item in coming if item)
                descriptor = item.open()
                found.append(os.pread(descriptor, 10, 0))
                os.close(descriptor)
        writing.write(os.fsencode(tmp_path) + b"/missing")
        writing.close()
        rest = [item for item in coming if item]
    os.close(bell)
    assert found == [b"a", b"in/b", b"odd \xff"]
    assert [(item.name, bool(item.problem)) for item in rest] == [(str(tmp_path / "missing"), True)]


@pytest.mark.once
def test_a_watch_forgets_nothing_however_much_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done is kept in few bytes each, in several lots."""
    monkeypatch.setattr("vaern.scanning.journal._MANY", 7)
    (tmp_path / "tree").mkdir()
    for number in range(50):
        (tmp_path / "tree" / str(number)).write_bytes(b"x")
        os.utime(tmp_path / "tree" / str(number), (number, number))
    scanned(tmp_path / "tree", tmp_path / "out", 50, resume=False)
    items = list(Folders([tmp_path / "tree"]).listed(frozenset()))
    with Journal(tmp_path / "out" / "findings.jsonl", changes=True) as journal:
        assert all(journal.has(item) for item in items)
        assert not any(journal.has(Item(item.name, item.size + 1, item.modified)) for item in items)
    assert len(found_in(tmp_path / "out")) == 50
