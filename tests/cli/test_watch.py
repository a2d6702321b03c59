"""`vaern watch` as a user meets it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.once
VAERN = (sys.executable, "-c", "from vaern.cli.main import main; main()")


@pytest.fixture
def known(tmp_path: Path) -> Path:
    """A list with the SHA-256 of `abc`."""
    source = tmp_path / "known.csv"
    source.write_text("id,sha256\nK1,ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n")
    words = ["lists", "build", tmp_path / "known", "--from", source, "--release", "1"]
    subprocess.run([*VAERN, *map(str, words)], check=True, capture_output=True)
    return tmp_path / "known"


@contextmanager
def watching(*words: object, **more: object) -> Iterator[subprocess.Popen[str]]:
    command = [*VAERN, "watch", *map(str, words), "--every", "1", "--jobs", "1", "--json", "--progress", "none"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more) as running:  # type: ignore[call-overload]
        try:
            yield running
        finally:
            running.kill()


def put(folder: Path, name: str, content: bytes) -> None:
    """A file that was written long ago."""
    (folder / name).write_bytes(content)
    os.utime(folder / name, (len(content), len(content)))


def told(running: subprocess.Popen[str]) -> tuple[str, str]:
    assert running.stdout
    line = json.loads(running.stdout.readline())
    return Path(line["media"]["name"]).name, line["verdict"]


def test_what_comes_into_a_folder_is_found_once_also_after_a_kill(known: Path, tmp_path: Path) -> None:
    inbox, out = tmp_path / "inbox", tmp_path / "R"
    inbox.mkdir()
    put(inbox, "first", b"abc")
    words = (inbox, "--list", known, "--out", out)
    with watching(*words) as running:
        assert told(running) == ("first", "known")
        put(inbox, "second", b"something else")
        assert told(running) == ("second", "not media")
        running.kill()
    put(inbox, "third", b"ab")
    with watching(*words) as running:
        assert [told(running) for _ in range(3)] == [
            ("first", "known"),
            ("second", "not media"),
            ("third", "not media"),
        ]
        put(inbox, "third", b"abc")
        assert told(running) == ("third", "known")
        running.send_signal(signal.SIGINT)
        rest, said = running.communicate(timeout=60)
        assert (rest, running.returncode) == ("", 3)
        assert "4 files" in said
    assert (out / "report.html").exists()
    assert json.loads((out / "run.json").read_text())["complete"] is True


def test_names_on_standard_input_are_read_as_they_come(known: Path, tmp_path: Path) -> None:
    put(tmp_path, "a\nb", b"abc")
    put(tmp_path, "c", b"x")
    words = ("-", "--null", "--list", known, "--out", tmp_path / "R")
    with watching(*words, stdin=subprocess.PIPE) as running:
        assert running.stdin
        running.stdin.write(f"{tmp_path}/a\nb\0")
        running.stdin.flush()
        assert told(running)[1] == "known"
        running.stdin.write(f"{tmp_path}/c\0")
        running.stdin.close()
        running.stdin = None
        rest, said = running.communicate(timeout=60)
    assert json.loads(rest)["media"]["name"] == f"{tmp_path}/c"
    assert running.returncode == 3, said


def test_what_is_named_wrongly_is_said(known: Path, tmp_path: Path) -> None:
    for words, error in (
        (["-", tmp_path], "- stands alone: all names come on standard input"),
        ([tmp_path / "missing"], "name a folder or file that exists"),
        (["s3://bucket", tmp_path], "a watch is of folders and files, or of one prefix of one store"),
    ):
        with watching(*words, "--list", known, "--out", tmp_path / "R") as running:
            assert error in running.communicate(timeout=60)[1]
            assert running.returncode == 2
