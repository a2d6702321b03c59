"""`vaern gate` as an operator and a program call it."""

from __future__ import annotations

import contextlib
import http.client
import json
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.cli.conftest import command, run
from tests.gate.gates import ALIKE, KNOWN, NEW, write_lists

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.once

BROKEN = b"\x89PNG\r\n\x1a\n" + bytes(100)
FILES = {"known": KNOWN, "alike": ALIKE, "new": NEW, "broken": BROKEN}


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lists")
    write_lists(folder)
    for name, data in FILES.items():
        (folder / f"{name}.file").write_bytes(data)
    return folder


@contextlib.contextmanager
def served(lists: Path, *more: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A gate as the command starts it, and its address."""
    words = command("gate", "serve", "--list", lists / "known", "--bind", "127.0.0.1:0", "--workers", 1, *more)
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            said = process.stderr.readline()
            assert "ready" in said, said
            yield process, said.split()[4]
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def address(lists: Path) -> Iterator[str]:
    with served(lists) as (_process, found):
        yield found


@pytest.mark.parametrize(("name", "status"), [("known", 3), ("alike", 3), ("new", 0), ("broken", 4)])
def test_a_file_is_checked_alike_here_and_by_a_gate_that_runs(
    lists: Path, address: str, name: str, status: int
) -> None:
    file = lists / f"{name}.file"
    here = run("gate", "check", file, "--list", lists / "known", "--json")
    there = run("gate", "check", file, "--gate", address, "--json")
    assert here.returncode == there.returncode == status
    assert json.loads(here.stdout) == json.loads(there.stdout)
    assert json.loads(here.stdout)["store"] == (status == 0)


@pytest.mark.parametrize(("choice", "status"), [("deny", 2), ("allow", 0)])
def test_where_no_gate_answers_a_file_goes_by_what_was_chosen(lists: Path, choice: str, status: int) -> None:
    done = run("gate", "check", lists / "new.file", "--gate", "http://127.0.0.1:9", "--on-error", choice, "--json")
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (status, "unasked")


def test_it_writes_evidence_takes_its_port_alone_and_ends_when_told(lists: Path) -> None:
    with served(lists) as (process, address):
        place = address.removeprefix("http://")
        second = run("gate", "serve", "--list", lists / "known", "--bind", place)
        assert second.returncode == 2
        assert "cannot be listened on" in second.stderr
        with contextlib.closing(http.client.HTTPConnection(place, timeout=60)) as connection:
            for data, status in ((KNOWN, 403), (NEW, 200)):
                connection.request("POST", "/v1/pict-rs", data)
                answer = connection.getresponse()
                answer.read()
                assert answer.status == status
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert [json.loads(line)["verdict"] for line in out.splitlines()] == ["match"]
    assert (process.returncode, err.strip()) == (0, "Stopped.")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "give --list, or --node with --key-file"),
        (("--node", "https://node.example"), "give --list, or --node with --key-file"),
        (("--list", "known", "--bind", "0.0.0.0:0"), "--beyond-this-machine"),
        (("--list", "known", "--bind", "nowhere"), "no place to listen"),
    ],
)
def test_what_cannot_be_meant_is_refused(lists: Path, words: tuple[str, ...], says: str) -> None:
    done = run("gate", "serve", *(lists / word if word == "known" else word for word in words))
    assert done.returncode == 2
    assert says in done.stderr
