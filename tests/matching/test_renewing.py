"""A matcher that goes on for hours answers as its lists are now, and never as a half or a damaged one says."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from vaern.matching import Freshness, List, ListStoppedError, Matcher, Renewing, build_package, publish, refresh
from vaern.records import Entry, Signal

NUMBERS = st.integers(0, 5)
NEVER = "2999-01-01T00:00:00+00:00"


def entry(number: int) -> Entry:
    return Entry(str(number), (Signal("md5", hashlib.md5(b"%d" % number).digest()),))


def found(matcher: Matcher, name: str) -> set[int]:
    """Which of the entries that there could be a list has."""
    answers = matcher.match_signals([entry(number).signals[0] for number in range(6)])
    return {int(match.entry) for answer in answers for match in answer.matches if match.list == name}


class Renewed(RuleBasedStateMachine):
    """One list that changes and one package that does not, and a matcher that was made at the beginning."""

    @initialize(first=st.sets(NUMBERS, min_size=1))
    def begin(self, first: set[int]) -> None:
        self.place = TemporaryDirectory()
        self.folder = Path(self.place.name)
        publish(self.folder / "live", [entry(number) for number in sorted(first)], name="live")
        build_package(self.folder / "fixed", [entry(5)], name="fixed", release="1")
        self.live = self.seen = frozenset(first)
        self.time, self.damaged = 0.0, False
        lists = [List.open(self.folder / name) for name in ("live", "fixed")]
        self.renewing = Renewing(Matcher(lists, 31), clock=lambda: self.time)
        assert found(self.renewing.now(), "live") == self.seen

    @rule(numbers=st.sets(NUMBERS, min_size=1), whole=st.booleans())
    def add(self, numbers: set[int], whole: bool) -> None:
        if not self.damaged:
            publish(self.folder / "live", [entry(number) for number in sorted(numbers)], name="live", whole=whole)
            self.live = frozenset(numbers) if whole else self.live | numbers

    @rule(numbers=st.sets(NUMBERS, min_size=1))
    def recall(self, numbers: set[int]) -> None:
        if not self.damaged:
            publish(self.folder / "live", [], name="live", withdrawn=[str(number) for number in numbers])
            self.live -= numbers

    @rule(numbers=st.sets(NUMBERS, min_size=1))
    def damage(self, numbers: set[int]) -> None:
        """A later state whose new part was changed by somebody: it is not believed, until it is mended."""
        if self.damaged:
            return
        before = self.live
        self.keep = self.folder / "kept"
        shutil.copytree(self.folder / "live", self.keep)
        publish(
            self.folder / "live", [entry(number) for number in sorted(numbers)], name="live", release="bad", whole=True
        )
        parts = {path.name for path in (self.folder / "live" / "parts").iterdir()}
        new = parts - {path.name for path in (self.keep / "parts").iterdir()}
        if not new:
            shutil.rmtree(self.keep)
            self.live = frozenset(numbers)
            return
        for name in new:
            path = self.folder / "live" / "parts" / name / "entries.jsonl"
            path.chmod(0o644)
            path.write_bytes(path.read_bytes().swapcase())
        self.live, self.damaged = before, True

    @rule()
    def mend(self) -> None:
        if self.damaged:
            (self.folder / "live").rename(self.folder / "bad")
            self.keep.rename(self.folder / "live")
            shutil.rmtree(self.folder / "bad")
            self.damaged = False

    @rule(seconds=st.sampled_from([0.01, 0.19, 60.0]))
    def wait(self, seconds: float) -> None:
        self.time += seconds

    @rule()
    def look(self) -> None:
        self.time += 1.0
        matcher = self.renewing.now()
        if not self.damaged:
            self.seen = self.live
        assert found(matcher, "live") == self.seen
        assert bool(self.renewing.problems) == self.damaged

    @invariant()
    def what_is_known_is_a_state_that_there_was(self) -> None:
        if hasattr(self, "renewing"):
            assert found(self.renewing.matcher, "live") == self.seen
            assert found(self.renewing.matcher, "fixed") == {5}
            assert self.renewing.matcher.distance == 31

    def teardown(self) -> None:
        self.place.cleanup()


TestRenewed = pytest.mark.once(Renewed.TestCase)
TestRenewed.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)


def test_another_list_in_its_place_is_not_taken_up(tmp_path: Path) -> None:
    publish(tmp_path / "live", [entry(1)], name="live")
    renewing = Renewing(Matcher([List.open(tmp_path / "live")]))
    for change in ({"name": "other"}, {"name": "live", "purpose": "known-good"}):
        publish(tmp_path / "live", [entry(2)], **change)
        assert found(renewing.now(), "live") == {1}
        assert "is another list now" in renewing.problems["live"]
        renewing = Renewing(renewing.matcher)


def test_its_age_is_taken_up_too_and_it_stops_when_it_is_due(tmp_path: Path) -> None:
    publish(tmp_path / "live", [entry(1)], name="live", freshness=Freshness("2026-01-01T00:00:00+00:00", stop_at=NEVER))
    publish(tmp_path / "kept", [entry(2)], name="kept")
    clock = [0.0]
    lists = [List.open(tmp_path / name) for name in ("kept", "live")]
    renewing = Renewing(Matcher(lists), clock=lambda: clock[0])
    assert renewing.now().checked == "2026-01-01T00:00:00+00:00"
    refresh(tmp_path / "live", Freshness("2026-01-02T00:00:00+00:00", stop_at=NEVER))
    clock[0] += 1
    assert renewing.now().checked == "2026-01-02T00:00:00+00:00"
    refresh(tmp_path / "live", Freshness("2026-01-02T00:00:00+00:00", stop_at="2026-01-03T00:00:00+00:00"))
    clock[0] += 1
    signals: Any = entry(1).signals
    with pytest.raises(ListStoppedError, match="last checked 2026-01-02"):
        renewing.now().match_signals(signals)
