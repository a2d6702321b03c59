"""Lines and rows: the standard library is the oracle for what is well formed, wherever the text is cut."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.formats.lines import lines
from vaern.formats.table import cells, sniff_delimiter

texts = st.text(st.sampled_from(["a", "b", '"', ",", ";", "\n", "\r", " ", "æ"]), max_size=30)


def pieces(data: st.DataObject, text: str) -> list[str]:
    points = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    return [text[a:b] for a, b in zip([0, *points], [*points, len(text)], strict=True)]


@given(st.data(), texts)
def test_lines_end_at_any_line_end_wherever_the_text_is_cut(data: st.DataObject, text: str) -> None:
    expected = re.split(r"\r\n|\r|\n", text)
    found = list(lines(pieces(data, text)))
    assert found == (expected[:-1] if expected[-1] == "" else expected)


@given(st.data(), st.lists(st.integers(0, 30), max_size=8))
def test_a_line_is_passed_over_if_and_only_if_it_is_too_long(data: st.DataObject, lengths: list[int]) -> None:
    text = "".join("x" * length + "\n" for length in lengths)
    found = list(lines(pieces(data, text), longest=12))
    assert found == ["x" * length if length <= 12 else None for length in lengths]


@given(
    st.data(),
    st.lists(st.lists(texts.map(lambda text: text.replace("\r", "")), min_size=2, max_size=4), max_size=6),
    st.sampled_from(",;\t|"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_the_csv_module_writes_is_read(
    data: st.DataObject, rows: list[list[str]], delimiter: str, quoting: int
) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows(rows)  # type: ignore[arg-type]
    found = list(cells(pieces(data, out.getvalue()), delimiter))
    assert [row for _, row in found] == rows
    at = 1
    for (number, _), row in zip(found, rows, strict=True):
        assert number == at
        at += 1 + sum(cell.count("\n") for cell in row)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.integers(0, 5))
def test_a_quote_that_is_never_closed_costs_one_row(values: list[int], where: int) -> None:
    good = [f"{value},x\n" for value in values]
    stray = min(where, len(good))
    text = "".join([*good[:stray], '"never closed,y\n', *good[stray:]])
    found = list(cells([text], ","))
    assert [row for _, row in found if isinstance(row, list)] == [[str(value), "x"] for value in values]
    assert [number for number, row in found if isinstance(row, str)] == [stray + 1]


def test_many_quotes_that_are_never_closed_do_not_cost_the_square_of_their_number() -> None:
    text = '"a\n' + "b,c\n" * 3 + '"d,\n' * 3001
    assert len(list(cells([text], ","))) > 3000


@pytest.mark.parametrize("delimiter", ",;\t|")
def test_the_delimiter_is_found(delimiter: str) -> None:
    assert sniff_delimiter(delimiter.join(["MD5", "SHA1", "A name"]) + "\n1,2;3\t4|5|6|7") == delimiter
