"""A whole scan: real workers, real lists, a real results folder."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import random
import threading
import zipfile

import av
import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image
from tests.scanning.conftest import NO_LISTS, QUICK
from tests.scanning.test_archives import make_tar

from vaern.formats import findings
from vaern.hashing import HashOptions, hash_file
from vaern.matching import ListPackage, Matcher, build_package, video
from vaern.records import Entry, Signal, Traits
from vaern.scanning import IN_FORCE, Progress, ScanError, exit_status, scan
from vaern.scanning.names import printable
from vaern.scanning.record import read_run
from vaern.shapes import folder_digest


def picture(seed):
    """A picture with structure, synthetic."""
    blocks = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    return Image.fromarray(blocks).resize((256, 256), Image.Resampling.BICUBIC)


def encoded(image, kind="PNG", **more):
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def short_film():
    """A short film, synthetic."""
    out = io.BytesIO()
    with av.open(out, "w", "mp4") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width, stream.height = 256, 256
        for seed in range(5):
            container.mux(stream.encode(av.VideoFrame.from_image(picture(seed))))
        container.mux(stream.encode())
    return out.getvalue()


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


def write(path, data):
    path.write_bytes(data)
    return path


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


def test_a_file_is_hashed_as_without_a_sandbox(tree, scanned):
    found, _ = scanned(tree)
    for name, finding in found.items():
        if not finding.media.archive and not finding.media.mime.startswith("inode/"):
            alone = hash_file(name, HashOptions(orientations=1, frames=QUICK.frames))
            assert finding.media.signals == alone.signals
            assert finding.media.unreadable == alone.unreadable


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


def test_warm_up_leaves_the_worker_with_one_thread(tree, scanned, tmp_path):
    """Landlock reaches only the thread that asks for it."""
    out = tmp_path / "results"
    scanned(tree, out=out)
    assert "threads" not in read_run(out / "run.json").sandbox["landlock"]


def test_the_results_are_never_scanned(tree, matcher):
    out = tree / "results"
    scan([tree], matcher, out, QUICK)
    assert not [found for found in findings.read(out / "findings.jsonl") if "/results" in found.media.name]


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


def test_a_file_that_changes_while_it_is_read_is_marked(tmp_path, scanned):
    from vaern.scanning.pool import CHANGED

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


@pytest.mark.parametrize(
    ("limits", "name", "says"),
    [
        ({"archive_depth": 1}, "nested.zip!/inner.zip", "archives nested deeper than 1 are not looked into"),
        ({"archive_members": 1}, "nested.zip!/inner.zip", "the archive has more members than the limit allows"),
        ({"archive_free": 1, "archive_ratio": 0}, "report.docx", "the archive unpacks to more than 1 bytes"),
        ({"spool": 10}, "report.docx!/word/media/image1.png", "unpacks to more than 10 bytes: only its digests"),
    ],
)
def test_the_limits_of_archives_are_causes(tree, scanned, limits, name, says):
    found, _ = scanned(tree, options=replace(QUICK, **limits))
    finding = found[f"{tree}/{name}"]
    assert finding.verdict == "unreadable"
    assert says in finding.media.unreadable
    assert len(finding.media.signals) == 3


def test_archives_may_be_left_alone(tree, scanned):
    _, summary = scanned(tree, options=replace(QUICK, archives=False))
    assert summary.members == 0


def test_a_quine_ends(tmp_path, scanned):
    """Archives in archives, wider at each level: the limits hold for all levels together."""
    data = b"x" * 1000
    for _ in range(6):
        data = zipped({f"{number}.zip": data for number in range(5)})
    (tmp_path / "deep.zip").write_bytes(data)
    found, _ = scanned(tmp_path)
    assert max(len(finding.media.member) for finding in found.values()) == 3
    assert sum(finding.verdict == "unreadable" for finding in found.values()) == 125


def test_what_cannot_run_says_so_and_leaves_nothing(tree, tmp_path):
    out = tmp_path / "out"
    with pytest.raises(ScanError, match="exists"):
        scan([tree / "missing"], NO_LISTS, out, QUICK)
    with pytest.raises(ScanError, match="nothing to resume"):
        scan([tree], NO_LISTS, out, QUICK, resume=True)
    assert not out.exists()
    out.mkdir()
    (out / "other").touch()
    with pytest.raises(ScanError, match="not empty"):
        scan([tree], NO_LISTS, out, QUICK)
    assert [path.name for path in out.iterdir()] == ["other"]


def test_two_scans_cannot_share_a_folder(tree, tmp_path):
    out = tmp_path / "out"
    refused = []

    def again(progress):
        if not refused:
            with pytest.raises(ScanError, match="another scan is writing"):
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
        ({"matcher": Matcher(matcher.packages, distance=3)}, "distance"),
        ({"options": replace(QUICK, frames=1)}, "option frames was 8 when the scan began and is 1 now"),
        ({"synthetic": True}, "synthetic was False when the scan began and is True now"),
    ):
        given = {"paths": [tree], "matcher": matcher, "out": out, "options": QUICK} | change
        with pytest.raises(ScanError, match=says):
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
    out, stop = tmp_path / "out", threading.Event()
    summary = scan([tree], StoppingMatcher(matcher.packages, stop), out, replace(QUICK, orientations=8), stop=stop)
    assert not summary.finished
    assert (out / "findings.jsonl").read_bytes() == b""
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


def test_what_may_hide_pictures_is_not_passed_over_in_silence(tmp_path, scanned):
    folder = tmp_path / "drive"
    folder.mkdir()
    one, two = encoded(picture(1)), encoded(picture(2))
    first = make_tar([("in.png", one)]) + make_tar([("second.png", two)])
    files = {
        "a.rar": b"Rar!\x1a\x07\x01\x00" + bytes(50),
        "b.png.gz": gzip.compress(one),
        "c.tar": first + two,
        "d.zip": zipped({"a.txt": b"x"}) + b"something",
        "e.txt": b"plain",
        "f.zip": zipped({"a.txt": b"x"}) + b"Rar!\x1a\x07\x01\x00",
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    found, summary = scanned(folder)
    told = {name.removeprefix(f"{folder}/"): (finding.verdict, finding.reason) for name, finding in found.items()}
    rar = ("unopened", "Not looked into: a RAR archive.")
    stray = ("unopened", "Not looked into: bytes that belong to no member of the archive.")
    fresh, plain = ("new", "No list has it."), ("not media", "Neither a picture nor a video, and no list has it.")
    assert told == {
        "a.rar": rar,
        "b.png.gz": plain,
        "b.png.gz!/unpacked": fresh,
        "c.tar": plain,
        "c.tar!/in.png": fresh,
        "c.tar!/second.png": fresh,
        f"c.tar!/@{len(first)}": fresh,
        "d.zip": plain,
        "d.zip!/a.txt": plain,
        f"d.zip!/@{len(zipped({'a.txt': b'x'}))}": stray,
        "e.txt": plain,
        "f.zip": plain,
        "f.zip!/a.txt": plain,
        f"f.zip!/@{len(zipped({'a.txt': b'x'}))}": rar,
    }
    assert exit_status(summary) == 5
    closed, _ = scanned(folder, options=replace(QUICK, archives=False))
    reasons = {name.removeprefix(f"{folder}/"): finding.reason for name, finding in closed.items()}
    assert reasons["b.png.gz"] == "Not looked into: a gzip file."
    assert reasons["c.tar"] == "Not looked into: a tar archive."
    assert reasons["d.zip"] == "Not looked into: a zip archive."


def test_what_comes_with_a_picture_or_with_sound_is_read(tmp_path, scanned):
    folder = tmp_path / "phone"
    folder.mkdir()
    one, two, cover = encoded(picture(1), "JPEG"), encoded(picture(2), "JPEG", quality=90), encoded(picture(3))
    film = short_film()
    apic = b"\0image/png\0\3\0" + cover
    frame = b"APIC" + len(apic).to_bytes(4, "big") + b"\0\0" + apic
    tag = b"ID3\3\0\0" + bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0)) + frame
    files = {
        "motion.jpg": one + film,
        "samsung.jpg": one + b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data" + film,
        "pair.jpg": one + two,
        "stream.mjpeg": b"".join(encoded(picture(n), "JPEG") for n in range(4, 10)),
        "trailer.jpg": one + b"something of somebody",
        "song.mp3": tag + (b"\xff\xfb\x90\x64" + bytes(413)) * 20,
        "plain.jpg": one + bytes(100),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    found, _ = scanned(folder)
    told = {
        name.removeprefix(f"{folder}/"): (finding.verdict, finding.media.mime, finding.media.notes)
        for name, finding in found.items()
    }
    at = f"!/@{len(one)}"
    with_film = len(one) + 24
    photograph, clip = ("new", "image/jpeg", ()), ("new", "video/mp4", ())
    assert told == {
        "motion.jpg": photograph,
        f"motion.jpg{at}": clip,
        "samsung.jpg": ("new", "image/jpeg", ("bytes of no known kind behind the picture: 22",)),
        f"samsung.jpg!/@{with_film}": clip,
        "pair.jpg": photograph,
        f"pair.jpg{at}": photograph,
        "stream.mjpeg": ("new", "video/x-mjpeg", ()),
        "trailer.jpg": ("new", "image/jpeg", ("bytes of no known kind behind the picture: 21",)),
        "song.mp3": ("not media", "audio/mpeg", ()),
        "song.mp3!/cover-1": ("new", "image/png", ()),
        "plain.jpg": photograph,
    }
    alone = hash_file(write(tmp_path / "film.mp4", film), HashOptions(orientations=1))
    assert found[f"{folder}/motion.jpg{at}"].media.signals == alone.signals
    assert [s for s in found[f"{folder}/stream.mjpeg"].media.signals if s.kind == "vpdq"]
