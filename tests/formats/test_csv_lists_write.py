"""CSV out: what is written is read back without a mapping, and no cell reads as a formula."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.entries import entries
from tests.formats.reading import read
from tests.formats.values import LENGTHS, digest

from vaern.formats import csv_lists_write
from vaern.formats.left import Left
from vaern.records import Entry, Signal

KINDS = tuple(LENGTHS)


@pytest.mark.once
@given(st.lists(entries(*KINDS), min_size=1, max_size=5))
def test_what_is_written_is_read_back(before: list[Entry]) -> None:
    left = Left()
    document = b"".join(csv_lists_write.write(before, left))
    after, problems = read(document)
    assert problems == []
    assert [sort(one) for one in after] == [sort(one) for one in before]
    assert (left.written, dict(left.entries), dict(left.fields)) == (len(before), {}, {})


def sort(entry: Entry) -> tuple[object, ...]:
    """An entry whose signals have no order, which is the columns' affair; spellings stay with their signals."""
    fields = {name: getattr(entry, name) for name in Entry.__struct_fields__}
    return (
        *(value for name, value in fields.items() if name not in {"signals", "extra"}),
        set(entry.signals),
        entry.extra,
    )


@pytest.mark.once
@given(st.lists(entries("md5"), min_size=1, max_size=5))
def test_no_cell_reads_as_a_formula(before: list[Entry]) -> None:
    text = b"".join(csv_lists_write.write(before)).decode()
    for row in csv.reader(io.StringIO(text, newline="")):
        for cell in row:
            assert not re.match(r"""[\s"]*[=+\-@\t\r]""", cell)
            assert not re.search(r"[;\t\r\n][\s]*[=+\-@]", cell)
            assert not re.search(r"[\x00-\x1f]", cell)


def test_it_comes_in_pieces() -> None:
    entry = Entry("1", (Signal("md5", bytes.fromhex(digest(1))),))
    pieces = list(csv_lists_write.write(entry for _ in range(2500)))
    assert len(pieces) == 3
    assert b"".join(pieces).count(b"\r\n") == 2501
