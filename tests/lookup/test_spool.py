"""Nothing that was answered is lost, whatever happens to the writer; nothing that is half is read."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaern.lookup import spool
from vaern.lookup.spool import Alarm, Answered, Feedback, HitRow, Record, Writer, framed, read, remove_if_left, waiting

if TYPE_CHECKING:
    from pathlib import Path

texts = st.text(max_size=20)
hits = st.builds(HitRow, st.integers(0, 9999), texts, texts, texts, texts, st.integers(0, 256), texts)
records = st.one_of(
    st.builds(
        Answered,
        *[texts] * 5,
        counts=st.dictionaries(texts, st.integers(0, 10_000), max_size=3),
        hits=st.lists(hits, max_size=3).map(tuple),
        seconds=st.floats(0, 10),
    ),
    st.builds(Feedback, *[texts] * 5, reasons=st.lists(texts, max_size=2).map(tuple)),
    st.builds(Alarm, *[texts] * 5),
)
some = st.lists(records, max_size=6)


def all_of(folder: Path) -> list[Record]:
    return [record for path in waiting(folder) for record in read(path).records]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spool")


numbers = itertools.count()


@given(groups=st.lists(some, max_size=4), page=st.integers(1, 4))
def test_what_was_appended_is_read_page_by_page(place: Path, groups: list[list[Record]], page: int) -> None:
    folder = place / str(next(numbers))
    writer = Writer(folder)
    for group in groups:
        writer.append(group)
    found, offset = [], 0
    for path in waiting(folder):
        while (read_now := read(path, offset, page)).records:
            found += read_now.records
            offset = read_now.offset
            assert len(read_now.records) <= page
    assert found == [record for group in groups for record in group]
    writer.close()


@given(some.filter(bool), st.data())
def test_a_file_cut_anywhere_gives_the_frames_that_are_whole(
    place: Path, written: list[Record], data: st.DataObject
) -> None:
    frames = [framed(record) for record in written]
    cut = data.draw(st.integers(0, sum(map(len, frames))))
    path = place / f"{next(numbers)}{spool.ENDING}"
    path.write_bytes(b"".join(frames)[:cut])
    ends = list(itertools.accumulate(map(len, frames)))
    whole = sum(end <= cut for end in ends)
    assert read(path) == (written[:whole], ends[whole - 1] if whole else 0)


@given(some.filter(bool), st.data())
def test_a_changed_bit_ends_the_reading_before_it(place: Path, written: list[Record], data: st.DataObject) -> None:
    frames = [framed(record) for record in written]
    whole = bytearray(b"".join(frames))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= 1 << data.draw(st.integers(0, 7))
    path = place / f"{next(numbers)}{spool.ENDING}"
    path.write_bytes(whole)
    before = sum(end <= at for end in itertools.accumulate(map(len, frames)))
    assert read(path).records == written[:before]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_a_fault(place: Path, data: bytes) -> None:
    path = place / f"{next(numbers)}{spool.ENDING}"
    path.write_bytes(data)
    assert read(path).offset <= len(data)


def one(number: int) -> Answered:
    return Answered("2026-11-29T12:00:00Z", f"call {number}", "k", "o", "vaern")


def test_a_file_is_left_when_it_is_large_and_its_reader_removes_it(tmp_path: Path) -> None:
    writer = Writer(tmp_path, large=1)
    writer.append([one(1)])
    writer.append([one(2)])
    assert len(waiting(tmp_path)) == 2
    removed = [remove_if_left(path, read(path).offset) for path in waiting(tmp_path)]
    assert sorted(removed) == [False, True], "the one that is being written stays"
    writer.close()
    (last,) = waiting(tmp_path)
    assert not remove_if_left(last, 0), "it was not read"
    assert remove_if_left(last, read(last).offset)
    assert remove_if_left(last, 0), "it is gone already"
    assert all_of(tmp_path) == []


def test_a_new_day_has_a_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(spool.dt.datetime):
        days = iter(["2026-11-29", "2026-11-29", "2026-11-30"])

        @classmethod
        def now(cls, tz: spool.dt.tzinfo) -> Clock:
            assert tz is spool.dt.UTC
            return cls.fromisoformat(f"{next(cls.days)}T12:00:00+00:00")

    monkeypatch.setattr(spool.dt, "datetime", Clock)
    writer = Writer(tmp_path)
    for number in range(3):
        writer.append([one(number)])
    assert [path.name[:10] for path in waiting(tmp_path)] == ["2026-11-29", "2026-11-30"]
    assert all_of(tmp_path) == [one(0), one(1), one(2)]
    writer.close()


def test_it_returns_when_the_disk_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []
    write, sync = os.write, os.fdatasync
    monkeypatch.setattr(spool.os, "write", lambda *a: happened.append("write") or write(*a))
    monkeypatch.setattr(spool.os, "fdatasync", lambda file: happened.append("sync") or sync(file))
    Writer(tmp_path).append([one(1), one(2)])
    assert happened == ["write", "sync"], "many records, one write and one synchronisation"


@pytest.mark.parametrize("call", ["write", "fdatasync"])
def test_after_a_fault_of_the_disk_it_goes_on_in_another_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    writer = Writer(tmp_path)
    writer.append([one(1)])
    with monkeypatch.context() as patched:
        half = os.write

        def fails(*arguments: object) -> int:
            if call == "write":
                half(arguments[0], arguments[1][:7])  # type: ignore[arg-type,index]
            raise OSError(28, "No space left on device")

        patched.setattr(spool.os, call, fails)
        with pytest.raises(OSError, match="No space"):
            writer.append([one(2)])
    writer.append([one(3)])
    found = all_of(tmp_path)
    assert {record.call for record in found} - {"call 2"} == {"call 1", "call 3"}
    assert len(waiting(tmp_path)) == 2
    writer.close()


def test_a_reader_that_comes_before_the_lock_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock, first = spool.fcntl.flock, [True]

    def locked(file: int, how: int) -> None:
        if how == spool.fcntl.LOCK_EX and first:
            first.clear()
            assert [remove_if_left(path, 0) for path in waiting(tmp_path)] == [True]
        lock(file, how)

    monkeypatch.setattr(spool.fcntl, "flock", locked)
    writer = Writer(tmp_path)
    writer.append([one(1)])
    assert all_of(tmp_path) == [one(1)]
    writer.close()


def test_others_on_the_machine_cannot_read_it(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "spool")
    writer.append([one(1)])
    assert (tmp_path / "spool").stat().st_mode & 0o077 == 0
    assert waiting(tmp_path / "spool")[0].stat().st_mode & 0o077 == 0
    writer.close()


WRITES = """
import sys
from pathlib import Path
from vaern.lookup.spool import Answered, HitRow, Writer
writer = Writer(Path(sys.argv[1]), large=20_000)
number = 0
while True:
    texts = {number + n: "x" * (97 * (number + n) % 3000) for n in range(5)}
    group = [Answered("", f"{call}", "k", "o", "vaern", purpose=text) for call, text in texts.items()]
    writer.append(group)
    number += 5
    sys.stdout.write(f"{number}\\n")
    sys.stdout.flush()
"""


@settings(max_examples=5, deadline=None)
@given(lines=st.integers(1, 60))
def test_a_writer_that_is_killed_loses_nothing_that_was_answered(place: Path, lines: int) -> None:
    folder = place / str(next(numbers))
    with subprocess.Popen([sys.executable, "-c", WRITES, str(folder)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        answered = [int(process.stdout.readline()) for _ in range(lines)][-1]
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split()
    answered = int(rest[-1]) if rest else answered
    found = {int(record.call) for record in all_of(folder) if isinstance(record, Answered)}
    assert found >= set(range(answered))
    assert found == set(range(len(found))), "and nothing but what was written, in order"
    assert all(remove_if_left(path, read(path).offset) for path in waiting(folder)), "its locks went with it"
