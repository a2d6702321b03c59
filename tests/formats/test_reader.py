"""A list that a process of its own reads is what `read_list` reads, and a process that ends early says so."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.test_damage import WRITERS, sample

from vaern.formats import CsvMapping, FormatError, read_list, reader
from vaern.formats.reader import Reader, ReaderStopped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from vaern.records import Entry, Problem

COUNT = 'import sys; from vaern.formats.reader import Reader; print(len(list(Reader(sys.argv[1], format="text"))))'


def here(path: Path, **how: Any) -> list[tuple[int, Entry | Problem]]:
    """What this process reads."""
    reading = read_list(path, **how)
    return [(reading.line, item) for item in reading]


def apart(path: Path, **how: Any) -> list[tuple[int, Entry | Problem]]:
    """What a process of its own reads."""
    with closing(Reader(path, **how)) as reading:
        assert reading.format == read_list(path, **how).format
        return [(reading.line, item) for item in reading]


@pytest.mark.once
@pytest.mark.parametrize("format_name", WRITERS)
def test_every_format_is_read_apart_as_it_is_here(format_name: str, tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(sample(format_name, 3_000).whole)
    told = {"format": format_name, "columns": {"hash": "md5"} if format_name == "text" else None}
    found = apart(path, **told)
    assert len(found) >= 3_000
    assert found == here(path, **told)


@pytest.mark.once
@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(WRITERS)), st.integers(0, 10_000), st.binary(max_size=12))
def test_damage_is_read_apart_as_it_is_here(
    tmp_path_factory: pytest.TempPathFactory, format_name: str, at: int, noise: bytes
) -> None:
    whole = sample(format_name).whole
    path = tmp_path_factory.mktemp("damaged") / "list"
    path.write_bytes(whole[: at % (len(whole) + 1)] + noise + whole[at % (len(whole) + 1) + len(noise) :])
    try:
        expected = here(path, format=format_name)
    except FormatError as error:
        with pytest.raises(FormatError, match=str(error)[-20:].replace("(", ".").replace(")", ".")):
            Reader(path, format=format_name)
    else:
        assert apart(path, format=format_name) == expected


def test_columns_and_a_mapping_are_read_by(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"Print,Grade\n{'ab' * 15}cd,1\n{'zz' * 16},2\n")
    mapping = CsvMapping({"Print": "md5", "Grade": "classification:Own 2020"}, {"licence": "exchange"})
    for how in ({"mapping": mapping}, {"columns": {"Print": "md5", "Grade": "ignore"}}):
        assert apart(path, **how) == here(path, **how)


TABLES = CsvMapping({"Print": "md5", "Grade": "classification:Own 2020"}, {"licence": "exchange"})


@pytest.mark.parametrize(
    ("content", "told", "expected"),
    [
        (f"Print,Grade\n{'ab' * 16},1\n", {}, {"mapping": TABLES}),  # its columns alone say nothing to a reader
        (f"md5,Grade\n{'ab' * 16},1\n", {"columns": {"hash": "sha1"}}, {"mapping": TABLES}),
        (f"{'ab' * 16}\n{'cd' * 16}\n", {"columns": {"hash": "md5"}}, {"columns": {"hash": "md5"}}),
        (f"{'ab' * 16}\n", {"format": "csv"}, {"mapping": TABLES}),
        (f"{'ab' * 16}\n", {"format": "unheard"}, {"format": "unheard"}),
        ('{"value": [{"MD5": "%s", "MediaID": 1}]}' % ("ab" * 16), {}, {}),
    ],
)
def test_the_tables_of_a_source_are_read_by_what_was_saved_of_them_and_nothing_else_is(
    content: str, told: dict[str, Any], expected: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "sent"
    path.write_text(content)
    assert outcome(lambda: Reader(path, tables=TABLES, **told)) == outcome(lambda: read_list(path, **expected))


def outcome(read: Callable[[], Any]) -> object:
    """What is read with its lines, or the words in which it cannot be."""
    try:
        reading = read()
    except FormatError as error:
        return str(error)
    with closing(reading):
        return [(reading.line, item) for item in reading]


OPENED = """
import sys
from vaern.formats.reader import Reader
opened = []
sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" else None)
print(len(list(Reader(sys.argv[1], columns={"hash": "md5"}))), sys.argv[1] in opened)
"""


def test_not_even_the_beginning_of_a_list_is_read_by_who_works_on_it(tmp_path: Path) -> None:
    """What unpacks a list has bounds, and the process that they hold for is the reader's."""
    path = tmp_path / "list"
    path.write_text("0123456789abcdef" * 2 + "\n")
    said = subprocess.run((sys.executable, "-c", OPENED, str(path)), capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["1", "False"]


def long_list(folder: Path) -> Path:
    """A list of more than waits in a pipe."""
    path = folder / "long"
    path.write_text("".join(f"{number:032x}\n" for number in range(1 << 20, 100_000 + (1 << 20))))
    return path


def test_a_reader_that_is_killed_is_no_end_of_the_list(tmp_path: Path) -> None:
    reading = Reader(long_list(tmp_path), columns={"hash": "md5"})
    next(reading)
    os.kill(reading.pid, signal.SIGKILL)
    with pytest.raises(ChildProcessError, match="more memory to read than there is"):
        list(reading)


@pytest.mark.parametrize(
    ("ends", "why"),
    [("os._exit(3)", "exit status 3"), ("os.kill(os.getpid(), 11)", "SIGSEGV"), ("sys.exit(71)", "more memory")],
)
def test_a_reader_that_ends_says_how(ends: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = long_list(tmp_path)
    monkeypatch.setattr(reader, "COMMAND", (sys.executable, "-c", f"import os, sys; {ends}"))
    with pytest.raises(ChildProcessError, match=why):
        list(Reader(path, columns={"hash": "md5"}))


def test_who_stops_all_that_runs_does_not_stop_the_list(tmp_path: Path) -> None:
    path = long_list(tmp_path)
    with closing(Reader(path, columns={"hash": "md5"})) as reading:
        first = next(reading)
        os.kill(reading.pid, signal.SIGTERM)
        assert [first, *reading] == list(read_list(path, columns={"hash": "md5"}))


def test_a_reader_that_was_stopped_before_it_ran_is_no_fault_of_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "COMMAND", (sys.executable, "-c", "import os; os.kill(os.getpid(), 15)"))
    with pytest.raises(ReaderStopped):
        list(Reader(long_list(tmp_path), columns={"hash": "md5"}))


def test_a_lower_limit_of_the_system_stands(tmp_path: Path) -> None:
    path = long_list(tmp_path)
    said = subprocess.run(
        ["sh", "-c", f"ulimit -v {1 << 20}; exec {sys.executable} -c '{COUNT}' {path}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "100000"


def test_a_reader_takes_no_more_memory_than_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "from vaern.formats import reader; reader._send = lambda *_: bytes(4 << 30); reader.main()"
    monkeypatch.setattr(reader, "COMMAND", (sys.executable, "-c", code))
    with pytest.raises(ChildProcessError, match="more memory"):
        list(Reader(long_list(tmp_path), columns={"hash": "md5"}))


def test_a_reader_that_is_closed_is_gone(tmp_path: Path) -> None:
    reading = Reader(long_list(tmp_path), columns={"hash": "md5"})
    next(reading)
    reading.close()
    with pytest.raises(ProcessLookupError):
        os.kill(reading.pid, 0)


HANGS = """
import sys
from vaern.formats.reader import Reader
reading = Reader(sys.argv[1], format="text", columns={"hash": "md5"})
for _number in range(100_000):
    next(reading)
print(reading.pid, flush=True)
next(reading)
"""


@pytest.mark.once
@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux ends it")
def test_a_reader_that_hangs_ends_with_whoever_wanted_the_list(tmp_path: Path) -> None:
    """All that came was read; at a line of 64 GiB it is for minutes, and writes nothing by which it would learn."""
    path = long_list(tmp_path)
    os.truncate(path, 1 << 36)
    with subprocess.Popen((sys.executable, "-c", HANGS, str(path)), stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout
        reading = os.pidfd_open(int(worker.stdout.readline()))
        try:
            assert not select.select([reading], [], [], 0)[0], "it reads"
            worker.kill()
            assert select.select([reading], [], [], 60)[0]
        finally:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(reading, signal.SIGKILL)
            os.close(reading)
