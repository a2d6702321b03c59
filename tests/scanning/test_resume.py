"""A scan may be killed at any moment; resumed, it finds what it would have found, each thing once."""

from __future__ import annotations

import io
import os
import random
import signal
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image
from tests.scanning.conftest import NO_LISTS, QUICK

from vaern.formats.findings import decode, encode
from vaern.records import Finding, Media
from vaern.scanning import Refusal, scan
from vaern.scanning.journal import Journal
from vaern.scanning.states import ENDS, state_of
from vaern.scanning.tasks import CHANGED
from vaern.scanning.walk import Item

pytestmark = pytest.mark.once

SCAN = """
import sys
from pathlib import Path
from vaern.matching import Matcher
from vaern.scanning import ScanOptions, pipeline, scan
pipeline._BATCH = int(sys.argv[3])
out = Path(sys.argv[2])
options = ScanOptions(jobs=1, orientations=1, wall_seconds=60.0)
scan([Path(sys.argv[1])], Matcher([]), out, options, resume=(out / "run.json").exists())
"""


def picture(seed):
    out = io.BytesIO()
    blocks = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    Image.fromarray(blocks).resize((512, 512)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """Pictures, and archives within archives; two members of one name; names that are no text."""
    folder = tmp_path_factory.mktemp("tree")
    for number in range(25):
        (folder / f"{number:02}.png").write_bytes(picture(number))
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\n.png")).write_bytes(picture(99))
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w:gz") as archive:
        for number in range(8):
            data = picture(100 + number)
            info = tarfile.TarInfo("same name")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    with zipfile.ZipFile(folder / "05.zip", "w") as archive:
        for number in range(8):
            archive.writestr(f"{number}.png", picture(200 + number))
        archive.writestr("inner.tar.gz", inner.getvalue())
        archive.writestr("last.png", picture(300))
    (folder / "link").symlink_to("nowhere")
    return folder


@pytest.fixture(scope="module")
def whole(reference):
    """Lines of the scan that nothing disturbed."""
    return (reference / "findings.jsonl").read_bytes().splitlines()


@pytest.fixture(scope="module")
def reference(tree, tmp_path_factory):
    """The results folder of the scan that nothing disturbed."""
    out = tmp_path_factory.mktemp("reference")
    scan([tree], NO_LISTS, out, QUICK)
    lines = (out / "findings.jsonl").read_bytes().splitlines()
    assert len(lines) == len(set(lines)) == 25 + 1 + 1 + (8 + 1 + 8 + 1) + 1
    return out


def kill_at(tree, out, size, batch, delay):
    """Run a scan and kill it once its findings have so many bytes; whether it was killed."""
    command = [sys.executable, "-c", SCAN, str(tree), str(out), str(batch)]
    findings = out / "findings.jsonl"
    with subprocess.Popen(command, stderr=subprocess.PIPE) as running:
        while running.poll() is None:
            if findings.exists() and findings.stat().st_size >= size:
                time.sleep(delay)
                running.send_signal(signal.SIGKILL)
                running.wait()
                return running.returncode == -signal.SIGKILL
            time.sleep(0.001)
        assert running.returncode == 0, running.stderr.read().decode()
    return False


def tear(findings, random):
    """What a loss of power may leave: a torn line, or zeros where data had not reached the disk."""
    data = findings.read_bytes()
    if random.random() < 0.5:
        findings.write_bytes(data[: random.randint(0, len(data))])
    elif random.random() < 0.5:
        findings.write_bytes(data + bytes(random.randint(1, 4096)))


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 40))])
def test_a_killed_scan_finds_in_the_end_what_an_undisturbed_one_finds(tree, whole, tmp_path, seed):
    chance = random.Random(seed)
    total = sum(len(line) + 1 for line in whole)
    out, kills = tmp_path / "out", 0
    places = sorted(chance.randint(0, total - 1) for _ in range(chance.randint(1, 4)))
    for place in places:
        kills += kill_at(tree, out, place, chance.choice([1, 1, 5]), chance.choice([0, 0.002, 0.02]))
        if seed > 2 and kills:
            tear(out / "findings.jsonl", chance)
    scan([tree], NO_LISTS, out, QUICK, resume=(out / "run.json").exists())
    lines = (out / "findings.jsonl").read_bytes().splitlines()
    assert sorted(lines) == sorted(whole)
    assert kills or seed > 2


@pytest.mark.parametrize("place", [0.1, 0.7, *(pytest.param(at / 18, marks=pytest.mark.slow) for at in range(18))])
def test_a_scan_is_resumed_from_any_line_within_an_archive(tree, reference, whole, tmp_path, place):
    inside = [at for at, line in enumerate(whole) if b'"archive":' in line]
    at = inside[int(place * len(inside))]
    (tmp_path / "run.json").write_bytes((reference / "run.json").read_bytes())
    (tmp_path / "findings.jsonl").write_bytes(b"".join(line + b"\n" for line in whole[: at + 1]))
    scan([tree], NO_LISTS, tmp_path, QUICK, resume=True)
    assert sorted((tmp_path / "findings.jsonl").read_bytes().splitlines()) == sorted(whole)


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


@given(names=st.lists(NAMES, unique=True, max_size=8), data=st.data())
def test_a_journal_knows_what_is_done_however_it_is_cut(names, data, tmp_path_factory):
    lines = [encode(Finding(Media(name, 1), "new")) for name in names]
    content = b"".join(lines)
    cut = data.draw(st.integers(0, len(content)), "cut")
    junk = data.draw(st.sampled_from([b"", b"\0" * 50, b"{", b'{"media": {}}\n', b"\xff\n"]), "junk")
    path = tmp_path_factory.mktemp("journal") / "findings.jsonl"
    path.write_bytes(content[:cut] + junk)
    ends = np.cumsum([len(line) for line in lines]).tolist()
    done = [name for name, end in zip(names, ends, strict=True) if end <= cut]
    with Journal(path) as journal:
        assert [name for name in names if journal.has(Item(name))] == done
        assert journal.tally.files == len(done)
        journal.write([Finding(Media("last", 1), "new")])
    kept = path.read_bytes().splitlines(keepends=True)
    assert kept == [*lines[: len(done)], encode(Finding(Media("last", 1), "new"))]


@given(data=st.data())
def test_a_journal_that_is_damaged_within_is_refused_and_kept(data, tmp_path_factory):
    lines = [encode(Finding(Media(f"{number}", 1), "new")) for number in range(4)]
    at = data.draw(st.integers(0, 2))
    lines[at] = data.draw(st.sampled_from([b"\0" * 50 + lines[at], b"{\n", b"\xff\n", b"\xef\xbb\xbf" + lines[at]]))
    path = tmp_path_factory.mktemp("journal") / "findings.jsonl"
    path.write_bytes(b"".join(lines))
    with pytest.raises(Refusal, match=rf"line {at + 1}: damaged"):
        Journal(path)
    assert path.read_bytes() == b"".join(lines)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=4), st.booleans())
def test_a_journal_knows_the_last_member_of_an_archive_that_is_not_done(members, done):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "findings.jsonl"
        places = enumerate(members)
        found = [Finding(Media(f"a!/{at}", 1, archive="a", member=(at, place)), "new") for at, place in places]
        if done:
            found.append(Finding(Media("a", 1), "new"))
        path.write_bytes(b"".join(map(encode, found)))
        with Journal(path) as journal:
            assert journal.has_begun("a") == (not done)
            assert done or journal.go_on("a", "").after == (len(members) - 1, members[-1])
            assert journal.has(Item("a")) == done


TEXTS = {f"{number}.txt": f"text {number}" for number in range(6)}
MOVED = {"first.txt": "in front", **TEXTS}
CHANGED_TO = {
    "another member": {**TEXTS, "2.txt": "text X"},
    "a member in front": MOVED,
    "fewer members": {name: text for name, text in TEXTS.items() if name not in ("0.txt", "5.txt")},
    "another order": dict(reversed(TEXTS.items())),
    "nothing": {},
}


def box(path, texts, modified):
    """A zip whose time and size can be kept: it is what changes least."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in texts.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    os.utime(path, ns=(modified, modified))


def lines_of(out):
    return (out / "findings.jsonl").read_bytes().splitlines(keepends=True)


def cut(out, kept):
    (out / "findings.jsonl").write_bytes(b"".join(kept))


def essence(line):
    """A finding without the state of its archive, and without the remark that it changed."""
    found = decode(line)
    notes = tuple(note for note in found.media.notes if note != CHANGED)
    return encode(replace(found, media=replace(found.media, archive_state="", notes=notes)))


CASES = [
    pytest.param(
        change,
        done,
        marks=pytest.mark.slow if done != 3 or change in ("fewer members", "nothing", "another member") else (),
    )
    for change in CHANGED_TO
    for done in (1, 3, 6)
]


@pytest.mark.parametrize(("change", "done"), CASES)
def test_an_archive_that_changed_while_the_scan_was_stopped_is_read_anew(tmp_path, change, done):
    """What was found stays, what is new is added, and nothing stands there twice; stopped once more, it is the same."""
    tree, out, fresh = tmp_path / "tree", tmp_path / "out", tmp_path / "fresh"
    tree.mkdir()
    (tree / "z.txt").write_text("outside")
    box(tree / "a.zip", TEXTS, modified=10**18)
    scan([tree], NO_LISTS, out, QUICK)
    before = [line for line in lines_of(out) if b'"archive":' in line][:done]
    cut(out, before)
    box(tree / "a.zip", CHANGED_TO[change], modified=10**18)
    scan([tree], NO_LISTS, fresh, QUICK)
    wanted = sorted({essence(line) for line in [*before, *lines_of(fresh)]})
    for kept in (done, done + 1):  # it is stopped once more, when one line of the new state is there
        cut(out, lines_of(out)[:kept])
        scan([tree], NO_LISTS, out, QUICK, resume=True)
        assert sorted(map(essence, lines_of(out))) == wanted
        assert lines_of(out)[:done] == before
        own = [decode(line).media for line in lines_of(out) if b'"archive":' not in line]
        assert {media.name: CHANGED in media.notes for media in own} == {f"{tree}/a.zip": True, f"{tree}/z.txt": False}


def test_an_archive_that_did_not_change_goes_on_where_it_was(tmp_path):
    tree, out = tmp_path / "tree", tmp_path / "out"
    tree.mkdir()
    box(tree / "a.zip", TEXTS, modified=10**18)
    scan([tree], NO_LISTS, out, QUICK)
    whole = lines_of(out)
    cut(out, whole[:3])
    with Journal(out / "findings.jsonl") as journal:
        descriptor = os.open(tree / "a.zip", os.O_RDONLY)
        assert journal.go_on(f"{tree}/a.zip", state_of(descriptor)) == ((2,), state_of(descriptor), False)
        os.close(descriptor)
    scan([tree], NO_LISTS, out, QUICK, resume=True)
    assert lines_of(out) == whole


def test_results_that_do_not_say_the_state_of_an_archive_are_gone_on_with(tmp_path):
    """Those of version 0.1.0: the archive is read anew, since nobody knows, and nothing is written twice."""
    tree, out = tmp_path / "tree", tmp_path / "out"
    tree.mkdir()
    box(tree / "a.zip", TEXTS, modified=10**18)
    scan([tree], NO_LISTS, out, QUICK)
    whole = list(map(essence, lines_of(out)))
    for stop in (2, 5):
        cut(out, [*whole[:2], *lines_of(out)[2:stop]])
        scan([tree], NO_LISTS, out, QUICK, resume=True)
        assert list(map(essence, lines_of(out))) == whole
        assert CHANGED not in lines_of(out)[-1].decode()


@pytest.mark.parametrize("size", [0, 10, ENDS - 1, ENDS, ENDS + 1, 2 * ENDS, 5 * ENDS])
def test_the_state_of_a_file_is_its_size_time_and_ends(tmp_path, size):
    path = tmp_path / "file"

    def state(content, modified=10**18):
        path.write_bytes(content)
        os.utime(path, ns=(modified, modified))
        descriptor = os.open(path, os.O_RDONLY)
        try:
            return state_of(descriptor)
        finally:
            os.close(descriptor)

    content = bytes(size)
    assert state(content) == state(content)
    assert len({state(content), state(content, 10**18 + 1), state(content + b"x")}) == 3
    for at in {0, ENDS - 1, size - ENDS, size - 1} & set(range(size)):
        assert state(content[:at] + b"x" + content[at + 1 :]) != state(content)
