"""A spreadsheet's cells as they are written, with what hides or joins them (ECMA-376, part 1, chapter 18).

A reader of our own, because it has to say of each cell what libraries for reading leave out or turn into something
else: that it is a formula, how it is formatted, that it is hidden or merged (`docs/decisions/0036-spreadsheets.md`).
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from vaern.node.alliance.files.sheet.faults import NO_WORKBOOK, TOO_LARGE, TORN, Unreadable
from vaern.node.alliance.files.sheet.packages import parsed, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml import etree

Kind = Literal["text", "number", "boolean", "error", "date"]
"""What is in a cell; `date` is a date in ISO form. Most dates are numbers that are shown as dates."""

MOST_ROWS, MOST_CELLS = 5_000, 100_000
MOST_COLUMNS = 16_384
"""Of a sheet, in every program."""

_REF = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})\Z")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_PERCENTS = frozenset({9, 10})
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


@dataclass(frozen=True)
class Cell:
    """One cell that has something in it.

    Attributes:
        row, column: from 1.
        kind, value: what is in it; a number is a float.
        formula: it is computed, whatever value is kept beside.
        shown: how a number is formatted.
    """

    row: int
    column: int
    kind: Kind
    value: str | float | bool
    formula: bool = False
    shown: Literal["", "date", "percent"] = ""

    @property
    def ref(self) -> str:
        """Its name as people write it: B7."""
        return ref(self.row, self.column)


@dataclass
class Sheet:
    """One sheet.

    Attributes:
        cells: by row and column.
        merged: the upper left cells of what was merged, as `B7`.
        hidden_rows, hidden_columns: their numbers.
    """

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Workbook:
    """A workbook; `from_1904`: its dates count from 1904, not from 1900."""

    sheets: list[Sheet]
    from_1904: bool


def ref(row: int, column: int) -> str:
    """Return a cell's name."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def place(name: str) -> tuple[int, int]:
    """Return row and column of a cell's name.

    Raises:
        Unreadable: it is none.
    """
    found = _REF.match(name)
    if found is None:
        raise Unreadable(TORN)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def read(data: bytes) -> Workbook:
    """Return what is in a spreadsheet.

    Raises:
        Unreadable: it is none, or torn, or larger than it may be.
    """
    parts = parts_of(data)
    main = _target(parts, "_rels/.rels", "/officeDocument")
    book = parsed(parts, main)
    if _name(book) != "workbook":
        raise Unreadable(NO_WORKBOOK)
    base = posixpath.dirname(main)
    links = _links(parts, f"{base}/_rels/{posixpath.basename(main)}.rels", base)
    strings = _strings(parts, next((to for kind, to in links.values() if kind.endswith("/sharedStrings")), ""))
    formats = _formats(parts, next((to for kind, to in links.values() if kind.endswith("/styles")), ""))
    sheets = []
    for one in _named(book, "sheet"):
        target = links.get(next((str(v) for k, v in one.attrib.items() if str(k).endswith("}id")), ""), ("", ""))
        if target[0].endswith("/worksheet"):
            sheets.append(_sheet(parsed(parts, target[1]), str(one.get("name", "")), strings, formats))
    settings = next(_named(book, "workbookPr"), None)
    return Workbook(sheets, settings is not None and settings.get("date1904") in {"1", "true"})


def _sheet(root: etree._Element, name: str, strings: list[str], formats: list[str]) -> Sheet:
    found = Sheet(name)
    for column in _named(root, "col"):
        if column.get("hidden") in {"1", "true"}:
            first, last = _whole(column.get("min")), _whole(column.get("max"))
            found.hidden_columns |= set(range(first, min(last, MOST_COLUMNS) + 1))
    row = 0
    for line in _named(root, "row"):
        row = _whole(line.get("r"), row + 1)
        if line.get("hidden") in {"1", "true"}:
            found.hidden_rows.add(row)
        column_ = 0
        for one in line:
            if _name(one) != "c":
                continue
            _row, column_ = place(str(one.get("r"))) if one.get("r") else (row, column_ + 1)
            if column_ > MOST_COLUMNS:
                raise Unreadable(TORN)
            cell = _cell(one, row, column_, strings, formats)
            if cell is not None:
                found.cells[row, column_] = cell
        if len(found.cells) > MOST_CELLS or (row > MOST_ROWS and line.find("{*}c/{*}v") is not None):
            raise Unreadable(TOO_LARGE)
    merged = (str(one.get("ref", "")).split(":", maxsplit=1)[0] for one in _named(root, "mergeCell"))
    found.merged = [ref(*place(name)) for name in merged]
    return found


def _cell(one: etree._Element, row: int, column: int, strings: list[str], formats: list[str]) -> Cell | None:
    value, formula = one.findtext("{*}v"), one.find("{*}f") is not None
    type_ = one.get("t", "n")
    if type_ == "inlineStr":
        inline = one.find("{*}is")
        return Cell(row, column, "text", _text(inline), formula) if inline is not None else None
    if value is None or value == "":
        return Cell(row, column, "text", "", formula) if formula else None
    try:
        if type_ == "s":
            return Cell(row, column, "text", strings[int(value)], formula)
        if type_ == "n":
            style = _whole(one.get("s"), 0)
            shown = formats[style] if style < len(formats) else ""
            return Cell(row, column, "number", float(value), formula, shown)  # type: ignore[arg-type]
    except (IndexError, ValueError):
        raise Unreadable(TORN) from None
    kinds: dict[str, Kind] = {"str": "text", "b": "boolean", "e": "error", "d": "date"}
    if type_ not in kinds:
        raise Unreadable(TORN)
    said: str | bool = _unescaped(value) if type_ == "str" else value == "1" if type_ == "b" else value
    return Cell(row, column, kinds[type_], said, formula)


def _strings(parts: Mapping[str, bytes], name: str) -> list[str]:
    return [_text(one) for one in parsed(parts, name).iterchildren("{*}si")] if name else []


def _text(holder: etree._Element) -> str:
    """Return the text of runs, without phonetic hints."""
    texts = [one.text or "" for one in holder.iterchildren("{*}t")]
    texts += [one.findtext("{*}t") or "" for one in holder.iterchildren("{*}r")]
    return _unescaped("".join(texts))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _formats(parts: Mapping[str, bytes], name: str) -> list[str]:
    """Return for each style whether it shows a number as a date or as a percentage."""
    if not name:
        return []
    root = parsed(parts, name)
    own = {_whole(one.get("numFmtId"), -1): str(one.get("formatCode", "")) for one in _named(root, "numFmt")}
    cells = root.find("{*}cellXfs")
    if cells is None:
        return []
    return [_shown(number, own) for number in (_whole(one.get("numFmtId"), 0) for one in cells)]


def _shown(number: int, own: Mapping[int, str]) -> str:
    code = _QUOTED.sub("", own.get(number, "")).lower()
    if number in _DATES or (code and re.search("[dmyhs]", code)):
        return "date"
    return "percent" if number in _PERCENTS or "%" in code else ""


def _target(parts: Mapping[str, bytes], rels: str, kind: str) -> str:
    for found, to in _links(parts, rels, "").values():
        if found.endswith(kind):
            return to
    raise Unreadable(NO_WORKBOOK)


def _links(parts: Mapping[str, bytes], rels: str, base: str) -> dict[str, tuple[str, str]]:
    """Return kind and part of each relationship; targets outside the file are left out."""
    found = {}
    for one in _named(parsed(parts, rels), "Relationship"):
        if one.get("TargetMode") != "External":
            to = posixpath.normpath(posixpath.join("/" + base, str(one.get("Target", "")))).lstrip("/")
            found[str(one.get("Id", ""))] = (str(one.get("Type", "")), to)
    return found


def _named(root: etree._Element, name: str) -> Iterator[etree._Element]:
    return root.iter("{*}" + name)


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _whole(text: str | None, otherwise: int = 0) -> int:
    if text is None:
        return otherwise
    if not text.isascii() or not text.isdecimal():
        raise Unreadable(TORN)
    return int(text)
