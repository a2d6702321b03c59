"""What could not be read is looked at again with other limits; what was known of it is never lost."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.scanning.conftest import QUICK
from tests.scanning.trees import encoded, picture, zipped

from vaern.formats import findings
from vaern.matching import ListPackage, Matcher, build_package
from vaern.records import Entry, Signal
from vaern.scanning import Refusal, scan
from vaern.scanning.record import read_run
from vaern.scanning.retrying import EARLIER

pytestmark = pytest.mark.once

TIGHT = replace(QUICK, max_pixels=20 * 20)


@pytest.fixture
def tree(tmp_path):
    """Pictures that are too large for `TIGHT`, in the folder and in an archive, and what it can read."""
    folder = tmp_path / "tree"
    folder.mkdir()
    large, other, small = encoded(picture(1)), encoded(picture(2)), encoded(picture(3).resize((16, 16)))
    files = {
        "large.png": large,
        "box.zip": zipped({"a.png": small, "b.png": other, "c.txt": b"text"}),
        "small.png": small,
        "text.txt": b"plain",
        "whole.zip": zipped({"a.txt": b"a", "b.txt": b"b"}),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def matcher(tmp_path):
    """A list that knows the large picture by its digest."""
    known = Signal("sha256", hashlib.sha256(encoded(picture(1))).digest())
    build_package(tmp_path / "list", [Entry("known", (known,))], name="known", release="1")
    return Matcher([ListPackage.open(tmp_path / "list")])


def found(out):
    everything = list(findings.read(out / "findings.jsonl"))
    by_name = {finding.media.name: finding for finding in everything}
    assert len(by_name) == len(everything), "each thing once"
    return by_name


def test_a_retry_finds_what_a_scan_with_these_limits_finds(tree, matcher, tmp_path):
    scan([tree], matcher, tmp_path / "out", TIGHT)
    before = found(tmp_path / "out")
    assert before[f"{tree}/large.png"].verdict == "known"
    assert "too many pixels" in before[f"{tree}/large.png"].media.unreadable
    assert "too many pixels" in before[f"{tree}/box.zip!/b.png"].media.unreadable
    summary = scan([tree], matcher, tmp_path / "out", QUICK, retry=True)
    scan([tree], matcher, tmp_path / "fresh", QUICK)
    assert found(tmp_path / "out") == found(tmp_path / "fresh")
    assert summary.finished
    assert not any(finding.media.unreadable for finding in found(tmp_path / "out").values())
    run = read_run(tmp_path / "out" / "run.json")
    assert [(session.retried, session.limits) for session in run.sessions] == [
        (0, {}),
        (2, {"max_pixels": QUICK.max_pixels}),
    ]
    assert run.options == TIGHT
    assert len((tmp_path / "out" / EARLIER).read_bytes().splitlines()) == 5  # the picture; the box with its members


def test_only_what_was_not_read_is_looked_at_again(tree, matcher, tmp_path):
    scan([tree], matcher, tmp_path / "out", TIGHT)
    for name in ("small.png", "text.txt", "whole.zip"):
        (tree / name).write_bytes(b"changed since")
    before = found(tmp_path / "out")
    scan([tree], matcher, tmp_path / "out", QUICK, retry=True)
    again = {name for name, finding in found(tmp_path / "out").items() if finding != before[name]}
    assert again == {f"{tree}/large.png", f"{tree}/box.zip!/b.png"}


def test_what_is_gone_meanwhile_stays_known(tree, matcher, tmp_path):
    scan([tree], matcher, tmp_path / "out", TIGHT)
    before = found(tmp_path / "out")
    (tree / "large.png").unlink()
    (tree / "box.zip").unlink()
    summary = scan([tree], matcher, tmp_path / "out", QUICK, retry=True)
    assert found(tmp_path / "out") == before
    assert summary.verdicts["known"] == 1


def test_a_retry_that_is_stopped_at_once_loses_nothing(tree, matcher, tmp_path):
    scan([tree], matcher, tmp_path / "out", TIGHT)
    before, stop = found(tmp_path / "out"), threading.Event()
    stop.set()
    assert not scan([tree], matcher, tmp_path / "out", QUICK, retry=True, stop=stop).finished
    assert found(tmp_path / "out") == before
    scan([tree], matcher, tmp_path / "out", QUICK, retry=True)
    assert not any(finding.media.unreadable for finding in found(tmp_path / "out").values())


def test_without_a_retry_the_limits_are_those_of_the_scan(tree, matcher, tmp_path):
    scan([tree], matcher, tmp_path / "out", TIGHT)
    with pytest.raises(Refusal, match="cannot resume: the option max_pixels was 400"):
        scan([tree], matcher, tmp_path / "out", QUICK, resume=True)
    with pytest.raises(Refusal, match="cannot resume: the option orientations was 1"):
        scan([tree], matcher, tmp_path / "out", replace(QUICK, orientations=8), retry=True)
    with pytest.raises(Refusal, match="nothing to resume"):
        scan([tree], matcher, tmp_path / "none", QUICK, retry=True)


KILLED_AT = """
import json, os, signal, sys
from pathlib import Path
folder, out, lists, point = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
count = 0

def audit(event, args):
    global count
    if event in {"open", "os.rename", "os.truncate"} and args and str(out) in str(args[:2]):
        count += 1
        if count == point:
            os.kill(os.getpid(), signal.SIGKILL)

from vaern.matching import ListPackage, Matcher
from vaern.scanning import ScanOptions, scan
options = ScanOptions(jobs=1, orientations=1, wall_seconds=60.0)
matcher = Matcher([ListPackage.open(lists)])
sys.addaudithook(audit)
scan([folder], matcher, out, options, retry=True)
print(count)
"""
"""A retry that kills itself just before it touches the results folder for the n-th time."""


def test_a_retry_that_is_killed_anywhere_loses_nothing(tree, matcher, tmp_path):
    """Also if one of the files is gone when it goes on."""
    scan([tree], matcher, tmp_path / "before", TIGHT)
    scan([tree], matcher, tmp_path / "fresh", QUICK)
    before, fresh = found(tmp_path / "before"), found(tmp_path / "fresh")
    away = tmp_path / "away.png"
    point = 1
    while True:
        out = tmp_path / f"out {point}"
        subprocess.run(["cp", "-r", str(tmp_path / "before"), str(out)], check=True)
        run = json.loads((out / "run.json").read_bytes())
        (out / "run.json").write_text(json.dumps({**run, "left_out": str(out)}))
        command = [sys.executable, "-c", KILLED_AT, str(tree), str(out), str(tmp_path / "list"), str(point)]
        killed = subprocess.run(command, capture_output=True, text=True, check=False)
        if killed.returncode == 0:
            break
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        Path(tree / "large.png").rename(away)
        scan([tree], matcher, out, QUICK, retry=True)
        gone = found(out)
        assert gone.keys() == before.keys()
        assert gone[f"{tree}/large.png"].verdict == "known"
        away.rename(tree / "large.png")
        scan([tree], matcher, out, QUICK, retry=True)
        assert found(out) == fresh
        point += 1
    assert point > 10
    assert found(out) == fresh
