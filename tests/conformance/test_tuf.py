"""`tuf-js`, a client of another make than ours, reads our releases and refuses what was tampered with."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.client.serving import Said, serving
from tests.conftest import ROOT, missing
from tests.trust.alliance import NAME, Alliance, changed, forced
from tests.trust.test_attacks import damage_a_file, newest, serve_the_release_before, write_the_recall_out

from vaern.trust import proposing
from vaern.trust.repository import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.client.serving import Asked

JS = ROOT / ".conformance" / "tuf"
INSTALL = ROOT / "tests" / "conformance" / "tuf" / "install.sh"
pytestmark = pytest.mark.once


class Foreign:
    """A repository, a mirror of it that is served, and a subscriber of another make."""

    def __init__(self, folder: Path, node: str, address: str, mirror: Path) -> None:
        self.folder, self._node, self._address, self.mirror = folder, node, address, mirror
        self.alliance = Alliance(folder / "alliance")
        self.alliance.begin()
        changed(folder / "list", range(10))
        self.alliance.release(folder / "list")
        (folder / "js" / "metadata").mkdir(parents=True)
        (folder / "js" / "metadata" / "root.json").write_bytes(self.alliance.root)
        self.bring()

    def bring(self) -> None:
        """The mirror takes over what there is now."""
        shutil.rmtree(self.mirror, ignore_errors=True)
        self.alliance.mirror().rename(self.mirror)

    def fetch(self, *targets: str) -> dict[str, Any]:
        command = [self._node, str(JS / "fetch.cjs"), str(self.folder / "js"), self._address, *targets]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
        return json.loads(done.stdout)

    def targets(self) -> list[str]:
        return list(read(newest(self.mirror, NAME)).signed.targets)


@pytest.fixture
def foreign_client(tmp_path: Path) -> Iterator[Foreign]:
    node = shutil.which("node")
    if not node or not (JS / "node_modules").is_dir():
        missing("tuf-js is not installed (make conformance-setup brings it where npm is)")
    mirror = tmp_path / "served"

    def answer(asked: Asked) -> Said:
        path = mirror / asked.path[1:]
        return Said(path.read_bytes()) if path.is_file() else Said(status=404)

    with serving(answer) as server:
        yield Foreign(tmp_path, node, server.base, mirror)


@pytest.mark.parametrize(("ci", "status"), [("", 0), ("1", 1)])
def test_without_npm_it_is_left_out_but_fails_in_ci(tmp_path: Path, ci: str, status: int) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("dirname", "rm"):
        (tools / name).symlink_to(str(shutil.which(name)))
    command = [str(shutil.which("sh")), str(INSTALL)]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PATH": str(tools), "CI": ci}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (status, "npm is not installed: tuf-js is left out\n")


def test_every_file_of_a_release_comes_as_it_was_signed(foreign_client: Foreign) -> None:
    targets = foreign_client.targets()
    files = foreign_client.fetch(*targets, f"{NAME}/nothing.json")["files"]
    assert files.pop(f"{NAME}/nothing.json") is None
    assert len(files) == len(targets) > 10
    signed = read(newest(foreign_client.mirror, NAME)).signed.targets
    for target, path in files.items():
        signed[target].verify_length_and_hashes(Path(path).read_bytes())


def test_it_follows_releases_and_rotations(foreign_client: Foreign) -> None:
    alliance = foreign_client.alliance
    assert "files" in foreign_client.fetch()
    with alliance.repository.writing():
        proposing.rotate_root(alliance.repository, alliance.public("east", "south"), 2)
    alliance.signed("north", "south", "east")
    assert set(alliance.accept()) == {"root", "targets"}
    alliance.delegate(NAME, ("east", "south"), 2, by=("east", "south"))
    changed(foreign_client.folder / "list", withdrawn=[3])
    assert alliance.release(foreign_client.folder / "list", "east", "south") == (NAME,)
    foreign_client.bring()
    (path,) = foreign_client.fetch(f"{NAME}/current.json")["files"].values()
    assert json.loads(Path(path).read_bytes())["entries"] == 9


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (damage_a_file, "Expected hash"),
        (serve_the_release_before, "does not match snapshot version 2"),
        (write_the_recall_out, "by 0/2 keys"),
    ],
)
def test_it_refuses_what_a_mirror_changed(foreign_client: Foreign, act: Callable[[Path], None], why: str) -> None:
    changed(foreign_client.folder / "list", withdrawn=[3])
    foreign_client.alliance.release(foreign_client.folder / "list")
    foreign_client.bring()
    act(foreign_client.mirror)
    assert why in foreign_client.fetch(*foreign_client.targets())["said"]


def test_it_refuses_an_older_release(foreign_client: Foreign) -> None:
    old = foreign_client.folder / "old"
    shutil.copytree(foreign_client.mirror, old)
    changed(foreign_client.folder / "list", withdrawn=[3])
    foreign_client.alliance.release(foreign_client.folder / "list")
    foreign_client.bring()
    assert "files" in foreign_client.fetch(f"{NAME}/current.json")
    shutil.rmtree(foreign_client.mirror)
    old.rename(foreign_client.mirror)
    assert foreign_client.fetch(f"{NAME}/current.json")["error"] == "BadVersionError"


def test_it_refuses_a_release_of_one_stolen_key(foreign_client: Foreign) -> None:
    changed(foreign_client.folder / "list", range(10, 20))
    foreign_client.alliance.release(foreign_client.folder / "list", "north")
    forced(foreign_client.alliance)
    foreign_client.bring()
    assert "by 1/2 keys" in foreign_client.fetch(f"{NAME}/current.json")["said"]
