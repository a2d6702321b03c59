"""The results folder: killed at any point it is accepted again, full disks are named, nothing is written in vain."""

from __future__ import annotations

import errno
import math
import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.scanning.conftest import MISBEHAVING, NO_LISTS, QUICK

from vaern.records import Finding, Media
from vaern.scanning import Refusal, scan
from vaern.scanning.journal import Journal
from vaern.scanning.output_files import replacing

pytestmark = pytest.mark.once

KILLED_AT = """
import os, signal, sys
from pathlib import Path
folder, out, point = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
count = 0

def audit(event, args):
    global count
    if event in {"open", "os.mkdir", "os.rename", "os.truncate", "os.chmod"} and args and str(out) in str(args[:2]):
        count += 1
        if count == point:
            os.kill(os.getpid(), signal.SIGKILL)

from vaern.matching import Matcher
from vaern.scanning import ScanOptions, scan
sys.addaudithook(audit)
options, resume = ScanOptions(jobs=1, orientations=1, wall_seconds=60.0), sys.argv[4] == "resume"
scan([folder], Matcher([]), out, options, resume=resume, worker=sys.argv[5:])
print(count)
"""
"""A scan that kills itself just before it touches the results folder for the n-th time."""


def killed_at(folder, out, point, session="first"):
    command = [sys.executable, "-c", KILLED_AT, str(folder), str(out), str(point), session, *MISBEHAVING]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "a").write_text("plain")
    return tmp_path / "tree"


def accepted(tree, out, files=1):
    """Which of the two ways accepts the folder; what is found then is every file, once."""
    ways = []
    for resume in (False, True):
        try:
            summary = scan([tree], NO_LISTS, out, QUICK, resume=resume, worker=MISBEHAVING)
        except Refusal:
            continue
        assert summary.finished
        ways.append(resume)
        break
    lines = (out / "findings.jsonl").read_bytes().splitlines()
    assert len(lines) == files
    assert all(b'"verdict":"not media"' in line for line in lines)
    assert {path.name for path in out.iterdir()} == {"findings.jsonl", "findings.csv", "run.json", "report.html"}
    return ways


BEFORE_THE_FIRST_FINDING = 5
"""Points up to which no worker is waited for: they are quick to come to."""


@pytest.mark.parametrize("point", range(1, BEFORE_THE_FIRST_FINDING + 1))
def test_a_scan_killed_as_it_begins_can_be_begun_or_gone_on_with(tree, tmp_path, point):
    assert killed_at(tree, tmp_path / "out", point).returncode == -signal.SIGKILL
    assert accepted(tree, tmp_path / "out")


@pytest.mark.slow
def test_a_scan_killed_at_any_point_can_be_begun_or_gone_on_with(tree, tmp_path):
    whole = killed_at(tree, tmp_path / "whole", 0)
    points = int(whole.stdout)
    assert points > BEFORE_THE_FIRST_FINDING
    for point in range(BEFORE_THE_FIRST_FINDING + 1, points + 1):
        out = tmp_path / str(point)
        assert killed_at(tree, out, point).returncode == -signal.SIGKILL
        assert accepted(tree, out), point


def resumed_and_killed_at(tree, out, point):
    """A whole session, then one that goes on with it and finds one file more, killed at that point."""
    (tree / "b").unlink(missing_ok=True)
    scan([tree], NO_LISTS, out, QUICK, worker=MISBEHAVING)
    (tree / "b").write_text("more")
    return killed_at(tree, out, point, "resume")


@pytest.mark.parametrize("point", [1, 3, 5])
def test_a_scan_killed_as_it_goes_on_can_be_gone_on_with(tree, tmp_path, point):
    assert resumed_and_killed_at(tree, tmp_path / "out", point).returncode == -signal.SIGKILL
    assert accepted(tree, tmp_path / "out", 2) == [True]


@pytest.mark.slow
def test_a_scan_killed_at_any_point_as_it_goes_on_can_be_gone_on_with(tree, tmp_path):
    points = int(resumed_and_killed_at(tree, tmp_path / "whole", 0).stdout)
    assert points > 5
    for point in range(1, points + 1):
        out = tmp_path / str(point)
        assert resumed_and_killed_at(tree, out, point).returncode == -signal.SIGKILL
        assert accepted(tree, out, 2) == [True], point


def test_a_folder_where_nothing_has_begun_says_what_to_do(tree, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "findings.jsonl").touch()
    with pytest.raises(Refusal, match="start it without --resume"):
        scan([tree], NO_LISTS, out, QUICK, resume=True)
    (out / "findings.jsonl").write_bytes(b"{}\n")  # this is somebody's
    with pytest.raises(Refusal, match="not empty"):
        scan([tree], NO_LISTS, out, QUICK)


def test_a_resume_that_finds_nothing_new_leaves_the_folder_as_it_was(tree, tmp_path):
    out = tmp_path / "out"
    scan([tree], NO_LISTS, out, QUICK, worker=MISBEHAVING)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    made = (out / "report.html").stat().st_ino
    assert scan([tree], NO_LISTS, out, QUICK, resume=True, worker=MISBEHAVING).finished
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert (out / "report.html").stat().st_ino == made


@pytest.mark.parametrize("name", ["findings.csv", "report.html"])
def test_what_is_missing_or_old_is_written_again(tree, tmp_path, name):
    out = tmp_path / "out"
    scan([tree], NO_LISTS, out, QUICK, worker=MISBEHAVING)
    (out / name).write_text("of an earlier state")
    scan([tree], NO_LISTS, out, QUICK, resume=True, worker=MISBEHAVING)
    assert "of an earlier state" not in (out / name).read_text("utf-8")


def test_a_resume_that_finds_more_writes_all_of_it(tree, tmp_path):
    out = tmp_path / "out"
    scan([tree], NO_LISTS, out, QUICK, worker=MISBEHAVING)
    (tree / "b").write_text("more")
    scan([tree], NO_LISTS, out, QUICK, resume=True, worker=MISBEHAVING)
    assert "tree/b" in (out / "findings.csv").read_text("utf-8")


def test_every_file_of_the_results_is_for_its_owner(tree, tmp_path):
    out = tmp_path / "out"
    scan([tree], NO_LISTS, out, QUICK, worker=MISBEHAVING)
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == dict.fromkeys(
        ("findings.jsonl", "findings.csv", "run.json", "report.html"), 0o600
    )


def test_progress_goes_on_after_the_last_file(tree, tmp_path):
    """What is written at the end is a stage of its own: it may take minutes."""
    seen = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("vaern.scanning.pipeline._TELL_SECONDS", -1.0)
        scan([tree], NO_LISTS, tmp_path / "out", QUICK, seen.append, worker=MISBEHAVING)
    stages = [(moment.stage, moment.share) for moment in seen if moment.stage]
    assert stages[-3:] == [("table", 1.0), ("report", 0.0), ("report", 1.0)]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a Linux device that is always full")
def test_a_full_disk_is_named(tmp_path):
    """The journal and what is replaced: /dev/full is a disk without room."""
    (tmp_path / "run.json.part").symlink_to("/dev/full")
    with (
        pytest.raises(OSError, match=re.escape(str(tmp_path / "run.json"))) as raised,
        replacing(tmp_path / "run.json") as stream,
    ):
        stream.write(bytes(1 << 20))
    assert raised.value.errno == errno.ENOSPC


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a Linux device that is always full")
def test_a_full_disk_is_named_while_findings_are_written(tmp_path):
    """Also where it is told only when what was written is to be safe: /dev/full cannot be made so."""
    path = tmp_path / "findings.jsonl"
    journal = Journal(path)
    with Path("/dev/full").open("wb") as full:
        os.dup2(full.fileno(), journal._descriptor)
    with pytest.raises(OSError, match=re.escape(str(path))) as raised:
        journal.write([Finding(Media("a", 1), "not media")])
    assert raised.value.errno == errno.ENOSPC
    journal._synced = -math.inf
    with pytest.raises(OSError, match=re.escape(str(path))):
        journal.write([])
    with pytest.raises(OSError, match=re.escape(str(path))), journal:
        pass
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(journal._descriptor)  # it is closed even so


def test_a_folder_that_cannot_be_listed_is_no_link(tmp_path, scanned):
    from vaern.scanning.summary import Tally

    tally = Tally()
    tally.add("unreadable", "inode/directory", 0, member=False)
    tally.add("not media", "inode/symlink", 0, member=False)
    assert tally.skipped == {"inode/symlink": 1}
