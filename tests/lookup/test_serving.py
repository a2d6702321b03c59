"""The processes of the service: several answer, a killed one is replaced, what it answered is kept, and they end."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.lookup.lists import OWN, entry, sha256, write_lists
from tests.lookup.service import until

from vaern.lookup.callers import FILE, Callers, make_key, write
from vaern.lookup.spool import FOLDER, Answered, read, waiting
from vaern.matching import publish

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.once
WORKERS = 2


class Served:
    """A service as the command starts it."""

    def __init__(self, lists: Path) -> None:
        write_lists(lists)
        self.lists = lists
        self.key, caller = make_key()
        caller = msgspec.structs.replace(caller, lists=("*",), per_second=100_000, per_day=1000)
        write(lists / FILE, Callers(callers=(caller,)))
        program = str(Path(sys.executable).with_name("vaern"))
        command = [
            program,
            "lookup",
            "serve",
            "--lists",
            str(lists),
            "--bind",
            "127.0.0.1:0",
            "--workers",
            str(WORKERS),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        said = self.process.stdout.readline()
        assert "ready" in said, said
        self.port = int(said.partition("127.0.0.1:")[2].split()[0])

    def ask(self, name: str) -> tuple[int, dict]:
        body = msgspec.json.encode({"signals": [{"kind": "sha256", "value": sha256(name).hex()}]})
        headers = {"authorization": f"Bearer {self.key}", "content-type": "application/json"}
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("POST", "/api/lookups", body, headers)
            answer = connection.getresponse()
            return answer.status, msgspec.json.decode(answer.read())

    def workers(self) -> set[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return {int(process) for process in children.split()}

    def kept(self) -> set[str]:
        records = [one for path in waiting(self.lists / FOLDER) for one in read(path).records]
        return {one.call for one in records if isinstance(one, Answered)}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    found = Served(tmp_path)
    yield found
    with found.process:
        found.process.terminate()


def test_a_killed_process_is_replaced_and_nothing_that_it_answered_is_lost(served: Served) -> None:
    before = served.workers()
    assert len(before) == WORKERS
    told = set()
    for victim in sorted(before):
        for _ in range(20):
            with contextlib.suppress(OSError, http.client.HTTPException):  # the connection of one that is killed
                status, answer = served.ask("two views")
                assert status == 200
                told.add(answer["call"])
        os.kill(victim, signal.SIGKILL)
    assert told <= served.kept()
    until(lambda: len(served.workers() - before) == WORKERS)

    def answers() -> bool:
        with contextlib.suppress(OSError):
            return served.ask("two views")[0] == 200
        return False

    until(answers)


def test_all_processes_take_up_a_change_and_share_the_bounds(served: Served) -> None:
    publish(served.lists / "known", [entry("new", OWN)], name="known", release="r2")
    until(lambda: all(served.ask("new")[1]["results"][0].get("hits") for _ in range(10)))
    statuses = []
    while 429 not in statuses:
        statuses.append(served.ask("x")[0])
    assert statuses.count(200) <= 1000, "a thousand signals a day, whichever process answers"
    assert {served.ask("x")[0] for _ in range(10)} == {429}


def test_they_end_when_they_are_told_to(served: Served) -> None:
    workers = served.workers()
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(30) == 0
    until(lambda: not any(Path(f"/proc/{one}").exists() for one in workers))
    with pytest.raises(OSError, match="refused"):
        served.ask("x")


def test_they_end_with_the_first_that_is_killed(served: Served) -> None:
    workers = served.workers()
    served.process.kill()
    until(lambda: not any(Path(f"/proc/{one}").exists() for one in workers))


AT_ONCE = """
import os, signal, sys
from pathlib import Path
from vaern.lookup.serving import Place, serve

first, (_, lists, whose, number) = os.getpid(), sys.argv
os.register_at_fork(**{whose: lambda: os.kill(first, int(number))})
serve(Place(Path(lists), "127.0.0.1", 0), 2, print)
"""
"""A service whose first process gets a signal the moment it and a new one part, before either does anything else."""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("whose", ["after_in_parent", "after_in_child"])
def test_they_end_when_they_are_told_to_while_one_starts(tmp_path: Path, whose: str, number: int) -> None:
    """In the moments that a signal meets by chance: none is left that answers, and nobody waits for it."""
    write_lists(tmp_path)
    command = [sys.executable, "-c", AT_ONCE, str(tmp_path), whose, str(int(number))]
    with subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.wait(60) == (0 if number == signal.SIGTERM else -number)

            def gone() -> bool:
                try:
                    os.killpg(process.pid, 0)
                except ProcessLookupError:
                    return True
                return False

            until(gone)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    program = str(Path(sys.executable).with_name("vaern"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        command = [program, "lookup", "serve", "--lists", str(tmp_path), "--bind", bind]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "cannot be listened on" in done.stderr
