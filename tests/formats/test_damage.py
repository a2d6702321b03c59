"""Damage never raises after the first entry, never costs what stood before it, and is reported."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats import writers
from tests.formats.reading import read
from tests.formats.values import value_of

from vaern.formats import FORMATS, FormatError
from vaern.records import Entry, Signal, Vote

KINDS = {
    "text": ["md5", "pdq", "sha256"],
    "csv": ["md5", "sha1"],
    "vics": ["md5", "sha1", "pdna"],
    "ncmec": ["md5", "pdq"],
    "stopncii": ["pdq"],
    "threatexchange-json": ["pdq"],
    "findings": ["md5", "pdq"],
    "nsrl-text": ["sha1", "md5"],
}
WRITERS = {
    "text": writers.text,
    "csv": writers.csv_list,
    "vics": writers.vics,
    "ncmec": writers.ncmec,
    "stopncii": writers.stopncii,
    "threatexchange-json": writers.threatexchange,
    "findings": writers.files,
    "nsrl-text": writers.nsrl_text,
}
LENGTHS = {"md5": 16, "sha1": 20, "sha256": 32, "pdq": 32, "pdna": 144}


def sample(format_name: str, count: int = 6) -> writers.Document:
    """A document of a few entries with votes and a quoted line break where the format has them."""
    entries = [
        Entry(
            f"m/{number}",
            tuple(Signal(kind, value_of(number, LENGTHS[kind])) for kind in KINDS[format_name]),
            classification="1",
            votes=(Vote("Example", "positive"),),
            source="Example",
            extra={"Note": 'a "quoted"\nline', "Comments": "æøå", "FileName": "æ.jpg"},
        )
        for number in range(count)
    ]
    return WRITERS[format_name](entries)


def ended_by(document: writers.Document, at: int) -> int:
    """How many records ended before this offset."""
    return sum(end <= at for end in document.ends())


@pytest.mark.once
@pytest.mark.parametrize("format_name", WRITERS)
@given(data=st.data())
def test_a_torn_file_gives_all_before_the_tear_and_says_where(format_name: str, data: st.DataObject) -> None:
    document = sample(format_name)
    whole, none = read(document.whole, format_name)
    assert none == []
    at = data.draw(st.integers(max(1, len(document.head)), len(document.whole) - 1))
    entries, problems = read(document.whole[:at], format_name)
    before = ended_by(document, at)
    assert entries[:before] == whole[:before]
    assert before <= len(entries) <= before + 1
    if format_name not in {"text", "csv", "findings", "nsrl-text"} and at < len(document.whole.rstrip()):
        assert "stopped" in problems[-1].reason
        assert before <= problems[-1].line <= before + 2  # whole but for its line end, or the one after it


@pytest.mark.once
@pytest.mark.parametrize("format_name", WRITERS)
@given(data=st.data())
def test_damaged_bytes_cost_nothing_that_stands_before_them(format_name: str, data: st.DataObject) -> None:
    document = sample(format_name)
    whole, _ = read(document.whole, format_name)
    at = data.draw(st.integers(max(1, len(document.head)), len(document.whole) - 1))
    junk = data.draw(st.binary(min_size=1, max_size=20))
    damaged = document.whole[:at] + junk + document.whole[at + data.draw(st.integers(0, 30)) :]
    try:
        entries, _ = read(damaged, format_name)
    except FormatError:  # the head looks so wrong that nothing was begun
        return
    before = ended_by(document, at)
    assert [e for e in entries if e in whole[:before]] == whole[:before]


@pytest.mark.parametrize("format_name", ["vics", "stopncii", "threatexchange-json"])
@given(wrong=st.sampled_from(["{", "}}", '{"a":}', "{'a':1}", "NaN!", "[[[[", '"\\x"', '{"a" 1}', "1e", ",", "tru"]))
def test_one_row_of_json_that_is_none_costs_that_row(format_name: str, wrong: str) -> None:
    document = sample(format_name)
    balanced = wrong.count("{") == wrong.count("}") and wrong.count("[") == wrong.count("]")
    document.records.insert(3, wrong.encode() + b",\n")
    entries, problems = read(document.whole, format_name)
    whole, _ = read(sample(format_name).whole, format_name)
    assert problems
    assert entries[:3] == whole[:3]
    if balanced:
        assert [e.signals for e in entries] == [e.signals for e in whole]
        assert problems[0].line == 4


@pytest.mark.once
@pytest.mark.parametrize("format_name", sorted(FORMATS))
@given(content=st.binary(max_size=400))
def test_bytes_of_any_kind_are_a_format_error_or_problems(format_name: str, content: bytes) -> None:
    for name in (format_name, None):
        with suppress(FormatError):
            read(content, name)


@given(data=st.data())
def test_any_format_meets_any_other_without_a_crash(data: st.DataObject) -> None:
    content = sample(data.draw(st.sampled_from(sorted(WRITERS)))).whole
    with suppress(FormatError):
        read(content, data.draw(st.sampled_from(sorted(FORMATS))))


def test_an_undecodable_byte_costs_nothing_and_is_counted() -> None:
    for format_name in WRITERS:
        document = sample(format_name)
        whole, _ = read(document.whole, format_name)
        entries, problems = read(document.whole.replace("æ".encode(), b"\xff"), format_name)
        assert [e.signals for e in entries] == [e.signals for e in whole], format_name
        if format_name in {"vics", "nsrl-text"}:
            assert "U+FFFD" in problems[-1].reason


@pytest.mark.parametrize("format_name", ["text", "csv", "nsrl-text"])
def test_an_endless_line_costs_that_line(format_name: str) -> None:
    document = sample(format_name)
    document.records.insert(3, b"a" * 3_000_000 + b"\n")
    entries, problems = read(document.whole, format_name)
    assert entries == read(sample(format_name).whole, format_name)[0] or format_name == "text"
    assert len(entries) == 6
    assert [p for p in problems if "longer than any" in p.reason]


@pytest.mark.once
@pytest.mark.parametrize("depth", [500, 2_000, 200_000])
@pytest.mark.parametrize("format_name", ["vics", "stopncii", "threatexchange-json"])
def test_deep_json_costs_its_row(format_name: str, depth: int) -> None:
    document = sample(format_name)
    row = b'{"x":' + b"[" * depth + b"]" * depth + b"},\n"
    document.records.insert(3, row)
    entries, problems = read(document.whole, format_name)
    assert [e.signals for e in entries] == [e.signals for e in read(sample(format_name).whole, format_name)[0]]
    assert problems


def test_a_row_of_json_that_is_too_large_costs_that_row() -> None:
    document = sample("vics")
    document.records.insert(3, b'{"x":"' + b"y" * 9_000_000 + b'"},\n')
    entries, problems = read(document.whole)
    assert len(entries) == 6
    assert [p.line for p in problems] == [4]
    assert "larger" in problems[0].reason


def test_numbers_that_python_refuses_cost_their_row() -> None:
    document = sample("vics")
    document.records.insert(3, b'{"MediaSize":' + b"9" * 5000 + b"},\n")
    entries, problems = read(document.whole)
    assert (len(entries), [p.line for p in problems]) == (6, [4])


@pytest.mark.slow
@pytest.mark.parametrize("format_name", WRITERS)
def test_a_thousand_random_damages(format_name: str) -> None:
    document = sample(format_name, 30)
    chance = random.Random(1)
    whole, _ = read(document.whole, format_name)
    for _ in range(1000):
        at = chance.randrange(len(document.head), len(document.whole))
        damaged = bytearray(document.whole)
        damaged[at : at + chance.randrange(5)] = chance.randbytes(chance.randrange(5))
        try:
            entries, _ = read(bytes(damaged), format_name)
        except FormatError:
            continue
        before = ended_by(document, at)
        assert [e for e in entries if e in whole[:before]] == whole[:before]
