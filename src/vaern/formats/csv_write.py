"""CSV as this project writes it: no cell in it reads as a formula to a spreadsheet (OWASP, *CSV injection*)."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_BEFORE = r"[\s\"\x00-\x20\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]*"
"""What spreadsheets leave out before a formula begins, some of them some of it: spaces, signs without width, quotes."""

_FORMULA = re.compile(
    rf"(^|[;\t\r\n])(?=\"*[\t\r\n']|{_BEFORE}[=+\-@\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b])"
)
"""Where a cell begins that reads as a formula, also by the full-width, small and typographic forms of its signs that
spreadsheets of East Asian languages take: at the start, and, since spreadsheets in Danish and other languages split at
semicolons, after each of those too."""


def safe(cell: object) -> object:
    """Return a cell that a spreadsheet shows and does not calculate: text gets an apostrophe where a formula begins."""
    return _FORMULA.sub(r"\1'", cell) if isinstance(cell, str) and not _is_plain(cell) else cell


def _is_plain(cell: str) -> bool:
    """Whether no formula can begin in it, as in most cells: a table of findings has millions."""
    return (
        not cell
        or cell.isalnum()
        or ((cell[:1].isalnum() or cell[:1] == "/") and ";" not in cell and cell.isprintable())
    )


class CsvWriter:
    r"""Writes rows whose cells are safe. The one way to write CSV here: a test forbids `csv.writer` elsewhere.

    Args:
        out: a text stream that was opened with `newline=""`.
        end: of a line; RFC 4180 says CR LF.
    """

    def __init__(self, out: Any, *, end: str = "\r\n") -> None:
        self._writer = csv.writer(out, lineterminator=end)

    def row(self, cells: Iterable[object]) -> None:
        """Write one row."""
        self._writer.writerow([cell if cell is None or cell == "" else safe(cell) for cell in cells])

    def rows(self, rows: Iterable[Iterable[object]]) -> None:
        """Write many rows."""
        for cells in rows:
            self.row(cells)
