"""A cluster finds what one machine finds, byte for byte and in the order of the list, whatever is lost meanwhile."""

from __future__ import annotations

import io
import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest
from tests.cluster.conftest import scanned
from tests.scanning.conftest import NO_LISTS, QUICK

from vaern.cluster import shares
from vaern.cluster.crew import Cluster
from vaern.cluster.database import Database
from vaern.cluster.folder import Folder
from vaern.cluster.machine import Machine
from vaern.cluster.places import ATTEMPTS
from vaern.scanning import Refusal, scan
from vaern.scanning.record import read_run
from vaern.scanning.sources import Folders
from vaern.scanning.tasks import CHANGED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vaern.cluster.places import Lease, Place

pytestmark = pytest.mark.once

MACHINE = """
import sys
from vaern.cluster.machine import Machine
from vaern.cluster.naming import place_of
Machine(place_of(sys.argv[1]), 1).run(stay=True)
"""
SCAN = """
import sys
from pathlib import Path
from tests.cluster.conftest import scanned
from vaern.cluster import crew, shares
from vaern.cluster.folder import Folder
from vaern.scanning import pipeline
from vaern.scanning.sources import Folders
shares.FIRST_THINGS = shares.THINGS = 3
crew._LOOK_SECONDS = 0.05
pipeline._BATCH = crew._RECORDS = 1
out = Path(sys.argv[2])
scanned(out, Folders([Path(sys.argv[1])]), Folder(Path(sys.argv[3])), resume=(out / "run.json").exists())
"""


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many shares, and soon a look at who is lost."""
    monkeypatch.setattr(shares, "FIRST_THINGS", 3)
    monkeypatch.setattr(shares, "THINGS", 3)
    monkeypatch.setattr("vaern.cluster.crew._LOOK_SECONDS", 0.05)


@contextmanager
def machines(place: Place, number: int) -> Iterator[list[Machine]]:
    """Machines that take part, each in a thread of this process."""
    stop = threading.Event()
    made = [Machine(place, 1, stop=stop) for _ in range(number)]
    threads = [threading.Thread(target=machine.run, kwargs={"stay": True}) for machine in made]
    for thread in threads:
        thread.start()
    try:
        yield made
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def lines(out: Path) -> list[bytes]:
    return (out / "findings.jsonl").read_bytes().splitlines()


@pytest.fixture(params=["folder", "database"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "folder":
        (tmp_path / "place").mkdir()
        yield Folder(tmp_path / "place")
        return
    with closing(Database(request.getfixturevalue("database"))) as place:
        yield place


def test_machines_find_what_one_finds_in_the_order_of_the_list(
    place: Place, tree: Path, whole: list[bytes], tmp_path: Path
) -> None:
    with machines(place, 2):
        summary = scanned(tmp_path / "out", Folders([tree]), place)
    assert summary.finished
    assert lines(tmp_path / "out") == whole
    one, ours = read_run(tmp_path / "whole" / "run.json"), read_run(tmp_path / "out" / "run.json")
    assert (ours.verdicts, ours.files, ours.members, ours.bytes) == (one.verdicts, one.files, one.members, one.bytes)
    assert (ours.versions, ours.sandbox) == (one.versions, one.sandbox)
    assert not place.jobs()


def test_processes_of_this_machine_are_a_cluster(tree: Path, whole: list[bytes], tmp_path: Path) -> None:
    scanned(tmp_path / "out", Folders([tree]), Folder(tmp_path / "shares"), local=2)
    assert lines(tmp_path / "out") == whole
    assert not (tmp_path / "shares").exists()


def test_a_tree_without_anything_for_a_worker_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "link").symlink_to("nowhere")
    (tmp_path / "place").mkdir()
    with machines(Folder(tmp_path / "place"), 1):
        summary = scanned(tmp_path / "out", Folders([tmp_path / "tree"]), Folder(tmp_path / "place"))
    assert (summary.files, summary.finished, summary.skipped) == (1, True, {"inode/symlink": 1})


def started(place: object, program: str = MACHINE, *words: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", program, *map(str, words), str(place)], stderr=subprocess.PIPE)


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 20))])
def test_machines_that_are_killed_lose_nothing(tree: Path, whole: list[bytes], tmp_path: Path, seed: int) -> None:
    chance, place = random.Random(seed), Folder(tmp_path / "place")
    place.path.mkdir()
    running = [started(place.path) for _ in range(2)]
    ended = threading.Event()

    def kill() -> None:
        for _ in range(4):
            if ended.wait(chance.uniform(0.1, 1.5)):
                return
            victim = running.pop(0)
            victim.kill()
            victim.communicate()
            running.append(started(place.path))

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        scanned(tmp_path / "out", Folders([tree]), place, lease=1.0)
    finally:
        ended.set()
        killer.join()
        for machine in running:
            machine.kill()
            machine.communicate()
    assert lines(tmp_path / "out") == whole


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 20))])
def test_a_scan_that_is_killed_goes_on_where_it_was(tree: Path, whole: list[bytes], tmp_path: Path, seed: int) -> None:
    chance, place, out = random.Random(seed), Folder(tmp_path / "place"), tmp_path / "out"
    place.path.mkdir()
    total = sum(len(line) + 1 for line in whole)
    with machines(place, 1):
        for size in sorted(chance.randint(0, total - 1) for _ in range(chance.randint(1, 3))):
            with subprocess.Popen([sys.executable, "-c", SCAN, str(tree), str(out), str(place.path)]) as running:
                while running.poll() is None:
                    if (out / "findings.jsonl").exists() and (out / "findings.jsonl").stat().st_size >= size:
                        running.kill()
                        break
                    time.sleep(0.001)
        scanned(out, Folders([tree]), place, resume=(out / "run.json").exists())
    assert lines(out) == whole
    assert not place.jobs()


def test_a_machine_that_was_asleep_for_too_long_has_lost_its_shares(
    tree: Path, whole: list[bytes], tmp_path: Path
) -> None:
    place = Folder(tmp_path / "place")
    place.path.mkdir()
    asleep = started(place.path)
    slept = threading.Event()

    def sleep() -> None:
        while not list(place.path.glob("*/leased/*")):
            time.sleep(0.001)
        asleep.send_signal(signal.SIGSTOP)
        slept.set()

    sleeper = threading.Thread(target=sleep)
    sleeper.start()

    def help_out() -> None:
        slept.wait()
        with machines(place, 1):
            done.wait()

    done = threading.Event()
    helper = threading.Thread(target=help_out)
    helper.start()
    try:
        scanned(tmp_path / "out", Folders([tree]), place, lease=0.5)
    finally:
        done.set()
        helper.join()
        sleeper.join()
        asleep.send_signal(signal.SIGCONT)
        asleep.kill()
        asleep.communicate()
    assert lines(tmp_path / "out") == whole


def test_a_share_that_ends_every_machine_ends_the_scan_with_its_names(tree: Path, tmp_path: Path) -> None:
    place, lost = Folder(tmp_path / "place"), 0
    place.path.mkdir()
    ended = threading.Event()

    def lose() -> None:
        nonlocal lost
        while not ended.wait(0.001):
            for taken in place.jobs():
                lost += taken.lease(f"machine-{lost}") is not None

    loser = threading.Thread(target=lose)
    loser.start()
    try:
        with pytest.raises(Refusal, match=rf"^{ATTEMPTS} machines were lost while they read from .*tree/.* to "):
            scanned(tmp_path / "out", Folders([tree]), place, lease=0.0)
    finally:
        ended.set()
        loser.join()
    assert lost >= ATTEMPTS


def test_a_result_that_is_damaged_is_read_again(tree: Path, whole: list[bytes], tmp_path: Path) -> None:
    place, damaged = Folder(tmp_path / "place"), 0
    place.path.mkdir()

    def damage() -> None:
        nonlocal damaged
        while damaged < 3:
            for job in place.jobs():
                if (lease := job.lease("damaging-1-a")) is not None:
                    job.finish(lease, io.BytesIO(os.urandom(100)))
                    damaged += 1
        with machines(place, 1):
            ended.wait()

    ended = threading.Event()
    damaging = threading.Thread(target=damage)
    damaging.start()
    scanned(tmp_path / "out", Folders([tree]), place)
    ended.set()
    damaging.join()
    assert lines(tmp_path / "out") == whole


def test_a_scan_that_is_stopped_hands_out_nothing_until_it_goes_on(
    tree: Path, whole: list[bytes], tmp_path: Path
) -> None:
    place, stop, out = Folder(tmp_path / "place"), threading.Event(), tmp_path / "out"
    place.path.mkdir()

    def hold() -> None:
        """Keep the second share, so that the scan cannot end, and stop it once something was found."""
        leases: list[Lease] = []
        while len(leases) < 2:
            leases += [lease for job in place.jobs() if (lease := job.lease("holding-1-a"))]
        (job,) = place.jobs()
        job.give_back(leases[0])
        with machines(place, 1):
            while not lines(out):
                time.sleep(0.001)
            stop.set()
        job.give_back(leases[1])

    holding = threading.Thread(target=hold)
    holding.start()
    assert not scanned(out, Folders([tree]), place, stop=stop).finished
    holding.join()
    (job,) = place.jobs()
    assert not job.is_open
    assert job.lease("another-1-a") is None
    part = lines(out)
    assert part == whole[: len(part)]
    assert len(part) < len(whole)
    with machines(place, 1):
        assert scanned(out, Folders([tree]), place, resume=True).finished
    assert lines(out) == whole


def test_a_place_that_cannot_be_cleared_is_told_and_costs_nothing(
    tree: Path, whole: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where another user runs one of the machines."""
    place, said = Folder(tmp_path / "place"), list[str]()
    place.path.mkdir()
    monkeypatch.setattr("vaern.cluster.folder._TRIES", 0)
    with machines(place, 1):
        scan([tree], NO_LISTS, tmp_path / "out", QUICK, crew=lambda work: Cluster(work, place, 60.0, note=said.append))
    assert lines(tmp_path / "out") == whole
    assert said[-1].endswith("cannot be deleted: delete it by hand, and run all machines as one user")


def test_an_archive_that_changed_between_two_sessions_is_marked(tree: Path, tmp_path: Path) -> None:
    place, out = Folder(tmp_path / "place"), tmp_path / "out"
    place.path.mkdir()
    with machines(place, 1):
        scanned(out, Folders([tree / "05.zip"]), place)
        before = lines(out)
        (out / "findings.jsonl").write_bytes(b"".join(line + b"\n" for line in before[:3]))
        scanned(out, Folders([tree / "05.zip"]), place, resume=True)
        assert lines(out) == before
        (out / "findings.jsonl").write_bytes(b"".join(line + b"\n" for line in before[:3]))
        os.utime(tree / "05.zip", (1, 1))
        scanned(out, Folders([tree / "05.zip"]), place, resume=True)
    assert lines(out)[:3] == before[:3]
    assert len(lines(out)) == len(before)
    assert CHANGED in lines(out)[-1].decode()


def test_a_machine_with_other_decoders_ends_the_scan(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, versions = Folder(tmp_path / "place"), iter([{"pillow": "1"}, {"pillow": "2"}] * 20)
    place.path.mkdir()
    header = "vaern.cluster.machine.Header"
    from vaern.cluster.results import Header

    monkeypatch.setattr(
        header, lambda share, machine, program, _, layers: Header(share, machine, program, next(versions), layers)
    )
    with machines(place, 1), pytest.raises(Refusal, match=r"has other versions of what decodes \(pillow\)"):
        scanned(tmp_path / "out", Folders([tree]), place)


def test_a_machine_that_lacks_what_is_scanned_says_so(tree: Path, tmp_path: Path) -> None:
    place = Folder(tmp_path / "place")
    place.path.mkdir()
    running = started(place.path)
    source = Folders([tree])
    source.places = [str(tmp_path / "elsewhere")]
    stop = threading.Event()
    scanning = threading.Thread(target=scanned, args=(tmp_path / "out", source, place), kwargs={"stop": stop})
    scanning.start()
    try:
        said = running.communicate(timeout=60)[1].decode()
    finally:
        running.kill()
        stop.set()
        scanning.join()
    assert "elsewhere is not on this machine: mount it where the machine has it that runs the scan" in said
