"""What a publisher keeps: no more files than subscribers need, and proposals that are what they say."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tests.trust.alliance import NAME, Alliance, changed, fetched, held

from vaern.trust import keys, proposing
from vaern.trust.contents import Policy, stored
from vaern.trust.faults import TrustError
from vaern.trust.repository import read

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def alliance(tmp_path: Path) -> Alliance:
    made = Alliance(tmp_path / "alliance")
    made.begin()
    return made


def test_files_of_the_last_two_releases_and_of_the_proposal_stay(alliance: Alliance, tmp_path: Path) -> None:
    mirrors = []
    for number in range(4):
        changed(tmp_path / "list", [number], withdrawn=[number - 1])
        alliance.release(tmp_path / "list")
        mirrors.append(alliance.mirror(f"mirror-{number}"))
    changed(tmp_path / "list", [9])
    alliance.propose(tmp_path / "list")
    assert alliance.repository.tidy() > 0
    documents = [alliance.repository.versions(NAME)[version] for version in (3, 4)]
    documents += alliance.repository.proposals().values()
    named = {stored(one) for path in documents for one in read(path).signed.targets.values()}
    targets = alliance.repository.targets
    assert {path.relative_to(targets).as_posix() for path in targets.rglob("*") if path.is_file()} == named
    assert alliance.repository.tidy() == 0
    shutil.rmtree(mirrors[2] / "targets")
    shutil.copytree(targets, mirrors[2] / "targets")
    for mirror, entries in ((mirrors[2], {2}), (alliance.mirror(), {3})):
        fetched(tmp_path / "client", mirror, alliance.root)
        assert held(tmp_path / "client") == entries
    alliance.signed("north", "south")
    alliance.accept()
    fetched(tmp_path / "client", alliance.mirror())
    assert held(tmp_path / "client") == {3, 9}


def test_a_part_that_a_subscriber_has_does_not_come_again(alliance: Alliance, tmp_path: Path) -> None:
    changed(tmp_path / "list", range(10_000))
    alliance.release(tmp_path / "list")
    whole = fetched(tmp_path / "client", alliance.mirror(), alliance.root).bytes
    changed(tmp_path / "list", range(10_000, 10_010), withdrawn=range(5))
    alliance.release(tmp_path / "list")
    assert fetched(tmp_path / "client", alliance.mirror()).bytes < whole / 20
    assert held(tmp_path / "client") == set(range(5, 40))


@pytest.mark.parametrize(("warn", "stop"), [(3, 3), (5, 2), (-1, 3)])
def test_a_policy_warns_before_it_stops(alliance: Alliance, tmp_path: Path, warn: int, stop: int) -> None:
    changed(tmp_path / "list", [1])
    with pytest.raises(TrustError, match="Warn before the stop"):
        alliance.release(tmp_path / "list", policy=Policy(warn, stop))


def test_one_signer_counts_once_however_it_is_written(alliance: Alliance, tmp_path: Path) -> None:
    keys.make(tmp_path / "other", "North.example", "XS")  # the organisation of `north`, in another country
    both = [*alliance.public("north"), keys.read_public(tmp_path / f"other{keys.PUBLIC}")]
    with pytest.raises(TrustError, match="two countries"):
        proposing.delegate(alliance.repository, NAME, both, 2)
    twice = alliance.public("north")[0]
    twice.keyid = "0" * 64
    with pytest.raises(TrustError, match="stands there twice"):
        proposing.delegate(alliance.repository, NAME, [*alliance.public("north"), twice], 1)
