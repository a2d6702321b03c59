"""Whatever happens to a repository and its mirrors: a subscriber has the newest release it saw, or what it had."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from tests.trust.alliance import NAME, Alliance, changed, fetched, held

from vaern.trust import keys, proposing
from vaern.trust.faults import TrustError

PICK = st.integers(0, 1 << 20)
"""One of however many there are."""

PAIRS = (("north", "south"), ("south", "east"), ("north", "east"))


class Mirror:
    """A copy as it was at one moment.

    Attributes:
        folder: where.
        number: of the moment; later ones have higher numbers.
        entries: of the release in it.
        whole: nobody touched it.
    """

    def __init__(self, folder: Path, number: int, entries: set[int]) -> None:
        self.folder, self.number, self.entries, self.whole = folder, number, entries, True


class Sequences(RuleBasedStateMachine):
    """A publisher, signers, mirrors and one subscriber."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.entries: set[int] = set()
        self.mirrors: list[Mirror] = []
        self.signers, self.roots, self.has = PAIRS[0], PAIRS[0], None
        self.shown = self.perhaps = -1
        self.published: set[int] = set()

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @initialize()
    def begin(self) -> None:
        self.alliance = Alliance(self.folder / "alliance")
        self.alliance.begin()
        self.add({0})
        self.release()
        self.copy()

    @rule(numbers=st.sets(st.integers(0, 39), min_size=1, max_size=5))
    def add(self, numbers: set[int]) -> None:
        changed(self.folder / "list", sorted(numbers))
        self.entries |= numbers

    @rule(numbers=st.sets(st.integers(0, 39), min_size=1, max_size=5))
    def recall(self, numbers: set[int]) -> None:
        changed(self.folder / "list", withdrawn=sorted(numbers))
        self.entries -= numbers

    @rule()
    def release(self) -> None:
        assert self.alliance.release(self.folder / "list", *self.signers) == (NAME,)
        self.published = set(self.entries)

    @rule(signer=st.sampled_from(["north", "second", "south"]))
    def one_signs_alone(self, signer: str) -> None:
        assert self.alliance.release(self.folder / "list", signer) == ()
        for path in self.alliance.repository.proposals().values():
            path.unlink()

    @rule(to=st.sampled_from(PAIRS))
    def rotate_signers(self, to: tuple[str, str]) -> None:
        self.alliance.delegate(NAME, to, 2, by={*self.roots, *to})
        assert not self.alliance.repository.proposals()
        self.signers = to

    @rule(to=st.sampled_from(PAIRS))
    def rotate_the_root(self, to: tuple[str, str]) -> None:
        with self.alliance.repository.writing():
            proposing.rotate_root(self.alliance.repository, self.alliance.public(*to), 2)
        self.alliance.signed(*{*self.roots, *to})
        self.alliance.accept()
        assert not self.alliance.repository.proposals()
        self.roots = to

    @rule()
    def rotate_the_online_key(self) -> None:
        place = self.alliance.folder / "online"
        for half in ("", keys.PUBLIC):
            Path(f"{place}{half}").unlink()
        keys.make(place, "publisher.example", "XN")
        with self.alliance.repository.writing():
            repository = self.alliance.repository
            proposing.rotate_root(repository, self.alliance.public(*self.roots), 2, *self.alliance.public("online"))
        self.alliance.signed(*self.roots)
        self.alliance.accept()

    @rule()
    def copy(self) -> None:
        number = len(self.mirrors)
        self.alliance.announce()
        self.mirrors.append(Mirror(self.alliance.mirror(f"mirror-{number}"), number, set(self.published)))

    @rule(
        which=PICK,
        file=PICK,
        other=PICK,
        at=PICK,
        how=st.sampled_from(["gone", "cut", "longer", "changed", "another"]),
    )
    def tamper(self, which: int, file: int, other: int, at: int, how: str) -> None:
        mirror = self.mirrors[which % len(self.mirrors)]
        files = sorted(path for path in mirror.folder.rglob("*") if path.is_file())
        if not files:
            return
        path, instead = files[file % len(files)], files[other % len(files)].read_bytes()
        before = path.read_bytes()
        at %= max(len(before), 1)
        path.unlink()
        mirror.whole = False
        made = {
            "cut": before[:at],
            "longer": before + b" ",
            "changed": before[:at] + bytes([before[at] ^ 1 if before else 0]) + before[at + 1 :],
            "another": instead,
        }
        if how != "gone":
            path.write_bytes(made[how])

    @rule(which=PICK)
    def fetch(self, which: int) -> None:
        mirror = self.mirrors[which % len(self.mirrors)]
        before = held(self.folder / "client")
        assert before == self.has
        try:
            fetched(self.folder / "client", mirror.folder, self.alliance.root)
        except TrustError:
            assert not mirror.whole or mirror.number < self.perhaps
            assert held(self.folder / "client") == before
            self.perhaps = max(self.perhaps, mirror.number)
        else:
            assert mirror.number >= self.shown
            assert held(self.folder / "client") == mirror.entries
            self.has = mirror.entries
            self.shown = mirror.number
            self.perhaps = max(self.perhaps, mirror.number)


@pytest.mark.once
def test_the_list_is_the_newest_that_was_shown_or_what_it_was() -> None:
    run_state_machine_as_test(
        Sequences,
        settings=settings(
            max_examples=12, stateful_step_count=18, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.deep
def test_the_list_is_the_newest_that_was_shown_or_what_it_was_for_long() -> None:
    run_state_machine_as_test(
        Sequences,
        settings=settings(
            max_examples=300, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
