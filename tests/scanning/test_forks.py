"""Workers are forked from a process that loaded once: one dies alone, and none outlives those above it."""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.scanning.conftest import MISBEHAVING, QUICK
from tests.scanning.trees import encoded, picture

from vaern.hashing import HashOptions, hash_file
from vaern.scanning import Refusal, forks, hash_paths
from vaern.scanning.pool import Pool
from vaern.scanning.process import WORKER, ForkServer
from vaern.scanning.tasks import SMALL

pytestmark = pytest.mark.once

ECHO = """
import os, signal, socket, sys
from vaern.scanning import forks

def work(channel):
    open_now = sorted(os.listdir("/proc/self/fd"))
    channel.sendall(f"{os.getpid()} {os.getppid()} {len(open_now)}\\n".encode())
    while word := channel.recv(100):
        if word == b"fall":
            raise ValueError("it fell")
        if word == b"loop":
            while True:
                pass
        os._exit(int(word))

with socket.socket(fileno=int(sys.argv[1])) as control:
    forks.fork_workers(control, work)
"""
"""Workers that tell their number and their parent's, and then do as they are told."""


class Worker:
    def __init__(self, server):
        self.server = server
        self.channel, theirs = socket.socketpair()
        with theirs:
            self.number = server.fork(theirs)
        self.channel.settimeout(60)

    def hears(self):
        self.process, self.parent, self.descriptors = map(int, self.channel.recv(100).split())
        return self


@pytest.fixture
def server():
    server = ForkServer((sys.executable, "-c", ECHO))
    yield server
    server.end()


@pytest.fixture
def fork(server):
    """Start a worker that has told what it is."""
    with ExitStack() as channels:

        def start():
            worker = Worker(server)
            channels.enter_context(worker.channel)
            return worker

        yield start


def is_gone(process):
    """Whether a process that was there is there no more."""
    return select.select([process], [], [], 60)[0] != []


def test_all_are_forked_from_one_and_hold_nothing_of_each_other(server, fork):
    workers = [fork() for _ in range(20)]
    for worker in workers:
        worker.hears()
    assert {worker.parent for worker in workers} == {server._process.pid}
    assert len({worker.process for worker in workers}) == 20
    assert len({worker.descriptors for worker in workers}) == 1


@pytest.mark.parametrize(("word", "status"), [(b"0", 0), (b"7", 7), (b"fall", forks.FAILED)])
def test_the_end_of_one_is_told_with_its_status_and_is_no_others(server, fork, word, status):
    one, other = fork().hears(), fork().hears()
    one.channel.sendall(word)
    assert server.status(one.number, 60) == status
    assert server.status(other.number, 0) is None
    assert ("ValueError: it fell" in server.complaint()) == (word == b"fall")
    other.channel.sendall(b"3")
    assert server.status(other.number, 60) == 3
    assert not server.is_gone


def test_one_that_does_not_listen_is_killed(server, fork):
    worker = fork().hears()
    worker.channel.sendall(b"loop")
    server.kill(worker.number)
    assert server.status(worker.number, 60) == -signal.SIGKILL
    server.kill(worker.number)  # which is none any more
    assert fork().hears().parent == server._process.pid


@pytest.mark.parametrize("how", ["kill", "hang up", "say no more"])
def test_no_worker_outlives_the_one_that_forked_it(server, fork, how):
    workers = [fork().hears() for _ in range(3)]
    ends = [os.pidfd_open(worker.process) for worker in workers]
    workers[0].channel.sendall(b"loop")
    if how == "kill":
        server._process.kill()
        assert server.status(workers[0].number, 60) == -signal.SIGKILL
        assert server.is_gone
    elif how == "hang up":
        server._control.shutdown(socket.SHUT_RDWR)
    else:
        server._control.shutdown(socket.SHUT_WR)
    assert all(map(is_gone, ends))
    for end in ends:
        os.close(end)


def test_no_worker_outlives_a_parent_that_is_killed(tmp_path):
    """The process that scans is killed; the one that forks ends by that, and its workers with it."""
    code = """
import os, sys
from tests.scanning.test_forks import Worker, ECHO
from vaern.scanning.process import WORKER, ForkServer
from vaern.scanning.tasks import SMALL
server = ForkServer((sys.executable, "-c", ECHO))
worker = Worker(server).hears()
worker.channel.sendall(b"loop")
os.write(1, f"{server._process.pid} {worker.process}".encode())
os.read(0, 1)
"""
    ours, theirs = os.pipe()
    asked, ask = os.pipe()
    child = os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", code],
        {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        file_actions=[(os.POSIX_SPAWN_DUP2, theirs, 1), (os.POSIX_SPAWN_DUP2, asked, 0)],
    )
    os.close(theirs)
    ends = [os.pidfd_open(int(number)) for number in os.read(ours, 100).split()]
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert all(map(is_gone, ends))
    for descriptor in (*ends, ours, asked, ask):
        os.close(descriptor)


def test_a_scan_goes_on_when_what_forks_is_killed(scanned, tmp_path, monkeypatch):
    """Once while files are read, one of which keeps its worker: all workers go with it, and no file is blamed."""
    handle, killed = Pool._assign, []

    def assign(self):
        handle(self)
        if not killed and any(worker.ready and worker.tasks for worker in self._workers):
            killed.append(self._server._process.pid)
            self._server._process.kill()
            self._command = WORKER  # to which a deed is text

    monkeypatch.setattr(Pool, "_assign", assign)
    for name in "abcdefgh":
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "slow").write_bytes(b"MISBEHAVE sleep")
    found, summary = scanned(tmp_path, worker=MISBEHAVING, options=replace(QUICK, jobs=3))
    assert killed
    assert summary.finished
    assert len(found) == 9
    assert not any(finding.media.unreadable for finding in found.values())


def test_no_more_workers_than_files_are_started(tmp_path, monkeypatch):
    started, start = [], Pool._start

    def counted(self):
        started.append(self)
        start(self)

    monkeypatch.setattr(Pool, "_start", counted)
    for name in "ab":
        (tmp_path / name).write_bytes(b"text")
    assert len(list(hash_paths([tmp_path], replace(QUICK, jobs=8), MISBEHAVING))) == 2
    assert len(started) <= 2
    started.clear()
    assert [media.size for media in hash_paths([tmp_path / "a"], replace(QUICK, jobs=8), MISBEHAVING)] == [4]
    assert len(started) == 1


def test_a_file_is_told_before_the_next_is_done(tmp_path, monkeypatch):
    """What small files that are no media give may be told together: the next is large. Its time does not run out."""

    def replaced(*_):
        raise AssertionError("the worker was replaced")

    monkeypatch.setattr(Pool, "_replace", replaced)
    (tmp_path / "a").write_bytes(b"text")
    (tmp_path / "b").write_bytes(b"MISBEHAVE always sleep".ljust(SMALL + 1, b"\n"))
    with closing(hash_paths([tmp_path], QUICK, MISBEHAVING)) as told:
        assert next(told).name == f"{tmp_path}/a"


def test_what_is_told_is_what_hashing_without_workers_tells(tmp_path):
    files = {"a.png": encoded(picture(1)), "b.jpg": encoded(picture(2), "JPEG"), "c.txt": b"text"}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "link").symlink_to("a.png")
    told = {media.name: media for media in hash_paths([tmp_path], replace(QUICK, jobs=2))}
    assert sorted(told) == sorted(f"{tmp_path}/{name}" for name in (*files, "link"))
    for name in files:
        wanted = hash_file(tmp_path / name, HashOptions(orientations=1))
        assert told[f"{tmp_path}/{name}"].signals == wanted.signals
    assert told[f"{tmp_path}/link"].mime == "inode/symlink"


def test_what_cannot_be_hashed_is_refused(tmp_path):
    with pytest.raises(Refusal, match="name a folder or file that exists"):
        list(hash_paths([tmp_path / "none"]))
