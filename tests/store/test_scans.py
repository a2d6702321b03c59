"""A scan of a store finds what a scan of the same tree in a folder finds, however it is disturbed."""

from __future__ import annotations

import io
import os
import random
import signal
import subprocess
import sys
import tarfile
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.scanning.conftest import NO_LISTS, QUICK
from tests.scanning.trees import encoded, picture, zipped
from tests.store.bucket import KEY, SECRET, TOKEN, refusal
from tests.store.draining import settle

from vaern.formats import findings
from vaern.scanning import Refusal, Summary, scan
from vaern.scanning.names import original
from vaern.scanning.record import read_run
from vaern.scanning.tasks import CHANGED
from vaern.store.objects import Objects

if TYPE_CHECKING:
    from pathlib import Path

    from tests.client.serving import Asked, Said
    from tests.store.bucket import Bucket

    from vaern.records import Finding, Media

pytestmark = pytest.mark.once

SCAN = """
import sys
from pathlib import Path
from vaern.matching import Matcher
from vaern.scanning import ScanOptions, pipeline, scan
from vaern.store.objects import Objects
pipeline._BATCH = 1
out = Path(sys.argv[1])
options = ScanOptions(jobs=1, orientations=1, wall_seconds=60.0)
scan(Objects(sys.argv[2]), Matcher([]), out, options, resume=(out / "run.json").exists())
"""
CONTENTS = {
    "picture": encoded(picture(1)),
    "turned": encoded(picture(2).rotate(90), "JPEG", quality=60),
    "broken": encoded(picture(5))[:40],
    "text": b"plain",
    "nothing": b"",
    "box": zipped({"a.png": encoded(picture(3)), "note.txt": b"in a box", "inner.zip": zipped({"../b": b"deep"})}),
}
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=6)
PATHS = st.lists(NAMES.filter(lambda name: name not in {".", ".."}), min_size=1, max_size=3).map("/".join)
TREES = st.dictionaries(PATHS, st.sampled_from(sorted(CONTENTS)), max_size=8)


def scanned(out: Path, address: str, **more: object) -> Summary:
    """Scan what is there."""
    try:
        with closing(Objects(address)) as objects:
            return scan(objects, NO_LISTS, out, QUICK, **more)  # type: ignore[arg-type]
    finally:
        settle()


def found_in(out: Path) -> list[Finding]:
    return list(findings.read(out / "findings.jsonl"))


def plain(media: Media, root: str) -> Media:
    """What does not depend on where it lies and since when."""
    name, archive = media.name.removeprefix(root), media.archive.removeprefix(root)
    return replace(media, name=name, archive=archive, archive_state="", modified=None, traits=None)


def essences(out: Path, root: str) -> list[Finding]:
    return [replace(finding, media=plain(finding.media, root)) for finding in found_in(out)]


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=TREES)
def test_a_store_is_read_as_a_folder_of_the_same_tree(
    tree: dict[str, str], bucket: Bucket, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("scans")
    for path, kind in tree.items():
        file = folder / "tree" / path
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(CONTENTS[kind])
        except OSError:
            continue  # of one key that lies below another, a folder has only one
    lying = {file: file.relative_to(folder / "tree") for file in folder.rglob("*") if file.is_file()}
    bucket.objects = {os.fsencode(path): file.read_bytes() for file, path in lying.items()}
    (folder / "tree").mkdir(exist_ok=True)
    scanned(folder / "store", bucket.url)
    scan([folder / "tree"], NO_LISTS, folder / "results", QUICK)
    ours, theirs = essences(folder / "store", f"{bucket.url}/"), essences(folder / "results", f"{folder}/tree/")
    assert sorted(ours, key=lambda one: one.media.name) == sorted(theirs, key=lambda one: one.media.name)
    files = [original(one.media.name) for one in ours if not one.media.archive]
    assert files == sorted(bucket.objects)


def test_the_times_and_the_record_are_those_of_the_store(bucket: Bucket, tmp_path: Path) -> None:
    bucket.objects = {b"photos/box.zip": CONTENTS["box"], b"other": b""}
    scanned(tmp_path / "out", f"{bucket.url}/photos")
    found = found_in(tmp_path / "out")
    own = [finding.media for finding in found if not finding.media.archive]
    assert [(media.name, media.modified) for media in own] == [(f"{bucket.url}/photos/box.zip", "2026-11-02T03:04:05Z")]
    assert {finding.media.archive for finding in found} == {"", f"{bucket.url}/photos/box.zip"}
    run = read_run(tmp_path / "out" / "run.json")
    assert run.paths == [f"{bucket.url}/photos"]
    assert run.folders == [f"{bucket.url}/photos at {os.environ[bucket.ENDPOINT]}"]
    assert run.complete


def test_another_store_is_another_scan(bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.objects = {b"photos/a": b"1", b"photos/b/c": b"2"}
    scanned(tmp_path / "out", f"{bucket.url}/photos")
    with pytest.raises(Refusal, match="cannot resume: the set of folders was"):
        scanned(tmp_path / "out", f"{bucket.url}/photos/b", resume=True)
    monkeypatch.setenv(bucket.ENDPOINT, os.environ[bucket.ENDPOINT].replace("127.0.0.1", "localhost"))
    with pytest.raises(Refusal, match="cannot resume: the set of folders was"):
        scanned(tmp_path / "out", f"{bucket.url}/photos", resume=True)


def refusing(after: int) -> object:
    """What lets so many requests through, and then says that the credentials have expired."""
    requests = 0

    def answer(asked: Asked) -> Said | None:
        nonlocal requests
        requests += 1
        return refusal(400, "ExpiredToken") if requests > after else None

    return answer


@pytest.mark.parametrize("after", [2, 5, 12, 20])
def test_what_the_store_refuses_in_the_middle_is_gone_on_with(bucket: Bucket, tmp_path: Path, after: int) -> None:
    bucket.page = 5
    bucket.objects = {b"%02d.zip" % number: zipped({"a": b"%d" % number}) for number in range(20)}
    scanned(tmp_path / "whole", bucket.url)
    bucket.before = refusing(after)  # type: ignore[assignment]
    with pytest.raises(Refusal) as refused:
        scanned(tmp_path / "out", bucket.url)
    assert str(refused.value).startswith("the store does not take the request (ExpiredToken); look at the credentials")
    assert str(refused.value).endswith(", then go on with --resume; the report has what was done until then")
    assert "stopped before" in (tmp_path / "out" / "report.html").read_text()
    run = read_run(tmp_path / "out" / "run.json")
    assert not run.complete
    assert run.files == len([one for one in found_in(tmp_path / "out") if not one.media.archive])
    bucket.before = lambda _: None
    assert scanned(tmp_path / "out", bucket.url, resume=True).finished
    lines = (tmp_path / "out" / "findings.jsonl").read_bytes().splitlines()
    assert lines == (tmp_path / "whole" / "findings.jsonl").read_bytes().splitlines()


def killed_at(out: Path, address: str, size: int) -> bool:
    """Run a scan in a process and kill it once its findings have so many bytes; whether it was killed."""
    with subprocess.Popen([sys.executable, "-c", SCAN, str(out), address], stderr=subprocess.PIPE) as running:
        while running.poll() is None:
            if (out / "findings.jsonl").exists() and (out / "findings.jsonl").stat().st_size >= size:
                running.send_signal(signal.SIGKILL)
                running.wait()
                return running.returncode == -signal.SIGKILL
            time.sleep(0.001)
        assert running.stderr
        assert running.returncode == 0, running.stderr.read().decode()
    return False


def packed(texts: list[bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for text in texts:
            info = tarfile.TarInfo("same name")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text))
    return out.getvalue()


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 20))])
def test_a_killed_scan_finds_in_the_end_what_an_undisturbed_one_finds(
    bucket: Bucket, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    bucket.page = chance.choice([3, 1000])
    bucket.objects = {b"%02d.png" % number: encoded(picture(number)) for number in range(12)}
    bucket.objects |= {b"a/%d.tgz" % number: packed([b"%d" % text for text in range(9)]) for number in range(3)}
    bucket.objects |= {b"\n": b"odd", b"a": b"a file and a folder", b"a/": b"", b"a//b": b""} | bucket.NO_TEXT
    scanned(tmp_path / "whole", bucket.url)
    whole = (tmp_path / "whole" / "findings.jsonl").read_bytes()
    kills = 0
    for place in sorted(chance.randint(0, len(whole) - 1) for _ in range(chance.randint(1, 3))):
        kills += killed_at(tmp_path / "out", bucket.url, place)
    scanned(tmp_path / "out", bucket.url, resume=(tmp_path / "out" / "run.json").exists())
    lines = (tmp_path / "out" / "findings.jsonl").read_bytes().splitlines()
    assert sorted(lines) == sorted(whole.splitlines())
    assert kills or seed > 2


def test_an_archive_that_changed_between_two_sessions_is_read_anew(bucket: Bucket, tmp_path: Path) -> None:
    bucket.objects = {b"a.zip": zipped({f"{n}.txt": b"%d" % n for n in range(6)}), b"z": b"outside"}
    scanned(tmp_path, bucket.url)
    lines = (tmp_path / "findings.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "findings.jsonl").write_bytes(b"".join(lines[:3]))
    scanned(tmp_path, bucket.url, resume=True)
    assert (tmp_path / "findings.jsonl").read_bytes().splitlines(keepends=True) == lines
    (tmp_path / "findings.jsonl").write_bytes(b"".join(lines[:3]))
    bucket.objects[b"a.zip"] = zipped({f"{n}.txt": b"%d" % (n + 1) for n in range(6)})
    scanned(tmp_path, bucket.url, resume=True)
    own = {one.media.name: CHANGED in one.media.notes for one in found_in(tmp_path) if not one.media.archive}
    assert own == {f"{bucket.url}/a.zip": True, f"{bucket.url}/z": False}
    members = [one.media.name for one in found_in(tmp_path) if one.media.archive]
    assert len(members) == 3 + 6


def test_an_object_that_changed_after_it_was_listed_is_marked(bucket: Bucket, tmp_path: Path) -> None:
    bucket.objects = {b"a": b"old", b"b": b"other"}

    def change(asked: Asked) -> None:
        if asked.path.endswith("/a"):
            bucket.objects[b"a"] = b"newer"

    bucket.before = change  # type: ignore[assignment]
    scanned(tmp_path, bucket.url)
    assert [(one.media.size, one.media.notes) for one in found_in(tmp_path)] == [(5, (CHANGED,)), (5, ())]


def test_what_could_not_be_fetched_is_tried_again(bucket: Bucket, tmp_path: Path) -> None:
    bucket.objects = {b"a": b"1", b"b": b"2"}
    bucket.before = lambda asked: refusal(503, "SlowDown") if asked.path.endswith("/a") else None
    scanned(tmp_path, bucket.url)
    (first, _) = found_in(tmp_path)
    assert first.reason == "Could not be read: the store was too busy to give it (SlowDown)."
    bucket.before = lambda _: None
    scanned(tmp_path, bucket.url, retry=True)
    assert {one.media.name: one.verdict for one in found_in(tmp_path)} == {
        f"{bucket.url}/a": "not media",
        f"{bucket.url}/b": "not media",
    }


def test_a_scan_that_is_stopped_waits_for_no_store(bucket: Bucket, tmp_path: Path) -> None:
    """The store does not answer any more: what is listed and fetched is left to itself, and the report is written."""
    bucket.objects = {b"%03d" % number: b"x" for number in range(300)}
    bucket.page = 100
    stop, free = threading.Event(), threading.Event()

    def hang(asked: Asked) -> None:
        if bucket.after(asked) or asked.path.endswith("/050"):
            stop.set()
            free.wait()

    bucket.before = hang  # type: ignore[assignment]
    try:
        with closing(Objects(bucket.url)) as objects:
            summary = scan(objects, NO_LISTS, tmp_path, QUICK, stop=stop)
        assert not summary.finished
        assert summary.files <= 50
    finally:
        free.set()
    bucket.before = lambda _: None
    assert scanned(tmp_path, bucket.url, resume=True).files == 300


def test_credentials_stand_nowhere(bucket: Bucket, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Not in the results, and not in what is said, whatever the store answers; its own messages are not repeated."""
    bucket.objects = {b"%02d" % number: b"x" for number in range(40)}
    answers = [refusal(403, "AccessDenied"), refusal(409, SECRET), refusal(500, KEY), refusal(412, "A")] * 5
    bucket.before = lambda asked: None if bucket.lists(asked) or not answers else answers.pop()
    scanned(tmp_path / "out", bucket.url)
    bucket.before = refusing(9)  # type: ignore[assignment]
    with pytest.raises(Refusal) as refused:
        scanned(tmp_path / "out", bucket.url, retry=True)
    said = [path.read_text() for path in (tmp_path / "out").iterdir()] + [caplog.text, repr(refused.value)]
    assert len(said) >= 6
    for text in said:
        assert SECRET not in text
        assert TOKEN not in text
        assert KEY not in text
