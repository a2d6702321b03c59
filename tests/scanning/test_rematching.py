"""A rematch says what a scan with the same lists would say, and nothing that was there is touched."""

from __future__ import annotations

import fcntl
import json
import random
import signal
import subprocess
import sys
import threading

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace
from tests.scanning.conftest import NO_LISTS, QUICK
from tests.scanning.trees import short_film

from vaern.formats import findings
from vaern.formats.findings import FindingsError
from vaern.matching import ListPackage, Matcher, build_package
from vaern.records import Entry, Finding, Match, Media, Signal, Vote
from vaern.scanning import Refusal, ScanOptions, scan
from vaern.scanning.record import new_run, write_run
from vaern.scanning.rematching import is_new, rematch
from vaern.scanning.report import write_report
from vaern.scanning.sources import Folders
from vaern.scanning.table import write_table

pytestmark = pytest.mark.once

OPTIONS = ScanOptions(jobs=1, orientations=8, wall_seconds=60.0)


@pytest.fixture
def scanned_tree(tree, tmp_path):
    """The results of a scan without a list, of the tree and a film."""
    (tree / "film.mp4").write_bytes(short_film())
    scan([tree], NO_LISTS, tmp_path / "before", OPTIONS)
    return tmp_path / "before"


def read(folder):
    return {found.media.name: found for found in findings.read(folder / "findings.jsonl")}


def near(signal, chance):
    """The signal, or one a few bits away."""
    value = np.unpackbits(np.frombuffer(signal.value, np.uint8)) if signal.kind == "pdq" else None
    if value is None:
        return signal
    for place in chance.sample(range(256), chance.choice([0, 4, 30, 31, 32])):
        value[place] ^= 1
    return Signal("pdq", np.packbits(value).tobytes(), signal.quality)


def random_lists(folder, media, seed):
    """Lists of any purpose that have some of the signals, near ones and others; some entries are disputed."""
    chance = random.Random(seed)
    there = [signal for file in media for signal in file.signals]
    for name, purpose in (("a", "known"), ("b", "known"), ("c", "known-good"), ("d", "removal")):
        entries = [
            Entry(
                str(number),
                tuple(near(signal, chance) for signal in chance.sample(there, chance.randint(1, 2))),
                votes=(Vote("somebody", "negative"),) if chance.random() < 0.2 else (),
            )
            for number in range(chance.randint(0, 6))
        ]
        entries.append(Entry("other", (Signal("sha256", chance.randbytes(32)),)))
        build_package(folder / name, entries, name=name, release=str(seed), purpose=purpose)
        yield ListPackage.open(folder / name)


@pytest.mark.parametrize("only_new", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_table_and_report_are_those_of_the_findings_as_they_are_read(scanned_tree, tmp_path, seed, only_new):
    media = [found.media for found in read(scanned_tree).values()]
    lists = list(random_lists(tmp_path / "lists", media, seed))
    rematch(scanned_tree, Matcher(lists), tmp_path / "R", only_new=only_new)
    before = {name: (tmp_path / "R" / name).read_bytes() for name in ("findings.csv", "report.html")}
    assert before["findings.csv"].count(b"\r\n") > 1
    write_table(findings.read(tmp_path / "R" / "findings.jsonl"), tmp_path / "R" / "findings.csv")
    write_report(tmp_path / "R")
    assert before == {name: (tmp_path / "R" / name).read_bytes() for name in before}


@pytest.mark.parametrize("seed", range(6))
def test_a_rematch_finds_what_a_scan_with_the_same_lists_finds(tree, scanned_tree, tmp_path, seed):
    media = [found.media for found in read(scanned_tree).values()]
    matcher = Matcher(
        list(random_lists(tmp_path / "lists", media, seed)), distance=random.Random(seed).choice([None, 40])
    )
    scan([tree], matcher, tmp_path / "anew", OPTIONS)
    summary, about = rematch(scanned_tree, matcher, tmp_path / "rematched")
    before, expected, got = (read(folder) for folder in (scanned_tree, tmp_path / "anew", tmp_path / "rematched"))
    assert {name: replace(found, before="") for name, found in got.items()} == expected
    assert {name: found.before or found.verdict for name, found in got.items()} == {
        name: found.verdict for name, found in before.items()
    }
    record, of_scan = (json.loads((tmp_path / name / "run.json").read_text()) for name in ("rematched", "anew"))
    same = ("verdicts", "files", "members", "bytes", "skipped", "paths", "options", "distance", "complete")
    assert {key: record[key] for key in same} == {key: of_scan[key] for key in same}
    assert [used["verified"] for used in record["lists"]] == ["whole"] * 4
    assert summary.verdicts == record["verdicts"]
    assert about.new == sum(is_new(before[name], found) for name, found in got.items())
    assert sum(about.changed.values()) == sum(bool(found.before) for found in got.values())


def test_only_new_writes_what_is_not_as_it_was(scanned_tree, matcher, tmp_path):
    summary, about = rematch(scanned_tree, matcher, tmp_path / "out", only_new=True)
    got = {name.rpartition("/tree/")[2]: found.verdict for name, found in read(tmp_path / "out").items()}
    assert got == {
        "known.png": "known",
        "near.jpg": "near",
        "good.png": "ignored",
        "report.docx!/word/media/image1.png": "known",
        "nested.zip!/inner.zip!/../../near.png": "near",
    }
    assert about.new == len(got) == sum(summary.verdicts.values())
    assert about.changed == {"new → ignored": 1, "new → known": 2, "new → near": 2}
    with pytest.raises(Refusal, match="only what was new"):
        rematch(tmp_path / "out", matcher, tmp_path / "again")


def test_a_rematch_can_be_matched_anew_and_what_was_known_is_no_more(scanned_tree, matcher, tmp_path):
    rematch(scanned_tree, matcher, tmp_path / "first")
    _, about = rematch(tmp_path / "first", NO_LISTS, tmp_path / "second")
    first, scan_ = (json.loads((folder / "run.json").read_text()) for folder in (tmp_path / "first", scanned_tree))
    assert (about.run, about.scan, about.scanned) == (first["run"], scan_["run"], scan_["finished"])
    assert about.changed == {"ignored → new": 1, "known → new": 2, "near → new": 2}
    assert {name: replace(found, before="") for name, found in read(tmp_path / "second").items()} == read(scanned_tree)


def test_an_entry_that_was_not_there_is_new_though_the_verdict_is_the_same():
    def found(*entries):
        return Finding(Media("a", 1), "near", tuple(Match("pdq", "", entry, 3, "list", "1") for entry in entries))

    assert is_new(found("1"), found("1", "2"))
    assert not is_new(found("1", "2"), found("1"))


def test_the_report_says_of_what_it_is_and_what_nobody_saw(scanned_tree, matcher, tmp_path):
    rematch(scanned_tree, matcher, tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Compared with the run before" in page
    assert json.loads((scanned_tree / "run.json").read_text())["run"] in page
    assert "compared by their digests at most: 1." in page
    assert "neither turned nor mirrored" not in page
    record = json.loads((scanned_tree / "run.json").read_text())
    record["options"] |= {"orientations": 1, "videos": "keyframes", "archives": False}
    (scanned_tree / "run.json").write_text(json.dumps(record))
    rematch(scanned_tree, matcher, tmp_path / "less", only_new=True)
    page = (tmp_path / "less" / "report.html").read_text()
    for words in ("neither turned nor mirrored", "key frames of videos alone", "did not look into archives"):
        assert words in page
    assert "Only findings that are not as they were" in page
    assert "Compared with the run before" not in (scanned_tree / "report.html").read_text()


def test_a_scan_does_not_go_on_with_a_rematch(tree, scanned_tree, tmp_path):
    rematch(scanned_tree, NO_LISTS, tmp_path / "out")
    with pytest.raises(Refusal, match="the run that was matched anew"):
        scan([tree], NO_LISTS, tmp_path / "out", OPTIONS, resume=True)


def old_results(folder, lines, *, complete=True):
    """The record and the findings of a scan."""
    folder.mkdir()
    record = new_run(Folders([folder.parent]), folder, NO_LISTS, QUICK)
    record.complete = complete
    write_run(record, folder / "run.json")
    (folder / "findings.jsonl").write_bytes(lines)
    return folder


LINE = findings.encode(Finding(Media("a", 1, "image/png"), "new"))


def test_of_a_scan_that_was_killed_the_torn_end_is_left_out(tmp_path):
    results = old_results(tmp_path / "old", LINE + LINE[:20], complete=False)
    summary, about = rematch(results, NO_LISTS, tmp_path / "out")
    assert not summary.finished
    assert about.findings == 1
    assert "was stopped before it was finished" in (tmp_path / "out" / "report.html").read_text()


@pytest.mark.parametrize("lines", [LINE + LINE[:20], LINE[:20] + b"\n" + LINE, b"{}\n"])
def test_damaged_findings_are_named_and_nothing_is_left(tmp_path, lines):
    results = old_results(tmp_path / "old", lines)
    with pytest.raises(FindingsError, match=r"findings.jsonl, line \d"):
        rematch(results, NO_LISTS, tmp_path / "out")
    assert {path.name for path in tmp_path.iterdir()} == {"old"}


def test_a_scan_that_still_writes_and_a_folder_that_is_there_are_refused(tmp_path):
    results = old_results(tmp_path / "old", LINE)
    with (results / "findings.jsonl").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Refusal, match="a scan is writing"):
            rematch(results, NO_LISTS, tmp_path / "out")
    with pytest.raises(Refusal, match="not empty"):
        rematch(results, NO_LISTS, results)
    (tmp_path / "out.part").mkdir()
    (tmp_path / "out.part" / "mine").touch()
    with pytest.raises(Refusal, match="mine; remove it"):
        rematch(results, NO_LISTS, tmp_path / "out")
    with pytest.raises(Refusal, match="nothing to match"):
        rematch(tmp_path, NO_LISTS, tmp_path / "other")


def test_told_to_stop_it_leaves_nothing(tmp_path):
    results = old_results(tmp_path / "old", LINE)
    stop = threading.Event()
    stop.set()
    with pytest.raises(Refusal, match="stopped: nothing was written"):
        rematch(results, NO_LISTS, tmp_path / "out", stop=stop)
    assert {path.name for path in tmp_path.iterdir()} == {"old"}


KILLED = """
import os, signal, sys
from pathlib import Path
from vaern.matching import Matcher
from vaern.scanning.record import new_run, write_run
from vaern.scanning.rematching import rematch
count, point = 0, int(sys.argv[3])

def audit(event, args):
    global count
    if event in {"open", "os.mkdir", "os.rename", "os.remove"} and "out" in str(args[:2]):
        count += 1
        if count == point:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(audit)
rematch(Path(sys.argv[1]), Matcher([]), Path(sys.argv[2]))
"""


@pytest.mark.parametrize("point", [1, 2, 4, 6, 9, 12])
def test_killed_at_any_point_it_leaves_no_results_or_all(tmp_path, point):
    results = old_results(tmp_path / "old", LINE)
    out = tmp_path / "out"
    command = [sys.executable, "-c", KILLED, str(results), str(out), str(point)]
    killed = subprocess.run(command, check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not out.exists()
    rematch(results, NO_LISTS, out)
    assert {path.name for path in out.iterdir()} == {"findings.jsonl", "findings.csv", "run.json", "report.html"}
    assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o600}
    assert out.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in tmp_path.iterdir()} == {"old", "out"}
    assert msgspec.json.decode((out / "run.json").read_bytes())["complete"]
