"""A whole scan: real workers, real lists, a real results folder."""

from __future__ import annotations

import csv
import hashlib
import json
import random
import zipfile

import pytest
from msgspec.structs import replace
from PIL import Image
from tests.scanning.conftest import NO_LISTS, QUICK

from vaern.formats import findings
from vaern.hashing import HashOptions, hash_file
from vaern.matching import ListPackage, Matcher, build_package
from vaern.records import DIGEST_KINDS, Entry, Signal, Traits
from vaern.scanning import IN_FORCE, Progress, Refusal, scan
from vaern.scanning.names import printable
from vaern.scanning.record import read_run
from vaern.shapes import folder_digest


@pytest.mark.once
def test_each_file_gets_its_verdict(tree, matcher, scanned):
    options = replace(QUICK, orientations=8)
    found, summary = scanned(tree, matcher=matcher, options=options)
    verdicts = {name.removeprefix(f"{tree}/"): finding.verdict for name, finding in found.items()}
    assert verdicts == {
        "broken.png": "unreadable",
        "good.png": "ignored",
        "known.png": "known",
        "link": "not media",
        "near.jpg": "near",
        "nested.zip": "not media",
        "nested.zip!/inner.zip": "not media",
        "nested.zip!/inner.zip!/../../near.png": "near",
        "new.png": "new",
        "report.docx": "not media",
        "report.docx!/word/document.xml": "not media",
        "report.docx!/word/media/image1.png": "known",
        "text.txt": "not media",
    }
    assert summary.verdicts == {"unreadable": 1, "ignored": 1, "known": 2, "not media": 6, "near": 2, "new": 1}
    assert (summary.files, summary.members, summary.skipped) == (9, 4, {"inode/symlink": 1})
    near = found[f"{tree}/near.jpg"].matches[0]
    assert (near.list, near.release, near.entry, near.kind) == ("bad", "1", "near", "pdq")
    assert near.orientation != "upright"
    assert found[f"{tree}/nested.zip!/inner.zip!/../../near.png"].media.member == (0, 0)


@pytest.mark.once
def test_results_have_nothing_of_an_entry_that_was_not_hit(tree, tmp_path):
    hit = Entry("this was hit", (Signal("sha256", hashlib.sha256((tree / "known.png").read_bytes()).digest()),))
    made = random.Random(1)
    missed = [
        Entry(f"missed {n}", tuple(Signal(kind, made.randbytes(size)) for kind, size in DIGEST_KINDS.items()))
        for n in range(100)
    ]
    build_package(tmp_path / "list", [hit, *missed], name="list", release="1", purpose="known")
    out = tmp_path / "results"
    scan([tree], Matcher([ListPackage.open(tmp_path / "list")]), out, QUICK)
    written = "".join(path.read_text("utf-8-sig") for path in out.iterdir())
    assert hit.id in written
    assert [one.id for one in missed if one.id in written] == []
    assert [one.id for one in missed for signal in one.signals if signal.value.hex() in written.lower()] == []


@pytest.mark.once
def test_a_file_is_hashed_as_without_a_sandbox(tree, scanned):
    found, _ = scanned(tree)
    for name, finding in found.items():
        if not finding.media.archive and not finding.media.mime.startswith("inode/"):
            alone = hash_file(name, HashOptions(orientations=1, frames=QUICK.frames))
            assert finding.media.signals == alone.signals
            assert finding.media.unreadable == alone.unreadable


@pytest.mark.once
def test_a_finding_says_the_shape_of_the_name_and_the_folder_of_media_only(tmp_path, scanned):
    pictures, exif = tmp_path / "Somebody 2011", Image.Exif()
    pictures.mkdir()
    exif.get_ifd(0x8769)[0xA431] = "SN 004711"
    for name in ("IMG_0001.JPG", "IMG_0002.JPG"):
        Image.linear_gradient("L").save(pictures / name, exif=exif.tobytes())
    (pictures / "Somebody.txt").write_text("no picture")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(pictures / "IMG_0001.JPG", "inner/Somebody 7.jpg")
    found, _ = scanned(tmp_path)
    first, second = (found[str(pictures / name)].media.traits for name in ("IMG_0001.JPG", "IMG_0002.JPG"))
    assert first == second == Traits(serial="SN 004711", name="IMG_#.JPG", folder=folder_digest(f"{pictures}/x"))
    member = found[f"{tmp_path}/a.zip!/inner/Somebody 7.jpg"].media.traits
    assert member == Traits(serial="SN 004711", name="* #.jpg", folder=folder_digest(f"{tmp_path}/a.zip!/inner/x"))
    assert found[str(pictures / "Somebody.txt")].media.traits is None


@pytest.mark.once
def test_the_results_folder_says_how_to_repeat_the_scan(tree, matcher, tmp_path):
    out = tmp_path / "results"
    scan([tree], matcher, out, QUICK)
    assert {path.name for path in out.iterdir()} == {"findings.jsonl", "findings.csv", "run.json", "report.html"}
    run = read_run(out / "run.json")
    assert run.complete
    assert run.options == QUICK
    assert [(used.name, used.purpose, used.entries) for used in run.lists] == [
        ("bad", "known", 2),
        ("good", "known-good", 1),
    ]
    assert all(len(used.checksum) == 64 for used in run.lists)
    assert {"vaern", "python", "pillow", "numpy", "libavcodec"} <= set(run.versions)
    assert run.sandbox["seccomp"] == IN_FORCE
    assert run.sandbox["landlock"]
    lines = list(findings.read(out / "findings.jsonl"))
    assert sum(run.verdicts.values()) == len(lines)
    with (out / "findings.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert len(list(csv.reader(stream))) == len(lines) + 1
    assert json.loads((out / "run.json").read_bytes())["paths"] == [printable(str(tree))]


@pytest.mark.once
def test_warm_up_leaves_the_worker_with_one_thread(tree, scanned, tmp_path):
    """Landlock reaches only the thread that asks for it."""
    out = tmp_path / "results"
    scanned(tree, out=out)
    assert "threads" not in read_run(out / "run.json").sandbox["landlock"]


@pytest.mark.once
def test_the_results_are_never_scanned(tree, matcher):
    out = tree / "results"
    scan([tree], matcher, out, QUICK)
    assert not [found for found in findings.read(out / "findings.jsonl") if "/results" in found.media.name]


@pytest.mark.once
def test_progress_grows_and_ends_at_the_totals(tree, tmp_path):
    seen: list[Progress] = []
    summary = scan([tree], NO_LISTS, tmp_path / "out", QUICK, seen.append)
    assert [moment.files for moment in seen] == sorted(moment.files for moment in seen)
    last = seen[-1]
    assert (last.files, last.bytes, last.members) == (summary.files, summary.bytes, summary.members)
    assert last.counted
    assert (last.total_files, last.total_bytes) == (last.files, last.bytes)
    assert last.sandbox["seccomp"] == IN_FORCE
    assert dict(last.verdicts) == summary.verdicts


@pytest.mark.once
def test_a_file_that_changes_while_it_is_read_is_marked(tmp_path, scanned):
    from vaern.scanning.tasks import CHANGED

    folder = tmp_path / "tree"
    folder.mkdir()
    for number in range(3):
        (folder / str(number)).write_bytes(b"x" * 1000)

    def change(progress):
        if not progress.files:
            (folder / "0").write_bytes(b"y")

    found, _ = scanned(folder, on_progress=change)
    assert found[f"{folder}/0"].media.notes == (CHANGED,)
    assert found[f"{folder}/2"].media.notes == ()


def test_what_cannot_run_says_so_and_leaves_nothing(tree, tmp_path):
    out = tmp_path / "out"
    with pytest.raises(Refusal, match="exists"):
        scan([tree / "missing"], NO_LISTS, out, QUICK)
    with pytest.raises(Refusal, match="nothing to resume"):
        scan([tree], NO_LISTS, out, QUICK, resume=True)
    assert not out.exists()
    out.mkdir()
    (out / "other").touch()
    with pytest.raises(Refusal, match="not empty"):
        scan([tree], NO_LISTS, out, QUICK)
    assert [path.name for path in out.iterdir()] == ["other"]
