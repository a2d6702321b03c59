"""What is fetched and sent back is the same; one changed cell changes one place, or is a fault at that cell."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import openpyxl
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.node.alliance.commitments.sheet.files import BASE, PURPOSE, REPLY, edited, put, written
from tests.node.alliance.commitments.strategies import declared, drafts, whole

from vaern.node.alliance.commitments.sheet import labels, reader
from vaern.node.alliance.commitments.sheet.reader import Reply
from vaern.node.alliance.files.sheet import layout, workbooks
from vaern.node.alliance.rules.contents import Line
from vaern.node.alliance.rules.differences import flat

lines = st.lists(st.builds(Line, whole | drafts, st.none() | st.uuids(version=4)), max_size=4, unique_by=id)


@pytest.mark.once
@given(lines, declared, st.sampled_from(["en", "da"]))
@settings(max_examples=25)
def test_every_reply_comes_back_as_it_was(found: list[Line], values: list[Any], language: str) -> None:
    named = {line.commitment: line.content.goal for line in found if line.commitment}
    purpose = replace(PURPOSE, goals=named, language=language)
    reply = Reply(found, values)
    if len(named) == sum(line.commitment is not None for line in found):
        with translation.override(language):
            data = written(reply, purpose)
        assert reader.read(data, purpose) == reply


def places(reply: Reply) -> dict[tuple[Any, ...], Any]:
    """Everything that a reply says, place by place."""
    found: dict[tuple[Any, ...], Any] = {}
    for n, line in enumerate(reply.lines):
        found |= {(n, path): value for path, value in flat(line.content).items()}
        found[n, "commitment"] = line.commitment
        for kind in ("actions", "evidence"):
            for k, one in enumerate(getattr(line.content, kind)):
                found |= {(n, kind, k, name): getattr(one, name) for name in one.__struct_fields__}
    for k, value in enumerate(reply.declared):
        found |= {("declared", k, name): getattr(value, name) for name in value.__struct_fields__}
    return found


CELLS = [
    (sheet.name, cell.ref)
    for sheet in workbooks.read(BASE).sheets
    if sheet.name in {"Commitments", "Actions", "Evidence", "Values"}
    for cell in sheet.cells.values()
]
PUT = [
    "",
    "x",
    "=1+1",
    "+1",
    "@me",
    "1.234,5",
    "1 234,5",
    "12 %",
    "03/04/2026",
    "2026-04-03",
    "  spaced  ",
    "2",
    "g2.1",
    "at most",
    "\u00a0",
    "tab\tbed",
    "_x0041_",
    7,
    -2.5,
    1e300,
    45000,
    True,
    date(2026, 5, 4),
    "a" * 5000,
    str(UUID(int=99)),
    "https://other.example/",
]


def rows(reply: Reply) -> Counter[Any]:
    """The rows of the sheets below a commitment, whichever they belong to."""
    return Counter(one for line in reply.lines for one in (*line.content.actions, *line.content.evidence))


def changed_in_one_place(cell: tuple[str, str], value: Any, found: Reply) -> bool:
    """Whether a reply differs from the one that was written in what one cell says, and nowhere else."""
    if isinstance(value, str) and not value.strip():
        return True  # a row whose key was emptied is gone, or is a row without one
    if cell[0] in {"Actions", "Evidence"} and cell[1].startswith("A"):
        return rows(found) == rows(REPLY)  # it belongs to another commitment now
    return len(set(places(REPLY).items()) ^ set(places(found).items())) <= 2


@pytest.mark.slow
@pytest.mark.parametrize("cell", CELLS, ids="-".join)
def test_one_changed_cell_changes_one_place_or_is_a_fault_there(cell: tuple[str, str]) -> None:
    for value in PUT:
        found = reader.read(edited(put(*cell, value)), PURPOSE)
        if isinstance(found, list):
            named, row = {(one.sheet, one.cell) for one in found}, re.sub(r"\D", "", cell[1])
            is_number = cell[0] == "Commitments" and cell[1].startswith("A")  # rows of other sheets refer to it
            beside = {where for where in named if where[0] == cell[0] and re.sub(r"\D", "", where[1]) == row}
            assert cell in named or is_number or beside, value  # what is missing now has a cell of its own
        else:
            assert changed_in_one_place(cell, value, found), value


def test_another_program_that_saves_it_changes_nothing() -> None:
    assert reader.read(edited(lambda _book: None), PURPOSE) == REPLY


def test_columns_may_be_moved() -> None:
    def move(book: Any) -> None:
        sheet = book["Actions"]
        for row in sheet.iter_rows(min_row=1, max_row=5):
            row[2].value, row[3].value = row[3].value, row[2].value

    assert reader.read(edited(move), PURPOSE) == REPLY


def test_a_file_in_danish_is_read_on_an_english_page() -> None:
    with translation.override("da"):
        data = written(purpose=replace(PURPOSE, language="da"))
        assert "Forpligtelser" in {sheet.name for sheet in workbooks.read(data).sheets}
    assert reader.read(data, PURPOSE) == REPLY


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+1", "@SUM(A1)", '=HYPERLINK("x")', "\t=1", "_x0041_", "'=1", "'"])
def test_text_that_looks_like_a_formula_is_written_as_text(text: str) -> None:
    content = REPLY.lines[0].content
    reply = Reply([Line(replace_owner(content, text), REPLY.lines[0].commitment)], [])
    data = written(reply)
    with_openpyxl = openpyxl.load_workbook(io.BytesIO(data))["Commitments"]
    column = [one.path for one in layout.COMMITMENTS.columns].index("owner") + 1
    assert with_openpyxl.cell(2, column).data_type == "s"
    found = reader.read(data, PURPOSE)
    assert isinstance(found, Reply)
    assert found.lines[0].content.owner == text.strip()


def replace_owner(content: Any, owner: str) -> Any:
    return msgspec.structs.replace(content, owner=owner)


def test_what_is_to_be_chosen_stands_in_the_cells_and_the_file_is_protected() -> None:
    book = openpyxl.load_workbook(io.BytesIO(BASE))
    assert book["_vaern"].sheet_state == "veryHidden"
    for table in layout.TABLES:
        sheet = book[labels.said(labels.SHEETS, table.code)]
        assert sheet.protection.sheet
        assert len(sheet.data_validations.dataValidation) == sum(bool(one.choices) for one in table.columns)
        assert sheet["A1"].protection.locked
        assert not sheet["A2"].protection.locked


@pytest.mark.parametrize("language", ["en", "da"])
def test_no_two_columns_of_a_table_are_called_the_same(language: str) -> None:
    with translation.override(language):
        for table in layout.TABLES:
            names = [str(labels.COLUMNS[one.path]).lower() for one in table.columns]
            assert len(set(names)) == len(names)
        names = [str(one) for one in labels.SHEETS.values()]
        assert len(set(names)) == len(names)
        assert all(len(name) <= 31 for name in names)
