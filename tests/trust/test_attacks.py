"""Attacks on releases, each of which leaves the subscriber with what it had, whole."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from typing import TYPE_CHECKING

import pytest
from tests.trust.alliance import NAME, Alliance, changed, fetched, forced, held

from vaern.matching import List, ListStoppedError
from vaern.trust import keys, proposing
from vaern.trust.contents import Policy
from vaern.trust.faults import TrustError
from vaern.trust.fetching import Source, fetch
from vaern.trust.mirrors import Mirror

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Scene:
    """A list of ten entries in its first release, and a subscriber who has it."""

    def __init__(self, folder: Path) -> None:
        self.alliance = Alliance(folder / "alliance")
        self.alliance.begin()
        self.list, self.client = folder / "list", folder / "client"
        changed(self.list, range(10))
        self.alliance.release(self.list)
        fetched(self.client, self.alliance.mirror(), self.alliance.root)

    def refused(self, why: str, mirror: Path) -> None:
        """The subscriber refuses, in a sentence, and has what it had."""
        before, trusted = held(self.client), (self.client / "current.json").read_bytes()
        with pytest.raises(TrustError, match=why) as refused:
            fetched(self.client, mirror)
        assert refused.value.advice
        assert (self.client / "current.json").read_bytes() == trusted
        assert held(self.client) == before


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_one_stolen_signing_key_releases_nothing(scene: Scene) -> None:
    changed(scene.list, range(10, 20))
    assert scene.alliance.release(scene.list, "north") == ()
    fetched(scene.client, scene.alliance.mirror())
    assert held(scene.client) == set(range(10))
    forced(scene.alliance)  # not even with the publisher's machine and its key
    scene.refused("not signed as it must be", scene.alliance.mirror())


def test_two_signatures_of_one_country_are_one(scene: Scene) -> None:
    scene.alliance.delegate(NAME, ("north", "second", "south"), 2)
    scene.alliance.signed("north", "south")
    scene.alliance.accept()
    fetched(scene.client, scene.alliance.mirror())
    changed(scene.list, range(10, 20))
    assert scene.alliance.release(scene.list, "north", "second") == ()
    (counted,) = scene.alliance.repository.counts()[NAME]
    assert len(counted.signed) == 2
    assert counted.countries == {"XN"}
    forced(scene.alliance)  # TUF itself is content: two keys signed
    scene.refused("1 of 2 countries", scene.alliance.mirror())


def test_two_signatures_of_one_country_make_no_root(scene: Scene) -> None:
    names = ("north", "second", "south")
    with scene.alliance.repository.writing():
        proposing.rotate_root(scene.alliance.repository, scene.alliance.public(*names), 2)
    scene.alliance.signed("north", "second")
    assert scene.alliance.accept() == ()
    forced(scene.alliance)
    scene.refused("root", scene.alliance.mirror())
    assert not (scene.client / "trust" / "root_history" / "2.root.json").exists()


def test_a_key_that_was_replaced_signs_nothing_any_more(scene: Scene) -> None:
    """The thief of `north` is shut out by a new delegation, also together with a key that stays."""
    scene.alliance.delegate(NAME, ("east", "south"), 2)
    assert set(scene.alliance.repository.proposals()) == {NAME, "targets"}
    scene.alliance.signed("east")
    assert set(scene.alliance.accept()) == {NAME, "targets"}
    fetched(scene.client, scene.alliance.mirror())
    changed(scene.list, range(10, 20))
    assert scene.alliance.release(scene.list, "north", "south") == ()
    forced(scene.alliance)
    scene.refused("not signed as it must be", scene.alliance.mirror())


def test_after_the_root_was_rotated_the_old_keys_of_it_count_no_more(scene: Scene) -> None:
    repository, online = scene.alliance.repository, scene.alliance.folder / "online"
    old = scene.alliance.mirror("old")
    keys.make(scene.alliance.folder / "new-online", "publisher.example", "XN")
    with repository.writing():
        proposing.rotate_root(
            repository, scene.alliance.public("east", "south"), 2, *scene.alliance.public("new-online")
        )
    scene.alliance.signed("south", "east")
    for half in ("", keys.PUBLIC):
        shutil.move(f"{scene.alliance.folder / 'new-online'}{half}", f"{online}{half}")
    assert set(scene.alliance.accept()) == {"root", "targets"}
    fetched(scene.client, scene.alliance.mirror())
    assert (scene.client / "trust" / "root_history" / "2.root.json").exists()
    scene.refused("older|not signed", old)
    with repository.writing():
        proposing.rotate_root(repository, scene.alliance.public("north", "south"), 2)
    scene.alliance.signed("north", "south")
    assert scene.alliance.accept() == ()
    forced(scene.alliance)
    scene.refused("not signed as it must be", scene.alliance.mirror())


def test_a_frozen_mirror_is_refused_and_its_age_was_seen_before(scene: Scene) -> None:
    now = datetime.now(UTC)
    scene.alliance.announce(now - timedelta(days=1))
    fetched(scene.client, scene.alliance.mirror())
    freshness = List.open(scene.client).freshness
    assert freshness
    age = now - datetime.fromisoformat(freshness.checked_at)
    assert timedelta(hours=23) < age < timedelta(hours=25)  # not of the fetch, but of what was fetched
    scene.alliance.announce(now - timedelta(days=3))
    scene.refused("it ended", scene.alliance.mirror())


def test_a_list_without_news_warns_and_then_stops(scene: Scene) -> None:
    scene.alliance.release(scene.list, policy=Policy(warn_days=2, stop_days=5))
    fetched(scene.client, scene.alliance.mirror())
    opened, now = List.open(scene.client), datetime.now(UTC)
    assert opened.freshness
    assert opened.warning == ""
    assert "it stops on" in opened.freshness.warning("x", now + timedelta(days=2))
    opened.freshness.refuse_stopped("x", now + timedelta(days=4, hours=23))
    with pytest.raises(ListStoppedError, match="fetch it again"):
        opened.freshness.refuse_stopped("x", now + timedelta(days=5))


def test_a_desk_may_be_stricter_than_the_publisher_and_never_laxer(scene: Scene) -> None:
    mirror = scene.alliance.mirror()
    assert fetched(scene.client, mirror, warn_days=1, stop_days=99).policy == Policy(1, 14)
    assert fetched(scene.client, mirror).policy == Policy(3, 14)


def test_an_older_release_that_is_replayed_is_refused(scene: Scene) -> None:
    old = scene.alliance.mirror("old")
    changed(scene.list, range(10, 20), withdrawn=[3])
    scene.alliance.release(scene.list)
    fetched(scene.client, scene.alliance.mirror())
    scene.refused("older than what was seen here", old)


def test_what_was_seen_is_not_forgotten_where_its_files_did_not_come(scene: Scene) -> None:
    """An attacker who lets the newer release break off cannot bring one between."""
    changed(scene.list, [10])
    scene.alliance.release(scene.list)
    between = scene.alliance.mirror("between")
    changed(scene.list, [11], withdrawn=[10])
    scene.alliance.release(scene.list)
    mirror = scene.alliance.mirror()
    shutil.rmtree(mirror / "targets")
    scene.refused("does not have it", mirror)
    scene.refused("older than what was seen here", between)
    fetched(scene.client, scene.alliance.mirror())
    assert held(scene.client) == {*range(10), 11}


class Endless(Mirror):
    """A mirror that goes on sending, behind what it has of some file; and counts."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.sent = name, 0

    def _fetch(self, url: str) -> Iterator[bytes]:
        pieces = super()._fetch(url)
        return self._counted(chain(pieces, repeat(bytes(1 << 16)))) if url.endswith(self.name) else pieces

    def _counted(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.sent += len(piece)
            yield piece


@pytest.mark.parametrize("name", ["entries.jsonl", "current.json", "timestamp.json", f"2.{NAME}.json"])
def test_endless_data_is_cut_off(scene: Scene, name: str) -> None:
    changed(scene.list, range(10, 20))
    scene.alliance.release(scene.list)
    endless = Endless(name)
    with pytest.raises(TrustError, match="more than belongs there"):
        fetch(scene.client, Source(endless, str(scene.alliance.mirror()), NAME))
    assert endless.sent < 6 << 20
    assert held(scene.client) == set(range(10))


def test_metadata_of_another_repository_is_refused(scene: Scene, tmp_path: Path) -> None:
    other = Alliance(tmp_path / "other")
    other.begin()
    changed(tmp_path / "theirs", range(20, 30))
    other.release(tmp_path / "theirs")
    theirs = other.mirror()
    scene.refused("not signed", theirs)
    changed(scene.list, range(10, 20))
    scene.alliance.release(scene.list)
    for role in ("timestamp", "snapshot", NAME):
        mixed = scene.alliance.mirror("mixed")
        shutil.copyfile(newest(theirs, role), newest(mixed, role))
        scene.refused("not signed", mixed)


def newest(mirror: Path, role: str) -> Path:
    """The newest document of a role."""
    found = sorted(mirror.glob(f"metadata/*{role}.json"), key=lambda path: (len(path.name), path.name))
    return found[-1]


def drop_the_file(mirror: Path) -> None:
    (mirror / "metadata" / f"2.{NAME}.json").unlink()


def serve_the_release_before(mirror: Path) -> None:
    shutil.copyfile(mirror / "metadata" / f"1.{NAME}.json", mirror / "metadata" / f"2.{NAME}.json")


def keep_the_snapshot_before(mirror: Path) -> None:
    path = newest(mirror, "snapshot")
    before = path.with_name(f"{int(path.name.split('.')[0]) - 1}.snapshot.json")
    shutil.copyfile(before, path)


def write_the_recall_out(mirror: Path) -> None:
    path = mirror / "metadata" / f"2.{NAME}.json"
    document, before = (json.loads((mirror / "metadata" / f"{number}.{NAME}.json").read_bytes()) for number in (2, 1))
    document["signed"]["targets"] = before["signed"]["targets"]
    path.write_text(json.dumps(document))


def damage_a_file(mirror: Path) -> None:
    for path in mirror.glob("targets/*/*/*.entries.jsonl"):
        path.chmod(0o644)
        path.write_bytes(path.read_bytes()[::-1])


@pytest.mark.parametrize(
    "act", [drop_the_file, serve_the_release_before, keep_the_snapshot_before, write_the_recall_out, damage_a_file]
)
def test_a_mirror_that_drops_a_recall_is_found_out(scene: Scene, act: Callable[[Path], None]) -> None:
    changed(scene.list, withdrawn=[3])
    scene.alliance.release(scene.list)
    mirror = scene.alliance.mirror()
    act(mirror)
    scene.refused(".", mirror)
    fetched(scene.client, scene.alliance.mirror())
    assert held(scene.client) == set(range(10)) - {3}


def test_the_signers_of_one_list_say_nothing_of_another(scene: Scene, tmp_path: Path) -> None:
    scene.alliance.delegate("other", ("north", "east"), 2)
    changed(tmp_path / "second", range(30, 40))
    scene.alliance.release(tmp_path / "second", "north", "east", name="other")
    fetched(scene.client, scene.alliance.mirror())
    assert held(scene.client) == set(range(10))
    path = scene.alliance.repository.folder / "proposed"
    scene.alliance.propose(tmp_path / "second", "other")
    (proposal,) = path.iterdir()
    document = json.loads(proposal.read_bytes())
    document["signed"]["targets"][f"{NAME}/current.json"] = document["signed"]["targets"]["other/current.json"]
    proposal.write_text(json.dumps(document))
    scene.alliance.signed("north", "east")
    scene.alliance.accept()
    mirror = scene.alliance.mirror()
    fetched(scene.client, mirror)
    assert held(scene.client) == set(range(10))
    with pytest.raises(TrustError, match="more than one list's signers may say"):
        fetched(tmp_path / "another client", mirror, scene.alliance.root, "other")


def test_a_local_list_that_was_damaged_is_made_whole_again(scene: Scene) -> None:
    path = next(scene.client.glob("parts/*/entries.jsonl"))
    path.unlink()
    fetched(scene.client, scene.alliance.mirror())
    assert held(scene.client) == set(range(10))
