"""A reply as a spreadsheet, in the reader's language. Text is written as text: no cell of ours is ever a formula."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

import xlsxwriter
from django.utils.translation import gettext as _

from vaern.node.alliance.commitments.sheet import labels
from vaern.node.alliance.files.sheet import layout
from vaern.node.alliance.files.sheet.workbooks import ref
from vaern.node.alliance.rules import definitions, frame
from vaern.node.alliance.rules.frame import said

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from vaern.node.alliance.commitments.sheet.reader import Purpose, Reply
    from vaern.node.alliance.files.sheet.layout import Column, Table
    from vaern.node.alliance.rules.contents import Line

_FIRST_DAY = date(1900, 3, 1)
"""Spreadsheets count a day too many before; such a day is written as text."""


def write(reply: Reply, purpose: Purpose, title: str, free_rows: int = layout.FREE_ROWS) -> bytes:
    """Return the file.

    Args:
        reply: what is in it now.
        purpose: what it is made for; its language is that of the words.
        title: of the guide: the member and the round.
        free_rows: how many empty rows are prepared below what is there.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        writer = _Writer(book, purpose, free_rows)
        writer.guide(title)
        writer.tables(reply)
        writer.codes()
        writer.meta()
    return out.getvalue()


class _Writer:
    """Writes one file."""

    def __init__(self, book: xlsxwriter.Workbook, purpose: Purpose, free_rows: int) -> None:
        self.book, self.purpose, self.free_rows = book, purpose, free_rows
        self.head = book.add_format(
            {"bold": True, "bg_color": "#E4F0F5", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.heading = book.add_format({"bold": True, "font_size": 14})
        top = {"text_wrap": True, "valign": "top"}
        self.formats: dict[str, Format] = {
            "text": book.add_format({**top, "locked": False, "num_format": "@"}),
            "number": book.add_format({**top, "locked": False, "num_format": "General"}),
            "day": book.add_format({**top, "locked": False, "num_format": "yyyy-mm-dd"}),
            "locked": book.add_format({**top, "font_color": "#52606C", "num_format": "@"}),
        }
        self.lists: dict[str, str] = {}

    def guide(self, title: str) -> None:
        """Write what to do."""
        sheet = self.book.add_worksheet(labels.said(labels.SHEETS, "guide"))
        sheet.set_column(0, 0, 100, self.wrapped)
        sheet.write_string(0, 0, title, self.heading)
        for row, line in enumerate(_guide(), 2):
            sheet.write_string(row, 0, line, self.wrapped)
        sheet.protect()

    def tables(self, reply: Reply) -> None:
        """Write the four tables."""
        found: dict[str, list[dict[str, Any]]] = {table.code: [] for table in layout.TABLES}
        for number, line in enumerate(reply.lines, 1):
            found["commitments"].append(_commitment(number, line))
            found["actions"] += [_under(number, one, "code", "text", "state", "date") for one in line.content.actions]
            found["evidence"] += [_under(number, one, "text", "url", "date") for one in line.content.evidence]
        names = [column.path for column in layout.DECLARED.columns]
        found["declared"] = [{name: getattr(one, name) for name in names} for one in reply.declared]
        for table in layout.TABLES:
            self._table(table, found[table.code])

    def _table(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        sheet = self.book.add_worksheet(labels.said(labels.SHEETS, table.code))
        last = len(rows) + self.free_rows
        for number, column in enumerate(table.columns):
            sheet.set_column(number, number, column.width)
            sheet.write_string(0, number, labels.said(labels.COLUMNS, column.path), self.head)
            for row in range(1, last + 1):
                value = rows[row - 1].get(column.path) if row <= len(rows) else None
                self._cell(sheet, (row, number), value, column)
            if column.choices:
                sheet.data_validation(1, number, last, number, self._choice(column))
        sheet.freeze_panes(1, 2 if table is layout.COMMITMENTS else 1)
        sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True})

    def _format(self, column: Column) -> Format:
        kind = (
            "locked"
            if column.locked
            else {"number": "number", "whole": "number", "day": "day"}.get(column.kind, "text")
        )
        return self.formats[kind]

    def _cell(self, sheet: Worksheet, place: tuple[int, int], value: Any, column: Column) -> None:
        style = self._format(column)
        if value is None or value == "":
            sheet.write_blank(*place, None, style)
        elif column.kind in {"number", "whole"}:
            sheet.write_number(*place, value, style)
        elif column.kind == "day" and value >= _FIRST_DAY:
            sheet.write_datetime(*place, value, style)
        elif column.kind == "choice":
            words = labels.choices(column.choices)
            sheet.write_string(*place, str(words.get(value, value)), style)
        else:
            sheet.write_string(*place, str(value), style)

    def _choice(self, column: Column) -> dict[str, Any]:
        words = [str(word) for word in labels.choices(column.choices).values()]
        if sum(len(word) + 1 for word in words) < 250:
            return {"validate": "list", "source": words}
        if column.choices not in self.lists:
            self.lists[column.choices] = ""
        at = list(self.lists).index(column.choices)
        column_name = ref(1, 5 + at)[:-1]
        sheet = labels.said(labels.SHEETS, "codes").replace("'", "''")
        return {"validate": "list", "source": f"='{sheet}'!${column_name}$2:${column_name}${len(words) + 1}"}

    def codes(self) -> None:
        """Write what the codes mean, and beside it the lists that cells choose from."""
        sheet = self.book.add_worksheet(labels.said(labels.SHEETS, "codes"))
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 110, self.wrapped)
        for row, (code, words) in enumerate(_meanings(self.purpose), 1):
            sheet.write_string(row, 0, code)
            sheet.write_string(row, 1, words, self.wrapped)
        sheet.write_row(0, 0, [_("Code"), _("Meaning")], self.head)
        for at, name in enumerate(self.lists):
            for row, word in enumerate(labels.choices(name).values(), 1):
                sheet.write_string(row, 4 + at, str(word))
            sheet.set_column(4 + at, 4 + at, None, None, {"hidden": True})
        sheet.protect()

    def meta(self) -> None:
        """Write what the file is made for."""
        sheet = self.book.add_worksheet(layout.META)
        for row, (name, value) in enumerate(zip(layout.META_ROWS, self.purpose.meta, strict=True)):
            sheet.write_string(row, 0, name)
            sheet.write_string(row, 1, value)
        sheet.protect()
        sheet.very_hidden()


def _guide() -> Iterable[str]:
    yield _("Fill this in off line, and send it back on the page where you fetched it.")
    yield _("There you see every difference before it is taken. It is taken whole, or not at all.")
    yield _("Each row of the second sheet is one commitment. Its number ties actions and evidence to it.")
    yield _("A new commitment gets a new number and no identifier. Other identifiers stay as they are.")
    yield _("To leave out a commitment, clear its row, and the rows of its number in the other sheets.")
    yield _("Among the values write a number, or why there is none. Nothing is guessed.")
    yield _("Write numbers as numbers, without % and without separators of thousands, and days as 2026-04-03.")
    yield _("Columns may be moved and made wider. Do not rename or merge anything.")
    yield _("Formulas are refused. Everything that is wrong is shown with its cell.")
    yield _("What the codes of goals, indicators and actions mean stands in the last sheet.")


def _meanings(purpose: Purpose) -> Iterable[tuple[str, str]]:
    declaration = frame.declaration(purpose.frame_version)
    for target in declaration.targets:
        yield from ((goal.code, said(goal.text, purpose.language)) for goal in target.goals)
        yield from ((action.code, said(action.text, purpose.language)) for action in target.actions)
    for one in definitions.current().indicators:
        yield one.code, f"{said(one.name, purpose.language)}: {said(one.question, purpose.language)}"


def _commitment(number: int, line: Line) -> dict[str, Any]:
    content = line.content
    target, baseline = content.target, content.target.baseline
    found = {
        f"target.{name}": getattr(target, name) for name in ("indicator", "text", "value", "unit", "direction", "due")
    }
    found |= {f"target.baseline.{name}": getattr(baseline, name, None) for name in ("value", "date", "source")}
    named = ("goal", "obligation", "requirement", "owner", "language", "frame_version")
    return {"line": number, "commitment": line.commitment, **found, **{name: getattr(content, name) for name in named}}


def _under(number: int, one: Any, *names: str) -> dict[str, Any]:
    return {"line": number, **{name: getattr(one, name) for name in names}}
