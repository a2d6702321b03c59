"""From a spreadsheet's cells to rows of its tables. Everything that is wrong is found in one go, each with its cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from vaern.node.alliance.commitments.sheet import labels
from vaern.node.alliance.files.sheet import faults as f
from vaern.node.alliance.files.sheet import layout, values
from vaern.node.alliance.files.sheet.faults import Fault
from vaern.node.alliance.files.sheet.workbooks import place, ref

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.node.alliance.files.sheet.layout import Column, Table
    from vaern.node.alliance.files.sheet.workbooks import Cell, Sheet, Workbook


@dataclass(frozen=True)
class Row:
    """A row of a table.

    Attributes:
        number: of the row in the sheet.
        values: by place; None or "" where nothing is.
    """

    number: int
    values: dict[str, Any]


@dataclass
class Grid:
    """A table as it was found.

    Attributes:
        name: of the sheet, as it is called in the file.
        columns: the column of each place, from 1.
        rows: those with something in them.
        faults: what is wrong.
    """

    name: str
    columns: dict[str, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def cell(self, row: int, path: str) -> str:
        """Return the name of a cell; of the first of its row where there is no such column."""
        return ref(row, self.columns.get(path, 1))

    def say(self, row: int, path: str, code: str, said: object = "") -> None:
        """Note what is wrong with a cell."""
        self.faults.append(Fault(self.name, self.cell(row, path), code, f.said(said)))


def grids(book: Workbook) -> tuple[dict[str, Grid], list[Fault]]:
    """Return the tables of a spreadsheet by code, and what is wrong with its set of sheets."""
    by_code, wrong = _sheets(book)
    found = {}
    for table in layout.TABLES:
        sheet = by_code.get(table.code)
        if sheet is None:
            wrong.append(Fault(labels.said(labels.SHEETS, table.code), "", f.NO_SHEET))
        else:
            found[table.code] = _grid(table, sheet, from_1904=book.from_1904)
    return found, wrong


def _sheets(book: Workbook) -> tuple[dict[str, Sheet], list[Fault]]:
    found: dict[str, Sheet] = {}
    wrong = []
    for sheet in book.sheets:
        code = labels.sheets_recognised().get(" ".join(sheet.name.lower().split()), "")
        if sheet.name == layout.META:
            continue
        if not code:
            wrong.append(Fault(sheet.name, "", f.EXTRA_SHEET))
        elif code in found:
            wrong.append(Fault(sheet.name, "", f.TWO_SHEETS))
        else:
            found[code] = sheet
    return found, wrong


def _grid(table: Table, sheet: Sheet, *, from_1904: bool) -> Grid:
    grid = Grid(sheet.name)
    _read_header(table, sheet, grid)
    _find_joined_and_hidden(sheet, grid)
    rows: dict[int, dict[int, Cell]] = {}
    for (row, column), cell in sorted(sheet.cells.items()):
        if row > 1:
            rows.setdefault(row, {})[column] = cell
    by_column = {column: table.column(path) for path, column in grid.columns.items()}
    for number, cells in rows.items():
        known = {column: cell for column, cell in cells.items() if not _is_blank(cell)}
        for column, cell in known.items():
            if column not in by_column and (1, column) not in sheet.cells:
                grid.faults.append(Fault(grid.name, cell.ref, f.OUTSIDE, f.said(cell.value)))
        if any(column in by_column and not by_column[column].locked for column in known):
            if len(grid.rows) >= layout.MOST_ROWS:
                grid.say(number, "", f.TOO_MANY_ROWS)
                break
            grid.rows.append(Row(number, _values(number, known, by_column, grid, from_1904=from_1904)))
    return grid


def _is_blank(cell: Cell) -> bool:
    return cell.kind == "text" and not cell.formula and not str(cell.value).strip()


def _read_header(table: Table, sheet: Sheet, grid: Grid) -> None:
    known = labels.columns_recognised(table)
    for (row, column), cell in sorted(sheet.cells.items()):
        if row != 1 or _is_blank(cell):
            continue
        path = known.get(" ".join(str(cell.value).lower().split())) if cell.kind == "text" else None
        if path is None or cell.formula:
            grid.faults.append(Fault(grid.name, cell.ref, f.UNKNOWN_COLUMN, f.said(cell.value)))
        elif path in grid.columns:
            grid.faults.append(Fault(grid.name, cell.ref, f.TWO_COLUMNS, f.said(cell.value)))
        else:
            grid.columns[path] = column
    for number, one in enumerate(table.columns, 1):
        if one.path not in grid.columns:
            grid.faults.append(Fault(grid.name, ref(1, number), f.NO_COLUMN, labels.said(labels.COLUMNS, one.path)))


def _find_joined_and_hidden(sheet: Sheet, grid: Grid) -> None:
    for name in sheet.merged:
        row, column = place(name)
        grid.faults.append(Fault(grid.name, ref(row, column), f.MERGED))
    hidden = {
        (row, 1) if row in sheet.hidden_rows else (1, column)
        for (row, column), cell in sheet.cells.items()
        if not _is_blank(cell) and (row in sheet.hidden_rows or column in sheet.hidden_columns)
    }
    grid.faults += [Fault(grid.name, ref(*where), f.HIDDEN) for where in sorted(hidden)]


def _values(
    number: int, cells: dict[int, Cell], by_column: dict[int, Column], grid: Grid, *, from_1904: bool
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column, one in by_column.items():
        cell = cells.get(column)
        try:
            found[one.path] = _value(one, cell, from_1904=from_1904)
        except values.Wrong as wrong:
            grid.say(number, one.path, wrong.code, cell.value if cell else "")
            found[one.path] = WRONG
    return found


WRONG = object()
"""Stands for what could not be read: it was noted, and nothing more is said of it."""


def _value(column: Column, cell: Cell | None, *, from_1904: bool) -> Any:
    if column.kind == "number":
        return values.number(cell)
    if column.kind == "day":
        return values.day(cell, from_1904=from_1904)
    if column.kind == "choice":
        return values.choice(cell, labels.recognised(column.choices))
    if column.kind == "whole":
        found = values.number(cell)
        if found is not None and (not found.is_integer() or not 0 < found < 1e6):
            raise values.Wrong(f.NO_LINE)
        return None if found is None else int(found)
    if column.kind == "id":
        return _identifier(values.text(cell))
    return values.text(cell)


def _identifier(text: str) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise values.Wrong(f.UNKNOWN_COMMITMENT) from None


def wrongs(grid: Grid) -> Iterator[Fault]:
    """Return what is wrong with a table, in the order of its cells."""
    return iter(sorted(grid.faults, key=lambda one: place(one.cell) if one.cell else (0, 0)))
