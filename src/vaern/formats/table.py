"""Rows of cells out of delimited text, such that a stray quote costs one row and not the rest of the file."""

from __future__ import annotations

import csv
import re
from collections import deque
from typing import TYPE_CHECKING

from vaern.formats.lines import MAX_LINE, TOO_LONG, lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

DELIMITERS = ",;\t|"

MAX_ROW_LINES = 100
"""Lines that a row with quoted line breaks may span. Bounds what a quote that is never closed can cost."""

MAX_ROW = 1 << 15
"""Characters after which such a row takes no further line."""


csv.field_size_limit(2 * MAX_LINE)
"""A cell may be as long as a line: the frames of a video are one. (The limit holds for the whole program.)"""

_END = "\0the end of the text"


NUL = "\0"
_DECLARED = re.compile(r'"?sep=(.)"?', re.IGNORECASE)


def sniff_delimiter(head: str) -> str:
    """The delimiter that cuts the first line with any text into most cells; a comma where none does.

    A first line `sep=;`, by which Excel says it, decides.
    """
    first = next((line for line in head.splitlines() if line.strip()), "")
    if declared := _DECLARED.fullmatch(first.strip(" ")):
        return declared[1]
    return max(DELIMITERS, key=first.count)


def cells(chunks: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Rows of delimited text (RFC 4180, with what tools make of it).

    A first line `sep=;` is no row, and a line with a NUL sign has no cells. A quote that is never closed is given up
    after `MAX_ROW` characters, `MAX_ROW_LINES` lines or the end: the first line is then reported, and reading goes on
    with the line after it.

    Args:
        chunks: the text, cut anywhere.
        delimiter: one character.

    Yields:
        The number of the row's first line (1 is the first), and its cells or, where it has none, the reason.
    """
    source = lines(chunks)
    again: deque[str | None] = deque()

    def following() -> str | None:
        return again.popleft() if again else next(source, _END)

    number = 0
    while (line := following()) is not _END:
        number += 1
        if line is None:
            yield number, TOO_LONG
        elif number == 1 and _DECLARED.fullmatch(line.strip(" ")):
            continue
        elif NUL in line:
            yield number, "the line holds a NUL sign, which no text has; it was passed over"
        elif '"' not in line:
            yield number, line.split(delimiter)
        else:
            row, taken = _quoted(line, following, delimiter)
            yield number, row
            if isinstance(row, str):
                again.extendleft(reversed(taken))
            else:
                number += len(taken)


def _quoted(
    first: str, following: Callable[[], str | None], delimiter: str
) -> tuple[list[str] | str, list[str | None]]:
    """A row with quotes: its cells or the reason why not, and the further lines that were looked at."""
    taken: list[str | None] = []

    def feed() -> Iterator[str]:
        yield first + "\n"
        size = len(first)
        while len(taken) < MAX_ROW_LINES and size < MAX_ROW and (line := following()) is not _END:
            taken.append(line)
            if line is None:
                return
            size += len(line)
            yield line + "\n"

    try:
        row = next(csv.reader(feed(), delimiter=delimiter, strict=True))
        return (row, taken) if NUL not in "".join(row) else ("the row holds a NUL sign; it was passed over", [])
    except csv.Error as error:
        reason = str(error)
    if taken or reason.startswith("unexpected end"):
        return "a quote is never closed, so the line has no cells; it was passed over", taken
    try:  # signs after a closing quote: only the strict rule is broken
        return next(csv.reader([first], delimiter=delimiter)), taken
    except csv.Error as error:
        return f"no row of cells ({error}); it was passed over", taken
