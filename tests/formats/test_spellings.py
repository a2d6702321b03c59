"""How a source wrote a value is how it goes out, whichever of several values of its kind it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.formats import spellings, stopncii_write, threatexchange_write
from vaern.formats.left import Left
from vaern.formats.signals import render
from vaern.formats.stopncii_write import TYPES
from vaern.records import OPAQUE_KINDS, Entry, Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

BYTES = b"\xff\xfe value"
TEXT = b"a value"

VALUES = st.lists(
    st.one_of(
        st.tuples(st.just("text"), st.text(st.characters(codec="utf-8"), min_size=1, max_size=9).map(str.encode)),
        st.tuples(st.sampled_from(["base64", "hex"]), st.binary(min_size=1, max_size=9)),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda pair: pair[1],
)


def entry_of(values: Sequence[tuple[str, bytes]], kind: str) -> Entry:
    written = ",".join(encoding for encoding, _value in values)
    signals = tuple(Signal(kind, value) for _encoding, value in values)
    return Entry("one", signals, extra={kind + spellings.WRITTEN: written, "note": "kept"})


@given(VALUES, st.sampled_from(sorted(OPAQUE_KINDS)))
def test_threatexchange_writes_each_value_as_it_came(values: list[tuple[str, bytes]], kind: str) -> None:
    rows = json.loads(threatexchange_write.threat_updates([entry_of(values, kind)]))["data"]
    assert [row["indicator"] for row in rows] == [render(Signal(kind, value), how) for how, value in values]


@pytest.mark.parametrize("kind", sorted(set(TYPES) & set(OPAQUE_KINDS)))
def test_stopncii_writes_each_value_as_it_came(kind: str) -> None:
    entry = entry_of([("text", TEXT), ("base64", BYTES)], kind)
    rows = stopncii_write._records(entry, Left())
    assert [row["hashValue"] for row in rows] == [TEXT.decode(), render(Signal(kind, BYTES), "base64")]


@given(VALUES, st.sampled_from(sorted(OPAQUE_KINDS)))
def test_an_entry_with_one_of_its_values_has_the_spelling_of_that_one(
    values: list[tuple[str, bytes]], kind: str
) -> None:
    entry = entry_of(values, kind)
    for (how, _value), signal in zip(values, entry.signals, strict=True):
        alone = spellings.alone(entry, signal)
        assert alone.signals == (signal,)
        assert alone.extra == {kind + spellings.WRITTEN: how, "note": "kept"}
