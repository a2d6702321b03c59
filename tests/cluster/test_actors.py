"""Machines that Ray runs find what one machine finds; whoever else is on the network does not reach them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.scanning.conftest import NO_LISTS, QUICK

from vaern.cluster import shares
from vaern.cluster.actors import check_closed, ray_machines
from vaern.cluster.crew import Cluster
from vaern.cluster.folder import Folder
from vaern.cluster.processes import LEASE
from vaern.scanning import Refusal, scan
from vaern.scanning.sources import Folders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vaern.cluster.processes import Processes
    from vaern.scanning import Progress
    from vaern.scanning.crews import Work
    from vaern.scanning.walk import Item

pytestmark = pytest.mark.once
pytest.importorskip("ray", reason="needs the extra `ray`")

TOKEN = "0123456789abcdef" * 4  # of a Ray that lives for one test
RAY = (sys.executable, "-m", "ray.scripts.scripts")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many shares."""
    monkeypatch.setattr(shares, "FIRST_THINGS", 3)
    monkeypatch.setattr(shares, "THINGS", 3)


class Halved(Cluster):
    """A cluster to which the second half of a list comes when `go_on` says so, as from a slow store."""

    go_on: Callable[[], object]

    def items(self) -> Iterator[Item | None]:
        items = list(super().items())
        half = len(items) // 2
        yield from items[:half]
        while not self.go_on():
            yield None
        yield from items[half:]


def found(
    tree: Path,
    machines: Processes,
    place: Path,
    out: Path,
    *,
    tell: Callable[[Progress], None] = lambda _: None,
    go_on: Callable[[], object] = lambda: True,
) -> list[bytes]:
    """What these machines find in a tree."""

    def hire(work: Work) -> Cluster:
        cluster = Halved(work, Folder(place), LEASE, machines)
        cluster.go_on = go_on
        return cluster

    summary = scan(Folders([tree]), NO_LISTS, out, QUICK, tell, crew=hire)
    assert summary.finished
    return (out / "findings.jsonl").read_bytes().splitlines()


def processes(word: str) -> dict[int, str]:
    """Numbers and commands of the processes in whose command or environment a word is."""
    seen = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            environment = (folder / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if command and (word in command or word in environment):
            seen[int(folder.name)] = command
    return seen


def listening(pids: set[int]) -> set[str]:
    """The addresses on which these processes listen, as /proc writes them."""
    inodes = set()
    for pid in pids:
        for one in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                inodes.add(one.readlink().name)
            except OSError:
                continue
    rows = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    return {row[1].partition(":")[0] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in inodes}


def until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "waited for a minute"
        time.sleep(0.05)


def test_a_ray_of_its_own_finds_what_one_machine_finds_though_machines_die(
    tree: Path, whole: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = f"VAERN_TEST_{os.getpid()}_{time.monotonic_ns()}"
    monkeypatch.setenv(mark, "1")  # whatever Ray starts inherits it
    place, seen, killed = tmp_path / "shares", set[str](), []

    def look(_: Progress) -> None:
        theirs = processes(f"{mark}=1")
        theirs.pop(os.getpid(), None)
        seen.update(listening(set(theirs)))
        readers = [pid for pid, command in theirs.items() if "ray::Reader" in command]
        if readers and not killed:
            killed.append(readers[0])
            os.kill(readers[0], signal.SIGKILL)

    machines = ray_machines(str(place), 2)
    assert found(tree, machines, place, tmp_path / "out", tell=look, go_on=lambda: killed) == whole
    assert seen <= {"0100007F", "0000000000000000FFFF00000100007F"}, "it listens for this machine alone"
    assert seen
    assert not place.exists()
    until(lambda: not processes(f"{mark}=1").keys() - {os.getpid()})


@contextmanager
def running(folder: Path, *, mode: str, where: str) -> Iterator[str]:
    """A Ray that somebody started: its address."""
    with socket.create_server((where, 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "RAY_AUTH_MODE": mode, "RAY_AUTH_TOKEN": TOKEN, "RAY_USAGE_STATS_ENABLED": "0"}
    words = ["start", "--head", "--block", f"--port={port}", f"--node-ip-address={where}", "--num-cpus=2"]
    words += ["--include-dashboard=false", "--object-store-memory=80000000", f"--temp-dir={folder}"]
    with subprocess.Popen(
        [*RAY, *words], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as head:
        try:
            status = [*RAY, "status", "--address", f"{where}:{port}"]
            until(lambda: not subprocess.run(status, env=environment, capture_output=True, check=False).returncode)
            yield f"{where}:{port}"
        finally:
            head.terminate()
            try:
                head.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(head.pid, signal.SIGKILL)


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder of a short name, in which sockets may lie."""
    with tempfile.TemporaryDirectory(prefix="ray-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def outside() -> str:
    """The address of this machine on a network that is not loopback."""
    said = subprocess.run(["/usr/bin/hostname", "-I"], capture_output=True, text=True, check=False).stdout
    found = [word for word in said.split() if ":" not in word]
    if not found:
        pytest.skip("this machine is on no network")
    return found[0]


def test_a_ray_that_runs_already_and_asks_for_a_token_reads(
    tree: Path, whole: list[bytes], tmp_path: Path, short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(short, mode="token", where=outside()) as address:
        monkeypatch.setenv("RAY_AUTH_TOKEN", "f" * 64)
        with pytest.raises(Refusal, match="does not answer, or not to the token"):
            check_closed(address)
        monkeypatch.setenv("RAY_AUTH_TOKEN", TOKEN)
        place = tmp_path / "place"
        place.mkdir()
        lines = found(tree, ray_machines(str(place), 0, address=address), place, tmp_path / "out")
    assert lines == whole
    assert place.is_dir()
    assert not list(place.iterdir())


def test_a_ray_that_lets_in_everybody_is_refused(tree: Path, tmp_path: Path, short: Path) -> None:
    (tmp_path / "place").mkdir()
    with running(short, mode="disabled", where=outside()) as address:
        machines = ray_machines(str(tmp_path / "place"), 1, address=address)
        with pytest.raises(Refusal, match="lets in whoever reaches it, without a token"):
            found(tree, machines, tmp_path / "place", tmp_path / "out")


def test_what_a_machine_lacks_is_said_in_a_sentence(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ray.py").write_text("raise ImportError\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(Refusal, match=r"Ray is not installed; install it by: pip install 'vaern\[ray\]'"):
        found(tree, ray_machines(str(tmp_path / "s"), 1), tmp_path / "s", tmp_path / "out")
