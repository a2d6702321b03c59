"""A pair's secret goes forward alone: a stateful law against the plain definition."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from vaern.node.crosscheck.intersection import pair_secrets
from vaern.node.crosscheck.intersection.pair_secrets import Destroyed, Unreadable, seed_of


class Secrets(RuleBasedStateMachine):
    """One file, epochs in any order, copies of the file as a thief or a backup has them."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="vaern-secrets-"))
        self.path, self.copy = self.folder / "keys" / "pair", self.folder / "copy"
        self.seeds: dict[int, bytes] = {}

    @initialize(epoch=st.integers(0, 5))
    def begins(self, epoch: int) -> None:
        pair_secrets.begin(self.path, epoch)
        self.now = self.copied = epoch
        self.copies()

    @rule(epoch=st.integers(0, 12))
    def asks(self, epoch: int) -> None:
        if epoch < self.now:
            with pytest.raises(Destroyed):
                seed_of(self.path, epoch)
            return
        seed = seed_of(self.path, epoch)
        assert self.seeds.setdefault(epoch, seed) == seed, "one epoch has one key"
        self.now = epoch

    @rule()
    def begins_again(self) -> None:
        pair_secrets.begin(self.path, 0)

    @rule()
    def copies(self) -> None:
        shutil.copy(self.path, self.copy)
        self.copied = self.now

    @rule(epoch=st.integers(0, 12))
    def somebody_has_the_copy(self, epoch: int) -> None:
        stolen = self.folder / "stolen"
        shutil.copy(self.copy, stolen)
        if epoch < self.copied:
            with pytest.raises(Destroyed):
                seed_of(stolen, epoch)
        else:
            assert self.seeds.setdefault(epoch, seed_of(stolen, epoch)) == seed_of(stolen, epoch)

    @invariant()
    def keys_differ_and_are_not_in_the_file(self) -> None:
        assert len(set(self.seeds.values())) == len(self.seeds)
        if self.path.exists():
            assert not [seed for seed in self.seeds.values() if seed.hex() in self.path.read_text("ascii")]
            assert stat.S_IMODE(self.path.stat().st_mode) == 0o600

    def teardown(self) -> None:
        shutil.rmtree(self.folder)


TestSecrets = Secrets.TestCase
TestSecrets.settings = settings(max_examples=8, stateful_step_count=12, deadline=None)


def test_what_was_destroyed_or_is_no_secret_gives_no_key(tmp_path: Path) -> None:
    path = tmp_path / "pair"
    with pytest.raises(Destroyed):
        seed_of(path, 1)
    pair_secrets.begin(path, 1)
    first = seed_of(path, 1)
    pair_secrets.destroy(path)
    with pytest.raises(Destroyed):
        seed_of(path, 1)
    pair_secrets.begin(path, 1)
    assert seed_of(path, 1) != first, "a pair that is switched on anew has another secret"
    for text in ("", "x", "1 zz", "1 00", "one " + "00" * 32):
        path.write_text(text, "ascii")
        with pytest.raises(Unreadable):
            seed_of(path, 1)
