"""What the tests of scanning share: a scan in one call, and worker commands."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from vaern.formats import findings
from vaern.matching import Matcher
from vaern.scanning import ScanOptions, scan

HERE = Path(__file__).parent
MISBEHAVING = (sys.executable, str(HERE / "misbehaving.py"))

QUICK = ScanOptions(jobs=1, orientations=1, wall_seconds=60.0)


NO_LISTS = Matcher([])


@pytest.fixture
def scanned(tmp_path):
    """Scan paths into a fresh folder; findings by name, in order, and the summary."""
    count = 0

    def run(*paths, options=QUICK, matcher=None, **more):
        nonlocal count
        count += 1
        out = more.pop("out", tmp_path.parent / f"{tmp_path.name}-results-{count}")
        summary = scan(paths, matcher or NO_LISTS, out, options, **more)
        return {found.media.name: found for found in findings.read(out / "findings.jsonl")}, summary

    return run


@pytest.fixture
def misbehave(scanned, tmp_path):
    """Scan a folder whose files tell the worker what to do: name → deed; findings by bare name."""

    def run(deeds, **more):
        folder = tmp_path / "hostile"
        folder.mkdir(exist_ok=True)
        for name, deed in deeds.items():
            (folder / name).write_bytes(b"MISBEHAVE " + deed.encode())
        found, summary = scanned(folder, worker=MISBEHAVING, **more)
        return {name.removeprefix(f"{folder}/"): finding for name, finding in found.items()}, summary

    return run
