"""What a small writer of each format writes, its reader reads back equal, and the content tells the format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.formats import writers
from tests.formats.reading import read
from tests.formats.values import ids, signals, texts

from vaern.records import Entry, Signal, Vote

if TYPE_CHECKING:
    from collections.abc import Callable

votes = st.dictionaries(texts, st.sampled_from(["positive", "negative"]), max_size=3).map(
    lambda opinions: tuple(Vote(who, opinion) for who, opinion in opinions.items())
)


def entry(
    *kinds: str, most: int = 3, needs: str | None = None, **fields: st.SearchStrategy[object]
) -> st.SearchStrategy[Entry]:
    """Entries with these kinds of signals (always with `needs`), and fields from other strategies."""
    its_signals = signals(*kinds, most=most)
    if needs:
        its_signals = st.tuples(signals(needs), its_signals).map(
            lambda two: (*two[0], *(signal for signal in two[1] if signal.kind != needs))
        )
    return st.builds(Entry, id=fields.pop("id", ids), signals=its_signals, **fields)


def many(one: st.SearchStrategy[Entry], *, most: int = 8) -> st.SearchStrategy[list[Entry]]:
    return st.lists(one, min_size=1, max_size=most, unique_by=(lambda entry: entry.id, lambda entry: entry.signals[0]))


def note(key: str) -> st.SearchStrategy[dict[str, str]]:
    return st.one_of(st.just({}), texts.map(lambda text: {key: text}))


csv_entries = st.builds(
    lambda entry: entry if entry.classification else Entry(**{**_fields(entry), "scheme": None}),
    entry(
        *writers.CSV_KINDS,
        classification=st.none() | texts,
        scheme=texts,
        source=texts | st.just(""),
        recalled=st.booleans(),
        extra=note("Note"),
    ),
)


def plain(entry: Entry, field: str) -> object:
    """A field; signals without their order, which is the format's affair."""
    value = getattr(entry, field)
    return set(value) if field == "signals" else value


def _fields(entry: Entry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in Entry.__struct_fields__}


CASES: dict[str, tuple[Callable[[list[Entry]], writers.Document], st.SearchStrategy[Entry], set[str]]] = {
    "text": (writers.text, entry("md5", "sha1", "sha256", "pdq", "pdna", "tmk", "vpdq", most=1), {"signals"}),
    "csv": (writers.csv_list, csv_entries, {"id", "signals", "classification", "scheme", "source", "recalled"}),
    "vics": (
        writers.vics,
        entry(
            "md5",
            "sha1",
            "sha256",
            "pdq",
            "pdna",
            "tmk",
            most=5,
            needs="md5",
            classification=st.none() | st.integers(0, 5).map(str),
            extra=note("Comments"),
        ),
        {"signals", "classification"},
    ),
    "ncmec": (
        writers.ncmec,
        entry(
            "md5",
            "sha1",
            "pdna",
            "pdq",
            "tmk",
            id=st.tuples(ids, ids).map("/".join),
            classification=st.none() | texts,
            votes=votes,
            source=texts,
            recalled=st.booleans(),
        ),
        {"id", "signals", "classification", "votes", "source", "recalled"},
    ),
    "stopncii": (
        writers.stopncii,
        entry("pdq", "md5", most=1, votes=votes, recalled=st.booleans()),
        {"signals", "votes", "recalled"},
    ),
    "threatexchange-json": (
        writers.threatexchange,
        st.one_of(
            entry(*writers.INDICATORS, most=1, recalled=st.just(True)),
            entry(*writers.INDICATORS, most=1, votes=votes.filter(bool)),
        ),
        {"id", "signals", "votes", "recalled"},
    ),
    "findings": (
        writers.files,
        entry("md5", "sha1", "sha256", "pdq", "vpdq", most=5, extra=note("name")),
        {"signals"},
    ),
    "nsrl-text": (writers.nsrl_text, entry("sha1", "md5", needs="sha1", extra=note("FileName")), {"signals"}),
}


@pytest.mark.once
@pytest.mark.parametrize("format_name", CASES)
@given(data=st.data())
def test_what_is_written_is_read_back(format_name: str, data: st.DataObject) -> None:
    write, one, fields = CASES[format_name]
    entries = data.draw(many(one))
    document = write(entries)
    found, problems = read(document.whole, document.format)
    assert problems == []
    assert len(found) == len(entries)
    for field in fields:
        assert [plain(entry, field) for entry in found] == [plain(entry, field) for entry in entries], field
    for before, after in zip(entries, found, strict=True):
        assert before.extra.items() <= after.extra.items()


@pytest.mark.once
@pytest.mark.parametrize("format_name", CASES)
@given(data=st.data())
def test_the_content_tells_the_format_whatever_the_name(format_name: str, data: st.DataObject) -> None:
    write, one, _ = CASES[format_name]
    document = write(data.draw(many(one).filter(bool)))
    assert read(document.whole)[0] == read(document.whole, format_name)[0] != []


@given(text=texts)
@example("'")
@example("'t Veer")
def test_free_text_of_a_csv_is_read_back(text: str) -> None:
    before = Entry(id="0", signals=(Signal("md5", bytes(range(16))),), classification=text, scheme=text, source=text)
    (after,), problems = read(writers.csv_list([before]).whole, "csv")
    assert ((after.classification, after.scheme, after.source), problems) == ((text, text, text), [])


@pytest.mark.once
@given(data=st.data())
def test_the_delimiter_of_a_csv_does_not_matter(data: st.DataObject) -> None:
    entries = data.draw(many(csv_entries))
    delimiter = data.draw(st.sampled_from(",;\t|"))
    assert read(writers.csv_list(entries, delimiter).whole, "csv") == read(writers.csv_list(entries).whole, "csv")


@pytest.mark.once
@given(data=st.data())
def test_a_case_of_project_vic_and_a_hash_set_say_the_same(data: st.DataObject) -> None:
    entries = data.draw(many(CASES["vics"][1]))
    scheme = data.draw(st.sampled_from(sorted(writers.CONTEXTS)))
    as_set, none = read(writers.vics(entries, scheme).whole)
    as_case, none_either = read(writers.vics(entries, scheme, cases=True).whole)
    assert none == none_either == []
    assert [(e.id, e.signals, e.classification, e.scheme) for e in as_case] == [
        (e.id, e.signals, e.classification, e.scheme) for e in as_set
    ]
    assert all(e.scheme == (scheme if e.classification else None) for e in as_set)
    assert all(e.extra["CaseNumber"] == "T-1" for e in as_case)


def test_a_signal_is_given_once() -> None:
    value = Signal("md5", bytes(range(16)))
    document = f"md5;hash;type\n{value.value.hex()};{value.value.hex().upper()};MD5\n"
    assert read(document.encode())[0][0].signals == (value,)
