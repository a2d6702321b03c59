"""What one cell says, or what is wrong with it. Pure. Nothing is guessed: what can be read in two ways is a fault."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from math import isfinite
from typing import TYPE_CHECKING

from vaern.node.alliance.files.sheet import faults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vaern.node.alliance.files.sheet.workbooks import Cell


class Wrong(ValueError):
    """A cell cannot be read; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


_PLAIN = re.compile(r"[-−]?\d{1,15}(?:[.,](?:\d{1,2}|\d{4,15}))?\Z", re.ASCII)
"""A number as text that can be read in one way only: three digits after a point or comma may be thousands."""

_NUMBERLIKE = re.compile(r"[-−+]?[\d.,'’\s%\u00a0\u202f]+\Z")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:T00:00:00(?:\.0+)?Z?)?\Z", re.ASCII)
_SLASHED = re.compile(r"\d{1,4}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{1,4}\Z")
_FIRST, _LAST = date(1900, 1, 1), date(2199, 12, 31)


def _refuse_computed(cell: Cell) -> None:
    if cell.formula:
        raise Wrong(faults.FORMULA)
    if cell.kind == "error":
        raise Wrong(faults.ERROR)


def text(cell: Cell | None) -> str:
    """Return a text without spaces around it, with line feeds alone; a whole number that was typed is a text too.

    Raises:
        Wrong: it is something else, or has control characters.
    """
    if cell is None:
        return ""
    _refuse_computed(cell)
    if cell.kind == "number" and not cell.shown and float(cell.value).is_integer() and abs(float(cell.value)) < 1e15:
        return str(int(cell.value))
    if not isinstance(cell.value, str) or cell.kind != "text":
        raise Wrong(faults.NO_TEXT)
    found = cell.value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if any(unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\t" for letter in found):
        raise Wrong(faults.CONTROL)
    return found


def number(cell: Cell | None) -> float | None:
    """Return a number.

    Raises:
        Wrong: it is none, or one that could be another.
    """
    if cell is None:
        return None
    _refuse_computed(cell)
    if cell.kind == "number":
        if cell.shown:
            raise Wrong(faults.PERCENT if cell.shown == "percent" else faults.NO_NUMBER)
        if not isfinite(float(cell.value)):
            raise Wrong(faults.NO_NUMBER)
        return float(cell.value)
    if cell.kind != "text":
        raise Wrong(faults.NO_NUMBER)
    said = text(cell)
    if not said:
        return None
    if _PLAIN.match(said):
        return float(said.replace(",", ".").replace("−", "-"))
    raise Wrong(faults.NUMBER_AS_TEXT if _NUMBERLIKE.match(said) else faults.NO_NUMBER)


def day(cell: Cell | None, *, from_1904: bool) -> date | None:
    """Return a day: a number that is shown as a date, or YYYY-MM-DD as text.

    Raises:
        Wrong: it is none, has a time, or could be another day.
    """
    if cell is None:
        return None
    _refuse_computed(cell)
    if cell.kind == "number":
        return _counted(float(cell.value), from_1904=from_1904, is_date=cell.shown == "date")
    if cell.kind == "boolean":
        raise Wrong(faults.NO_DATE)
    said = str(cell.value).strip() if cell.kind == "date" else text(cell)
    if not said:
        return None
    if _ISO.match(said):
        try:
            return _within(date.fromisoformat(said[:10]))
        except ValueError:
            raise Wrong(faults.NO_DATE) from None
    raise Wrong(faults.AMBIGUOUS_DATE if _SLASHED.match(said) else faults.NO_DATE)


def _counted(serial: float, *, from_1904: bool, is_date: bool) -> date:
    if not is_date:
        raise Wrong(faults.DATE_AS_NUMBER)
    if not isfinite(serial) or not 0 < serial < 120_000 or not serial.is_integer():
        raise Wrong(faults.NO_DATE)
    if from_1904:
        return _within(date(1904, 1, 1) + timedelta(serial))
    if serial == 60:
        raise Wrong(faults.NO_DATE)  # 29 February 1900, which spreadsheets have and the calendar has not
    return _within(date(1899, 12, 31) + timedelta(serial - (serial > 60)))


def _within(found: date) -> date:
    if not _FIRST <= found <= _LAST:
        raise Wrong(faults.NO_DATE)
    return found


def choice(cell: Cell | None, words: Mapping[str, str]) -> str:
    """Return the code of what was chosen, "" for nothing.

    Args:
        cell: what was written.
        words: code by word in lower case, of all languages, the codes themselves too.

    Raises:
        Wrong: it is none of them.
    """
    said = text(cell)
    if not said:
        return ""
    found = words.get(" ".join(said.lower().split()))
    if found is None:
        raise Wrong(faults.NO_CHOICE)
    return found
