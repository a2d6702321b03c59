"""What the tests of scanning share: a scan in one call, and worker commands."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest
from tests.scanning.trees import encoded, picture, write, zipped

from vaern.formats import findings
from vaern.hashing import hash_file
from vaern.matching import ListPackage, Matcher, build_package
from vaern.records import Entry, Signal
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


@pytest.fixture
def tree(tmp_path):
    """One file for each verdict, some in archives."""
    folder = tmp_path / "tree"
    folder.mkdir()
    known, near = encoded(picture(1)), encoded(picture(2))
    files = {
        "known.png": known,
        "near.jpg": encoded(picture(2).rotate(90), "JPEG", quality=60),
        "new.png": encoded(picture(3)),
        "good.png": encoded(picture(4)),
        "text.txt": b"plain",
        "broken.png": encoded(picture(5))[:40],
        "report.docx": zipped({"word/media/image1.png": known, "word/document.xml": b"<w/>"}),
        "nested.zip": zipped({"inner.zip": zipped({"../../near.png": near})}),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (folder / "link").symlink_to(folder / "known.png")
    return folder


@pytest.fixture
def matcher(tmp_path):
    """A list of known material and one of known-good files."""
    near = hash_file(write(tmp_path / "near.png", encoded(picture(2))))
    known = hashlib.sha256(encoded(picture(1))).digest()
    good = hashlib.sha256(encoded(picture(4))).digest()
    looks = tuple(signal for signal in near.signals if signal.kind == "pdq")
    lists = []
    for name, purpose, entries in (
        ("bad", "known", [Entry("known", (Signal("sha256", known),)), Entry("near", looks)]),
        ("good", "known-good", [Entry("asset", (Signal("sha256", good),))]),
    ):
        build_package(tmp_path / f"{name}.list", entries, name=name, release="1", purpose=purpose)
        lists.append(ListPackage.open(tmp_path / f"{name}.list"))
    return Matcher(lists)
