"""What a file can do to a scan: at most to lose its own perceptual signals."""

from __future__ import annotations

import hashlib
import io
import re
import sys
import zipfile
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.hashing.test_video import film
from tests.scanning.conftest import MISBEHAVING, QUICK

from vaern.scanning import Refusal, pool, tasks
from vaern.scanning.process import CRASH, KILLED
from vaern.scanning.protocol import Began, Longer, follows
from vaern.scanning.record import read_run

pytestmark = pytest.mark.once

SHORT = replace(QUICK, cpu_seconds=1.0, seconds_per_megabyte=0.0)
SLEEP = f"sleep\n{'x' * tasks.SMALL}"
"""Too large to be read without a word of where the worker is, of which the parent would hear after a minute."""
CAUSES = {
    "segfault": r"the decoder crashed \(SIGSEGV\)",
    "abort": r"the decoder crashed \(SIGABRT\)",
    "exit": r"the decoder crashed \(exit status 7\)",
    "spin": r"the decoder took more than 1 s of processor time",
    "memory": r"the decoder ran out of memory \(limit 2 GB\)",
    "raise": r"the decoder failed \(ZeroDivisionError: a bug\\x1b\[2J in a decoder\)",
    "lie": r"the decoder crashed \(the worker answered nonsense: a record with impossible values\)",
    "list for ever": r"the decoder crashed \(the worker answered nonsense: words without a result\)",
    "say no text": r"the decoder crashed \(the worker answered nonsense: .* invalid .*\)",
    "be elsewhere": r"the decoder crashed \(the worker answered nonsense: a record with impossible values\)",
    "go past the North Pole": r"the decoder crashed \(the worker answered nonsense: a record with impossible values\)",
    "be nowhere": r"the decoder crashed \(the worker answered nonsense: a record with impossible values\)",
    "name a folder": r"the decoder crashed \(the worker answered nonsense: a record with impossible values\)",
    "take for ever": r"the decoder crashed \(the worker answered nonsense: a record with impossible values\)",
    "take less than nothing": r"the decoder crashed \(the worker answered nonsense: a record with impossible values\)",
    "take long elsewhere": r"the decoder crashed \(the worker answered nonsense: a video that was not begun\)",
    "have many signals": r"the decoder crashed \(the worker answered nonsense: more signals than a file has\)",
    "babble": r"the decoder crashed \(the worker answered nonsense: a message of \d+ bytes\)",
}


LEAPING = """
import itertools, time, types
from vaern.scanning import worker
clock = itertools.count(0, 1_000_000)
worker.time = types.SimpleNamespace(process_time=lambda: next(clock), monotonic=time.monotonic)
worker.main()
"""


def digest(finding):
    return {signal.kind: signal.value for signal in finding.media.signals}.get("sha256")


@pytest.mark.parametrize(
    "deeds",
    [
        ("spin", "memory", "raise", "lie", "say no text", "be elsewhere", "list for ever"),
        pytest.param(tuple(CAUSES), marks=pytest.mark.slow),
    ],
)
def test_each_misdeed_costs_one_file_its_signals_and_no_digest(misbehave, deeds):
    deeds = {f"{number}-{deed}": deed for number, deed in enumerate(deeds)}
    between = {f"{number}-z": "nothing" for number in range(len(deeds))}
    found, summary = misbehave(deeds | dict.fromkeys(between, "nothing\nnot a deed"), options=SHORT)
    assert summary.finished
    assert len(found) == len(deeds) + len(between)
    for name, deed in deeds.items():
        assert found[name].verdict == "unreadable"
        assert re.fullmatch(CAUSES[deed], found[name].media.unreadable)
        assert digest(found[name]) == hashlib.sha256(b"MISBEHAVE " + deed.encode()).digest()


def test_the_cause_names_the_time_that_a_file_really_had(misbehave):
    found, _ = misbehave({"a": "spin\n" + "x" * (1 << 19)}, options=replace(SHORT, seconds_per_megabyte=2.0))
    assert found["a"].media.unreadable == "the decoder took more than 2 s of processor time"


def test_a_video_may_say_that_it_takes_long(misbehave):
    found, _ = misbehave({"a": "take an hour"}, options=SHORT)
    assert not found["a"].media.unreadable


def test_a_video_may_work_past_the_time_of_other_files(misbehave):
    """The kernel is told too, or it ends the worker at what other files have."""
    found, _ = misbehave({"a": "outlast"}, options=replace(SHORT, cpu_seconds=0.3))
    assert not found["a"].media.unreadable
    assert not found["a"].media.signals  # it ran as it was, not for its digests


@pytest.mark.parametrize(("deed", "seconds"), [("take an hour", 3600.0), ("take no one knows how long", 0.0)])
def test_a_video_has_on_the_clock_what_it_says_and_a_minute_to_end_by_itself(misbehave, monkeypatch, deed, seconds):
    """Also one that does not say how long it is: worker and parent would else be done with it at one moment."""
    monkeypatch.setattr(pool, "time", SimpleNamespace(monotonic=lambda: 1000.0))
    allowed, handle = {}, pool._Worker._handle

    def handled(self, report):
        found = handle(self, report)
        allowed[type(report)] = self.deadline - 1000.0, self.process.cpu_allowed
        return found

    monkeypatch.setattr(pool._Worker, "_handle", handled)
    misbehave({"a": deed}, options=SHORT)
    size = len(f"MISBEHAVE {deed}")
    assert allowed[Began] == (SHORT.wall_allowance(size), SHORT.cpu_allowance(size))
    wall, cpu = SHORT.wall_allowance(size, seconds), SHORT.cpu_allowance(size, seconds)
    assert allowed[Longer] == (wall + pool.VIDEO_GRACE, cpu)


def test_a_worker_decodes_without_threads(misbehave):
    """There is a worker for each core already."""
    found, _ = misbehave({"a": "tell"}, options=SHORT)
    assert found["a"].media.notes == ("threads: False",)


@given(size=st.integers(0, 1 << 50), video=st.floats(0, 1e300))
def test_a_video_has_what_it_asks_for_up_to_a_bound(size, video):
    for allowance, clock in ((SHORT.cpu_allowance, 1), (SHORT.wall_allowance, 3)):
        assert allowance(size, video) == pytest.approx(allowance(size) + clock * min(video, SHORT.video_seconds))
        assert allowance(0, video) == pytest.approx(allowance(0) + clock * min(video, SHORT.video_seconds))


def test_a_worker_ends_a_long_video_by_itself(scanned, tmp_path):
    """By a clock that leaps, what is left of it is its first frame; the worker is not killed."""
    clip = film(10, 120, {"bf": "0"}).getvalue()
    (tmp_path / "clip.mp4").write_bytes(clip)
    found, _ = scanned(tmp_path / "clip.mp4", worker=(sys.executable, "-c", LEAPING))
    (finding,) = found.values()
    assert finding.verdict == "new"
    assert finding.media.notes == ("truncated: time, 0 of 12 s",)
    assert finding.reason == "No list has it; truncated: time, 0 of 12 s."
    assert [len(signal.value) for signal in finding.media.signals if signal.kind == "vpdq"] == [40]


def test_key_frames_alone_are_said_of_the_run_and_of_the_finding(scanned, tmp_path):
    (tmp_path / "clip.mp4").write_bytes(film(10, 120, {"g": "30", "sc_threshold": "0"}).getvalue())
    out = tmp_path / "out"
    found, _ = scanned(tmp_path / "clip.mp4", options=replace(QUICK, videos="keyframes"), out=out)
    assert next(iter(found.values())).media.notes == ("keyframes only",)
    assert read_run(out / "run.json").options.videos == "keyframes"


def test_a_worker_cannot_report_a_member_twice(misbehave):
    found, _ = misbehave({"a": "say twice"}, options=SHORT)
    assert sorted(found) == ["a", "a!/member"]
    assert found["a"].media.unreadable.endswith("(the worker answered nonsense: a member that was done already)")


def test_texts_from_a_file_cost_it_nothing_however_odd(misbehave):
    found, _ = misbehave({"a": "odd texts"}, options=SHORT)
    media = found["a"].media
    assert (media.camera, media.taken, media.notes) == (r"a\x5cx41 \xe2\x80\xae", r"\x0a", (r"\xed\xa0\x80",))
    assert media.traits.serial == (r"\xe2\x80\xae" * 90)[:100]
    assert not media.unreadable


@given(st.recursive(st.just([]), lambda inner: st.lists(inner, max_size=3), max_leaves=12))
def test_the_order_of_a_walk_is_the_one_that_is_asked_of_a_worker(archive):
    def walk(position, members):
        for index, inner in enumerate(members):
            yield from walk((*position, index), inner)
        yield position

    places = list(walk((), archive))
    for number, place in enumerate(places):
        assert [follows(other, place) for other in places] == [at > number for at in range(len(places))] or not place


def test_a_file_is_not_blamed_for_what_another_left_behind(misbehave):
    found, _ = misbehave({"a": "crash later", "b": "nap", "c": "nap"}, options=SHORT)
    assert {name: finding.media.unreadable for name, finding in found.items()} == dict.fromkeys("abc", "")
    assert not any(finding.media.signals for finding in found.values())  # it ran as it was, not for its digests


@pytest.fixture
def kill(monkeypatch):
    """Kill the worker when it begins a file, so many times, with what is to be done before the last."""

    def arrange(times, before_the_last=lambda: None):
        left = times
        handle = pool._Worker._handle

        def handled(self, report):
            nonlocal left
            found = handle(self, report)
            if isinstance(report, Began) and left:
                left -= 1
                if not left:
                    before_the_last()
                self.process._server.kill(self.process._number)
            return found

        monkeypatch.setattr(pool._Worker, "_handle", handled)

    return arrange


@pytest.mark.parametrize("times", [1, 2])
def test_a_worker_that_is_killed_from_outside_costs_no_file(misbehave, kill, tmp_path, times):
    """It sleeps until it is killed; before the last kill the file becomes one that can be read."""
    kill(times, lambda: (tmp_path / "hostile" / "a").write_bytes(b"no deed"))
    found, _ = misbehave({"a": SLEEP}, options=SHORT)
    assert not found["a"].media.unreadable
    assert digest(found["a"]) == hashlib.sha256(b"no deed").digest()


def test_a_file_whose_worker_is_killed_again_and_again_keeps_its_digests(misbehave, kill):
    kill(3)
    found, _ = misbehave({"a": SLEEP}, options=SHORT)
    assert found["a"].media.unreadable == KILLED
    assert digest(found["a"]) == hashlib.sha256(f"MISBEHAVE {SLEEP}".encode()).digest()


STARTING = """
import os, signal, sys
from pathlib import Path
counter = Path(sys.argv[1])
counter.write_text(counter.read_text() + "x")
if len(counter.read_text()) <= int(sys.argv[2]):
    os.kill(os.getpid(), signal.SIGKILL)
os.execv(sys.executable, [sys.executable, sys.argv[3], sys.argv[4]])
"""
"""A worker that is killed while it starts, so many times."""


@pytest.mark.parametrize("times", [1, 5, 6])
def test_a_worker_that_is_killed_while_it_starts_costs_no_scan(scanned, tmp_path, times):
    counter = tmp_path / "counter"
    counter.touch()
    (tmp_path / "a").write_bytes(b"no deed")
    worker = (sys.executable, "-c", STARTING, str(counter), str(times), MISBEHAVING[1])
    if times > 5:
        with pytest.raises(Refusal, match="a worker could not be started: the system killed the decoder"):
            scanned(tmp_path / "a", worker=worker)
        return
    found, summary = scanned(tmp_path / "a", worker=worker)
    assert summary.finished
    assert digest(found[f"{tmp_path}/a"])
    assert len(counter.read_text()) == times + 1


@pytest.mark.parametrize("times", [1, 5])
def test_a_kill_that_takes_all_workers_with_it_is_one_kill_while_they_start(scanned, tmp_path, times):
    """Sixteen wait for what forks them, and a scan goes on after five kills."""
    counter, folder = tmp_path / "counter", tmp_path / "folder"
    counter.touch()
    folder.mkdir()
    for number in range(16):
        (folder / f"{number}").write_bytes(b"no deed" + bytes(tasks.SMALL))
    worker = (sys.executable, "-c", STARTING, str(counter), str(times), MISBEHAVING[1])
    found, summary = scanned(folder, worker=worker, options=replace(QUICK, jobs=16))
    assert summary.finished
    assert all(map(digest, found.values()))
    assert len(found) == 16


def test_a_kill_that_takes_all_workers_with_it_costs_no_scan(misbehave, monkeypatch):
    """All but one of sixteen have not begun a file then, or have said nothing of it."""
    handle, killed = pool._Worker._handle, []

    def handled(self, report):
        found = handle(self, report)
        if isinstance(report, Began) and not killed:
            killed.append(self.server._process.kill())
        return found

    monkeypatch.setattr(pool._Worker, "_handle", handled)
    deeds = {f"{number}": f"nothing\n{'x' * tasks.SMALL}" for number in range(40)}
    found, summary = misbehave(deeds, options=replace(SHORT, jobs=16))
    assert summary.finished
    assert killed
    assert [digest(finding) for finding in found.values()].count(None) == 0


CAUSES_OF_DEATH = st.lists(st.sampled_from([f"{CRASH} (x)", KILLED, "the decoder took more than 1 s"]), min_size=1)


@given(CAUSES_OF_DEATH)
def test_each_file_comes_to_an_end_and_blame_only_grows(causes):
    steps = [tasks.step(causes[:n]) for n in range(1, len(causes) + 1)]
    assert steps == sorted(steps)
    assert steps[-1] >= min(3, len(causes) - 2)
    own = [cause for cause in causes if cause != KILLED]
    assert steps[-1] >= min(2, len(own))
    assert (steps[-1] == 1) == (len(own) <= 1 and "took more" not in "".join(causes) and causes.count(KILLED) <= 2)


def test_what_ends_the_worker_however_it_is_read_is_reported_without_signals(misbehave):
    found, summary = misbehave({"a": "always segfault", "b": "no deed"}, options=SHORT)
    assert found["a"].media.unreadable == "the decoder crashed (SIGSEGV)"
    assert not found["a"].media.signals
    assert found["b"].media.signals
    assert summary.finished


@pytest.mark.slow
def test_a_worker_that_says_nothing_is_replaced(misbehave):
    found, summary = misbehave({"a": "always sleep", "b": "no deed"}, options=replace(SHORT, wall_seconds=3.0))
    assert found["a"].media.unreadable == "the decoder took more than 3 s"
    assert len(found) == 2
    assert summary.finished


def make_zip(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_in_an_archive_a_misdeed_costs_one_member(scanned, tmp_path):
    inner = make_zip({"x": b"plain", "y": b"MISBEHAVE segfault", "z": b"plain too"})
    deeds = {"a": b"plain", "b": b"MISBEHAVE raise", "c.zip": inner, "d": b"MISBEHAVE always abort", "e": b"last"}
    (tmp_path / "outer.zip").write_bytes(make_zip(deeds))
    found, _ = scanned(tmp_path, worker=MISBEHAVING, options=SHORT)
    top = f"{tmp_path}/outer.zip"
    verdicts = {name.removeprefix(top): finding.verdict for name, finding in found.items()}
    assert verdicts == {
        "": "not media",
        "!/a": "not media",
        "!/b": "unreadable",
        "!/c.zip": "not media",
        "!/c.zip!/x": "not media",
        "!/c.zip!/y": "unreadable",
        "!/c.zip!/z": "not media",
        "!/d": "unreadable",
        "!/e": "not media",
    }
    assert digest(found[f"{top}!/b"]) == hashlib.sha256(deeds["b"]).digest()
    assert digest(found[f"{top}!/c.zip!/z"]) == hashlib.sha256(b"plain too").digest()
    assert not found[f"{top}!/d"].media.signals
    assert all(finding.media.archive == (top if finding.media.member else "") for finding in found.values())


def test_an_archive_full_of_misdeeds_is_given_up_in_the_end(scanned, tmp_path):
    (tmp_path / "a.zip").write_bytes(make_zip({f"{n}": b"MISBEHAVE always exit" for n in range(9)}))
    found, _ = scanned(tmp_path, worker=MISBEHAVING, options=replace(SHORT, archive_failures=1))
    archive = found[f"{tmp_path}/a.zip"]
    assert archive.media.unreadable == "more than 1 members ended the worker; the rest was not read"
    assert digest(archive)
    assert len(found) == 1 + 1


@pytest.mark.parametrize(
    ("code", "says"),
    [("raise SystemExit('no such decoder')", "no such decoder"), ("import os; os.abort()", "SIGABRT")],
)
def test_a_worker_that_cannot_start_is_an_error_with_its_words(scanned, tmp_path, code, says):
    (tmp_path / "file").touch()
    with pytest.raises(Refusal, match=rf"could not be started(?s:.)*{says}"):
        scanned(tmp_path, worker=(sys.executable, "-c", code))


def test_a_worker_has_nothing_of_our_environment(scanned, tmp_path, monkeypatch):
    monkeypatch.setenv("VAERN_SECRET", "x")
    (tmp_path / "file").touch()
    code = "import os, sys; sys.exit(repr(sorted(os.environ)) + repr(os.listdir('/proc/self/fd')) + os.getcwd())"
    with pytest.raises(Refusal) as error:
        scanned(tmp_path, worker=(sys.executable, "-c", code))
    words = str(error.value)
    assert "VAERN_SECRET" not in words
    assert "OMP_NUM_THREADS" in words
    names = set(re.findall(r"'([A-Z_]+)'", words))
    assert names <= {
        "HOME",
        "LANG",
        "LC_CTYPE",
        "MALLOC_ARENA_MAX",
        "NUMBA_CACHE_DIR",
        "NUMBA_NUM_THREADS",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "TZ",
        "XDG_CACHE_HOME",
    }
