"""Scans that are stopped, begun twice or resumed: real workers, a real results folder."""

from __future__ import annotations

import csv
import io
import random
import threading

import pytest
from msgspec.structs import replace
from tests.scanning.conftest import NO_LISTS, QUICK
from tests.scanning.trees import encoded, picture

from vaern.formats import findings
from vaern.matching import Matcher, video
from vaern.scanning import Refusal, pipeline, scan
from vaern.scanning.record import read_run

pytestmark = pytest.mark.once


def test_two_scans_cannot_share_a_folder(tree, tmp_path):
    out = tmp_path / "out"
    refused = []

    def again(progress):
        if not refused:
            with pytest.raises(Refusal, match="another scan is writing"):
                scan([tree], NO_LISTS, out, QUICK, resume=True)
            refused.append(True)

    scan([tree], NO_LISTS, out, QUICK, again)
    assert refused


def test_only_the_same_scan_can_be_resumed(tree, matcher, tmp_path):
    out = tmp_path / "out"
    scan([tree], matcher, out, QUICK)
    for change, says in (
        ({"paths": [tree / "text.txt"]}, "folders"),
        ({"matcher": NO_LISTS}, "lists"),
        ({"matcher": Matcher(matcher.lists, distance=3)}, "distance"),
        ({"options": replace(QUICK, frames=1)}, "option frames was 8 when the scan began and is 1 now"),
        ({"synthetic": True}, "synthetic was False when the scan began and is True now"),
    ):
        given = {"paths": [tree], "matcher": matcher, "out": out, "options": QUICK} | change
        with pytest.raises(Refusal, match=says):
            scan(**given, resume=True)
    before = (out / "findings.jsonl").read_bytes()
    summary = scan([tree], matcher, out, replace(QUICK, jobs=2), resume=True)  # more workers change nothing
    assert (out / "findings.jsonl").read_bytes() == before
    assert summary.finished


def test_a_resumed_scan_takes_what_is_new(tree, tmp_path):
    out = tmp_path / "out"
    first = scan([tree], NO_LISTS, out, QUICK)
    (tree / "later.png").write_bytes(encoded(picture(9)))
    second = scan([tree], NO_LISTS, out, QUICK, resume=True)
    assert second.files == first.files + 1
    assert len(read_run(out / "run.json").sessions) == 2


def test_a_synthetic_scan_is_marked_and_stays_so(tree, tmp_path):
    out, stop = tmp_path / "out", threading.Event()
    stop.set()
    scan([tree], NO_LISTS, out, QUICK, synthetic=True, stop=stop)
    for _ in range(2):
        assert read_run(out / "run.json").synthetic
        assert "Synthetic demonstration." in (out / "report.html").read_text()
        scan([tree], NO_LISTS, out, QUICK, synthetic=True, resume=True)


def test_a_stopped_scan_leaves_a_table_and_a_report_of_what_is_done(tree, tmp_path):
    out, stop = tmp_path / "out", threading.Event()
    scan([tree], NO_LISTS, out, QUICK)
    (tree / "later.png").write_bytes(encoded(picture(9)))
    (out / "findings.csv").unlink()
    (out / "report.html").unlink()

    def done():
        """What the findings hold, if the table agrees; whether the report says that the scan was stopped."""
        names = [found.media.name for found in findings.read(out / "findings.jsonl")]
        rows = csv.DictReader(io.StringIO((out / "findings.csv").read_text("utf-8-sig")))
        assert [row["name"] for row in rows] == names
        return names, "stopped before" in (out / "report.html").read_text()

    stop.set()
    assert not scan([tree], NO_LISTS, out, QUICK, resume=True, stop=stop).finished
    first, stopped = done()
    assert stopped
    scan([tree], NO_LISTS, out, QUICK, resume=True)
    assert done() == ([*first, str(tree / "later.png")], False)


class StoppingMatcher(Matcher):
    """Stops the scan while it looks up its first batch."""

    def __init__(self, packages, stop):
        super().__init__(packages)
        self.stop = stop

    def match_many(self, media, stopped=lambda: False):
        self.stop.set()
        return super().match_many(media, stopped)


def test_a_long_look_up_ends_with_the_scan_and_is_done_again(tree, matcher, tmp_path, monkeypatch):
    """A still camera's frames are looked up for long: the scan stops between two parts, and comes to them again."""
    monkeypatch.setattr(video, "FEWEST", 1)
    monkeypatch.setattr(video, "MOST_HITS", 1)
    monkeypatch.setattr(pipeline, "_BATCH_SECONDS", 3600.0)  # all is looked up at once, however long reading takes
    out, stop = tmp_path / "out", threading.Event()
    summary = scan([tree], StoppingMatcher(matcher.lists, stop), out, replace(QUICK, orientations=8), stop=stop)
    assert not summary.finished
    assert not (out / "findings.jsonl").read_bytes()
    summary = scan([tree], matcher, out, replace(QUICK, orientations=8), resume=True)
    assert summary.finished
    assert summary.files == 9


def test_a_stop_is_clean_and_what_was_left_is_done_later(tree, tmp_path):
    whole, out = tmp_path / "whole", tmp_path / "out"
    scan([tree], NO_LISTS, whole, QUICK)
    stop = threading.Event()
    stop.set()
    summary = scan([tree], NO_LISTS, out, QUICK, stop=stop)
    assert not summary.finished
    assert not read_run(out / "run.json").complete
    seen = []

    def stop_soon(progress):
        """Not before this session has read something, so that on a slow machine too the scan ends."""
        seen.append(progress.files)
        if progress.files > seen[0] and random.random() < 0.5:
            stop.set()

    while not summary.finished:
        stop.clear()
        seen.clear()
        summary = scan([tree], NO_LISTS, out, QUICK, stop_soon, resume=True, stop=stop)
    assert set((out / "findings.jsonl").read_bytes().splitlines()) == set(
        (whole / "findings.jsonl").read_bytes().splitlines()
    )
