"""What a killed restore leaves: found by its free lock, said, and cleared away with its server; nothing else is."""

from __future__ import annotations

import signal
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from pyrage import x25519
from tests.node.operations.nodes import VAERN, Node, alive, clean_environment, vaern, wait_until

from vaern.node.operations.unfinished import building, clear
from vaern.node.runtime.embedded import Embedded

KEY = x25519.Identity.generate()


@pytest.fixture
def place(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=folder))


def names(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir())


MOMENTS = [
    pytest.param(".", marks=pytest.mark.slow, id="a folder"),
    pytest.param("database.new/base", marks=pytest.mark.slow, id="half a database"),
    pytest.param("database/postmaster.pid", marks=pytest.mark.slow, id="a server that starts"),
    pytest.param("keys/secret", marks=pytest.mark.slow, id="a server and keys"),
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_what_a_killed_restore_left_is_cleared_by_the_next_one(moment: str, fresh: Path, place: Path) -> None:
    (place / "key").write_text(f"{KEY}\n")
    made = vaern("backup", "--home", fresh, "--to", str(KEY.to_public()), place / "node.age")
    assert made.returncode == 0, made.stderr
    command = ["restore", place / "node.age", "--home", place / "new", "--identity", place / "key"]
    process = subprocess.Popen([*VAERN, *map(str, command)], env=clean_environment(), stdout=-3, stderr=-3)
    wait_until(lambda: any((path / moment).exists() for path in place.glob(".new.*")))
    process.send_signal(signal.SIGKILL)
    process.wait()
    (left,) = place.glob(".new.*")
    server = Embedded(left / "database").pid() if moment == "keys/secret" else None
    assert server is None or alive(server), "it was started to outlive its client"
    done = vaern(*command)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == f"A restore was stopped before its end: {left} was removed."
    assert server is None or not alive(server)
    assert names(place) == ["key", "new", "node.age"]


@pytest.mark.slow
def test_a_start_clears_it_too(own_node: Node) -> None:
    left = own_node.home.with_name(f".{own_node.home.name}.restoring-12345")
    (left / "keys").mkdir(parents=True)
    own_node.start()
    assert f"{left} was removed." in own_node.log.read_text()
    assert not left.exists()


def test_a_restore_that_goes_on_is_left_alone(place: Path) -> None:
    said: list[str] = []
    with building(place / "new") as folder:
        assert clear(place / "new", said.append) == 0
        assert folder.exists()
        assert folder.stat().st_mode & 0o077 == 0
    assert names(place) == []
    with building(place / "new") as folder:
        folder.rename(place / "new")  # as at its end
    assert names(place) == ["new"]
    assert clear(place / "new", said.append) == 0
    assert said == []


NAMES = st.sampled_from(["new", ".new", ".new.restoring", ".newer.restoring-1", ".new.restoring-", ".new.restoring-a"])


@pytest.mark.once
@given(found=st.dictionaries(NAMES, st.sampled_from(["folder", "file", "link"])))
@how(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_only_folders_of_that_name_are_cleared(folder: Path, found: dict[str, str]) -> None:
    place = Path(tempfile.mkdtemp(dir=folder))
    mine = Path(tempfile.mkdtemp(dir=folder))
    (mine / "kept").write_text("mine")
    for name, kind in found.items():
        if kind == "folder":
            (place / name / "database").mkdir(parents=True)
            (place / name / "inside").symlink_to(mine)
        elif kind == "file":
            (place / name).write_text("mine")
        else:
            (place / name).symlink_to(mine)
    said: list[str] = []
    gone = [n for n, kind in found.items() if n.startswith(".new.restoring-") and kind == "folder"]
    assert clear(place / "new", said.append) == len(gone) == len(said)
    assert set(names(place)) == found.keys() - set(gone)
    assert names(mine) == ["kept"]


def test_where_there_is_nothing_beside_there_is_nothing_to_clear(place: Path) -> None:
    assert clear(place / "not" / "there", pytest.fail) == 0
