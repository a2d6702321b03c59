"""`vaern scan` as a user meets it: exit status, words, the display on a terminal, Ctrl-C and --resume."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from tests.cli.conftest import call_of_the_first_format, command, picture, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result
    from tests.cli.conftest import Cabinet

    Vaern = Callable[..., Result]

pytestmark = pytest.mark.once

FILES = {"findings.jsonl", "findings.csv", "report.html", "run.json"}


@pytest.fixture
def clean(tmp_path: Path, cabinet: Cabinet) -> Path:
    """A folder of which no list knows anything."""
    folder = tmp_path / "clean"
    folder.mkdir()
    shutil.copy(cabinet.media / "4.jpg", folder)
    return folder


def test_a_scan_finds_what_the_lists_know(vaern: Vaern, cabinet: Cabinet, tmp_path: Path) -> None:
    out = tmp_path / "R"
    result = vaern("scan", cabinet.media, "--list", cabinet.known, "--list", cabinet.good, "--out", out)
    assert result.exit_code == 3
    verdicts = dict(re.findall(r"^  ([a-z ]+?) +(\d+)$", result.stdout, re.MULTILINE))
    assert verdicts == {
        "known": "2",
        "near": "2",
        "ignored": "1",
        "new": "3",
        "unreadable": "0",
        "unopened": "0",
        "not media": "2",
    }
    assert "9 files and 1 archive member" in result.stdout
    assert f"The report is {out / 'report.html'}" in result.stdout
    assert {path.name for path in out.iterdir()} == FILES
    assert json.loads((out / "run.json").read_text())["verdicts"] == {
        name: int(number) for name, number in verdicts.items() if number != "0"
    }


def test_a_scan_warns_of_a_list_that_may_have_been_changed(
    vaern: Vaern, cabinet: Cabinet, clean: Path, tmp_path: Path
) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(cabinet.known, changed)
    call_of_the_first_format(changed)
    result = vaern("scan", clean, "--list", changed, "--list", cabinet.good, "--out", tmp_path / "R")
    assert result.exit_code == 0
    (warning,) = [line for line in result.stderr.splitlines() if line.startswith("Warning: nobody can tell")]
    assert str(changed) in warning
    assert warning.endswith("build it again")


def test_the_status_says_what_was_met(vaern: Vaern, cabinet: Cabinet, clean: Path, tmp_path: Path) -> None:
    def status(name: str) -> int:
        return vaern("scan", clean, "--list", cabinet.known, "--out", tmp_path / name, "--jobs", 1).exit_code

    assert status("nothing") == 0
    (clean / "broken.jpg").write_bytes((clean / "4.jpg").read_bytes()[:40])
    assert status("unreadable") == 4
    shutil.copy(cabinet.media / "2.jpg", clean)
    assert status("near wins over unreadable") == 3
    (clean / "2.jpg").unlink()
    shutil.copy(cabinet.media / "1.jpg", clean)
    assert status("known wins over unreadable") == 3


def test_options_reach_the_record(vaern: Vaern, cabinet: Cabinet, clean: Path, tmp_path: Path) -> None:
    asked = {
        "jobs": 1,
        "orientations": 1,
        "frames": 13,
        "distance": 14,
        "min-quality": 15,
        "memory": 1500,
        "seconds": 16,
        "videos": "keyframes",
    }
    words = [word for name, value in asked.items() for word in (f"--{name}", value)]
    assert vaern("scan", clean, "--list", cabinet.known, "--out", tmp_path / "R", *words).exit_code == 0
    record = json.loads((tmp_path / "R" / "run.json").read_text())
    options = record["options"]
    assert asked == {
        **{name: options[name] for name in ("jobs", "orientations", "frames", "videos")},
        "distance": record["distance"],
        "min-quality": record["min_quality"],
        "memory": options["memory_limit"] / 10**6,
        "seconds": options["cpu_seconds"],
    }


def test_a_demonstration_is_marked_on_the_report(vaern: Vaern, cabinet: Cabinet, clean: Path, tmp_path: Path) -> None:
    vaern("scan", clean, "--list", cabinet.known, "--out", tmp_path / "R", "--synthetic")
    assert json.loads((tmp_path / "R" / "run.json").read_text())["synthetic"]
    assert "Synthetic demonstration." in (tmp_path / "R" / "report.html").read_text()


def test_archives_can_be_left_alone(vaern: Vaern, cabinet: Cabinet, tmp_path: Path) -> None:
    vaern("scan", cabinet.media, "--list", cabinet.known, "--out", tmp_path / "R", "--no-archives")
    assert "!/" not in (tmp_path / "R" / "findings.jsonl").read_text()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["{media}/nothing", "--list", "{known}", "--out", "{out}"], "nothing"),
        (["{media}", "--list", "{media}", "--out", "{out}"], "is not a list package"),
        (["{media}", "--list", "{known}", "--list", "{known}", "--out", "{out}"], "is given twice"),
        (["{media}", "--list", "{known}", "--out", "{media}"], "exists and is not empty"),
        (["{media}", "--list", "{known}", "--out", "{out}", "--resume"], "nothing to resume"),
        (["{media}", "--list", "{known}", "--out", "{media}/1.jpg/R"], "1.jpg"),
        (["{media}", "--list", "{known}"], "--out"),
        (["{media}", "--out", "{out}"], "--list"),
        (["--list", "{known}", "--out", "{out}"], "PATH"),
        (["{media}", "--list", "{known}", "--out", "{out}", "--distance", "300"], "--distance"),
    ],
)
def test_a_slip_is_one_sentence_and_no_traceback(cabinet: Cabinet, tmp_path: Path, words: list[str], says: str) -> None:
    places = {"media": cabinet.media, "known": cabinet.known, "out": tmp_path / "R"}
    result = run("scan", *(word.format(**places) for word in words))
    assert result.returncode == 2
    assert result.stdout == ""
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert len([line for line in result.stderr.splitlines() if line.startswith("Error:")]) == 1


def test_without_a_terminal_there_is_no_escape_sequence(cabinet: Cabinet, tmp_path: Path) -> None:
    result = run("scan", cabinet.media, "--list", cabinet.known, "--out", tmp_path / "R")
    assert result.returncode == 3
    assert "\x1b" not in result.stdout + result.stderr
    assert "Traceback" not in result.stderr


class Terminal:
    """The command on a terminal of 100 × 30."""

    def __init__(self, *words: object) -> None:
        self.text = ""
        self._end, inner = pty.openpty()
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"}
        self.process = subprocess.Popen(
            command(*words), stdin=inner, stdout=inner, stderr=inner, env=environment, start_new_session=True
        )
        os.close(inner)

    def read(self, until: Callable[[], bool], seconds: float = 120) -> None:
        """Read until something holds, or the command has ended."""
        deadline = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < deadline, self.text
            if not select.select([self._end], [], [], 0.2)[0]:
                continue
            try:
                piece = os.read(self._end, 65536)
            except OSError:  # Linux: the other end is closed
                return
            self.text += piece.decode(errors="replace")

    def interrupt(self) -> None:
        """Ctrl-C: the terminal sends SIGINT to the whole group in the foreground, workers included."""
        os.killpg(self.process.pid, signal.SIGINT)

    def finish(self) -> int:
        """Read to the end; the exit status."""
        self.read(lambda: False)
        os.close(self._end)
        return self.process.wait()


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Enough pictures that a scan takes a few seconds."""
    folder = tmp_path / "many"
    folder.mkdir()
    for seed in range(4):
        picture(seed, 2000, 1500).save(folder / f"{seed:03}.png", compress_level=1)
    for place in range(4, 100):
        shutil.copy(folder / f"{place % 4:03}.png", folder / f"{place:03}.png")
    return folder


def names(out: Path) -> list[str]:
    return [json.loads(line)["media"]["name"] for line in (out / "findings.jsonl").read_text().splitlines()]


@pytest.mark.slow
def test_on_a_terminal_the_display_is_complete_and_goes_away(cabinet: Cabinet, many: Path, tmp_path: Path) -> None:
    terminal = Terminal("scan", many, "--list", cabinet.known, "--out", tmp_path / "R")
    assert terminal.finish() == 3
    for word in (
        r"\d+%",
        r"\d+ of 100 files",
        r"[\d,]+ files/s",
        r"[\d.]+ [MkG]?B/s",
        r"\d:\d\d:\d\d left",
        "known 0, near",
    ):
        assert re.search(word, terminal.text), word
    last = terminal.text.rpartition("\x1b[2K")[2]  # after the display was erased
    assert "files/s" not in last
    assert f"The report is {tmp_path / 'R' / 'report.html'}" in last.replace("\r\n", "\n")


@pytest.mark.slow
def test_ctrl_c_stops_cleanly_and_resume_loses_and_repeats_nothing(
    cabinet: Cabinet, many: Path, tmp_path: Path
) -> None:
    words = ("scan", many, "--list", cabinet.known, "--out", tmp_path / "R")
    first = Terminal(*words)
    first.read(lambda: re.search(r"\b[1-9]\d* of 100 files", first.text) is not None)
    first.interrupt()
    assert first.finish() == 130
    assert "Traceback" not in first.text
    assert "The same command with --resume goes on." in first.text
    done = names(tmp_path / "R")
    assert 0 < len(done) < 100
    assert {path.name for path in (tmp_path / "R").iterdir()} == FILES
    second = run(*words, "--resume")
    assert second.returncode == 3, second.stderr
    assert names(tmp_path / "R")[: len(done)] == done
    assert sorted(names(tmp_path / "R")) == sorted(str(path) for path in many.iterdir())
    whole = run("scan", many, "--list", cabinet.known, "--out", tmp_path / "at once")
    assert second.stdout.splitlines()[1:7] == whole.stdout.splitlines()[1:7]


def test_a_stop_before_the_first_file_can_be_resumed(cabinet: Cabinet, tmp_path: Path) -> None:
    words = ("scan", cabinet.media, "--list", cabinet.known, "--out", tmp_path / "R")
    process = subprocess.Popen(command(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    while not (tmp_path / "R" / "run.json").exists():
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in errors
    assert run(*words, "--resume").returncode == 3
    assert len(names(tmp_path / "R")) == len(set(names(tmp_path / "R"))) == 10
