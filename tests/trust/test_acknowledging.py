"""Who uses which release: said by who uses it, believed of nobody else."""

from __future__ import annotations

import base64
import json
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.trust.alliance import NAME, Alliance, changed, fetched

from vaern.trust import keys
from vaern.trust.acknowledging import UnknownSubscriber, acknowledge, dismiss, enrol, standings, take
from vaern.trust.faults import TrustError

WHO = ("south", "east")
RELEASES = 3


class Releases:
    """A list of three releases, as a subscriber had each, and two who subscribe."""

    def __init__(self, folder: Path) -> None:
        self.alliance, self.folder = Alliance(folder / "alliance"), folder
        self.alliance.begin()
        self.letters: dict[tuple[str, int], bytes] = {}
        for number in range(1, RELEASES + 1):
            changed(folder / "list", [number], withdrawn=[number - 1])
            self.alliance.release(folder / "list")
            fetched(folder / "client", self.alliance.repository.folder, self.alliance.root)
            for name in (*WHO, "second"):
                self.letters[name, number] = self.letter(name)
        for key in self.alliance.public(*WHO):
            enrol(self.alliance.repository, NAME, key)

    def letter(self, name: str) -> bytes:
        return acknowledge(self.folder / "client", NAME, keys.read_private(self.alliance.folder / name))

    def versions(self) -> dict[str, int]:
        found = standings(self.alliance.repository, NAME)
        return {keys.organisation_of(one.key).partition(".")[0]: one.version for one in found}


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Releases:
    return Releases(tmp_path_factory.mktemp("releases"))


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(WHO), st.integers(1, RELEASES)), max_size=6))
def test_of_each_subscriber_the_newest_counts_however_letters_come(
    releases: Releases, letters: list[tuple[str, int]]
) -> None:
    shutil.rmtree(releases.alliance.repository.folder / "acknowledged", ignore_errors=True)
    for letter in letters:
        take(releases.alliance.repository, releases.letters[letter])
    newest = {who: max((version for name, version in letters if name == who), default=0) for who in WHO}
    assert releases.versions() == newest
    now = datetime.now(UTC)
    for one in standings(releases.alliance.repository, NAME):
        assert (one.since is None) == (one.version == RELEASES)
        assert not one.overdue(now, 1)
        assert one.overdue(now + timedelta(days=2), 1) == (one.version < RELEASES)


def test_what_nobody_who_subscribes_said_is_refused(releases: Releases) -> None:
    good = json.loads(releases.letters["south", 1])
    said = json.loads(base64.b64decode(good["payload"]))

    def other(**fields: object) -> bytes:
        payload = base64.b64encode(json.dumps({**said, **fields}).encode()).decode()
        return json.dumps({**good, "payload": payload}).encode()

    east = json.loads(releases.letters["east", 1])
    stolen = json.dumps(
        {**good, "signatures": [{**good["signatures"][0], "sig": east["signatures"][0]["sig"]}]}
    ).encode()
    wrong = (
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 9999,
        b'{"a":' * 9999,
        other(version=3),
        other(list="other"),
        other(more=1),
        stolen,
    )
    before = releases.versions()
    for data in (*wrong, releases.letters["second", 1], releases.letters["south", 1].ljust(200_000)):
        with pytest.raises(TrustError) as refused:
            take(releases.alliance.repository, data)
        assert refused.value.advice
    assert releases.versions() == before


def test_a_release_that_was_not_made_here_is_refused(releases: Releases, tmp_path: Path) -> None:
    other = Releases(tmp_path)
    for half in ("", keys.PUBLIC):  # the same subscriber, of another publisher's list of that name
        shutil.copyfile(f"{releases.alliance.folder / 'south'}{half}", f"{other.alliance.folder / 'south'}{half}")
    with pytest.raises(TrustError, match="no release 3 with that state"):
        take(releases.alliance.repository, other.letter("south"))


def test_only_who_has_the_release_can_acknowledge_it() -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        scene = Releases(folder)
        changed(folder / "client", [30])  # somebody changed the list that was fetched
        with pytest.raises(TrustError, match="is not the release that was seen last"):
            scene.letter("south")
        with pytest.raises(TrustError, match="no list that was fetched"):
            acknowledge(folder / "list", NAME, keys.read_private(scene.alliance.folder / "south"))
    finally:
        shutil.rmtree(folder)


def test_a_key_is_called_by_what_it_is(releases: Releases) -> None:
    right = json.loads((releases.alliance.folder / f"south{keys.PUBLIC}").read_bytes())
    key = keys.public_of(json.dumps(right).encode(), "")
    assert keys.organisation_of(key) == "south.example"
    for other in ("", "a", "../a", right["keyid"].upper(), right["keyid"][::-1]):
        with pytest.raises(TrustError, match="not the one that it is called by"):
            keys.public_of(json.dumps({**right, "keyid": other}).encode(), "")


def test_of_who_is_no_subscriber_any_more_nothing_is_taken_and_what_they_said_stays(tmp_path: Path) -> None:
    scene = Releases(tmp_path)
    repository = scene.alliance.repository
    take(repository, scene.letters["south", 2])
    keyid = dismiss(repository, NAME, scene.alliance.public("south")[0].keyid).keyid
    assert scene.versions() == {"east": 0}
    with pytest.raises(UnknownSubscriber):
        take(repository, scene.letters["south", 3])
    with pytest.raises(TrustError):
        dismiss(repository, NAME, keyid)
    enrol(repository, NAME, *scene.alliance.public("south"))
    assert scene.versions() == {"east": 0, "south": 2}


def test_one_subscriber_is_of_one_country(releases: Releases) -> None:
    said = json.loads((releases.alliance.folder / f"second{keys.PUBLIC}").read_bytes())
    key = keys.public_of(json.dumps({**said, keys.ORGANISATION: "south.example"}).encode(), "")
    before = releases.versions()
    with pytest.raises(TrustError, match="two countries"):
        enrol(releases.alliance.repository, NAME, key)
    assert releases.versions() == before
