"""Signals of a file or a pipe, a line at a time: each is read by itself, and answered before the next has come."""

from __future__ import annotations

import codecs
import csv
import json
from typing import IO, TYPE_CHECKING, NamedTuple

from vaern.cli.errors import CannotRun
from vaern.cli.output import count
from vaern.cli.signals import Asking, Unreadable, of_cells, of_object, of_text
from vaern.records import ALL_KINDS, VALUE_KINDS
from vaern.scanning.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE = 1000
"""Lines that are given together at most."""

READ_AT_ONCE = 1 << 16
"""Bytes: what a pipe holds on Linux."""

LONGEST = 1 << 26
"""Bytes of a line, or of a JSON object that takes more lines: a film of ten hours has some six million digits."""

MOST_FAULTS = 20
"""Of a file that are named."""

NO_SIGNAL = "there is no signal in it"

DELIMITERS = ",;\t|"
"""Of which one stands in every line that names more than one column."""


class Line(NamedTuple):
    """A line, read.

    Attributes:
        number: counted from 1.
        asked: its signals; a file without any is none.
        fault: where and why it cannot be read; else empty.
    """

    number: int
    asked: tuple[Asking, ...] = ()
    fault: str = ""


def gathered(file: IO[bytes]) -> Iterator[list[tuple[int, bytes | None]]]:
    """Lines with their numbers, those together that are there already: never waits while it holds a whole line.

    Args:
        file: buffered, as `open(…, "rb")` gives it.

    Yields:
        At most `AT_ONCE` lines, without their ends; None for one that is longer than `LONGEST`.
    """
    begun: list[bytes] = []
    size = number = 0
    while chunk := file.read1(READ_AT_ONCE):  # type: ignore[attr-defined]  # what one read of the system gives
        *ends, rest = chunk.split(b"\n")
        lines: list[tuple[int, bytes | None]] = []
        for end in ends:
            number += 1
            lines.append((number, None if size + len(end) > LONGEST else b"".join([*begun, end])))
            begun, size = [], 0
        size += len(rest)
        if size > LONGEST:
            begun.clear()
        elif rest:
            begun.append(rest)
        for at in range(0, len(lines), AT_ONCE):
            yield lines[at : at + AT_ONCE]
    if size:
        yield [(number + 1, None if size > LONGEST else b"".join(begun))]


def read(file: IO[bytes]) -> Iterator[list[Line]]:
    """The lines of a file or a pipe that hold signals, or should: those together that are there already.

    A line is a JSON object (`signals.of_object`), a row of `vaern hash --csv` or of a table with a column for each kind
    of signal, whose first line names them, a line of `sha256sum` and its like, or a text (`signals.of_text`). Where
    the first line begins a JSON object that goes on, that takes all that follows. `# kind: pdq` says what bare values
    are; any other line with # is a comment.

    Args:
        file: see `gathered`.
    """
    forms = _Forms()
    for some in gathered(file):
        if found := [line for number, raw in some for line in forms.read(number, raw)]:
            yield found
    if rest := list(forms.end()):
        yield rest


def checked(file: IO[bytes]) -> Iterator[list[Line]]:
    """The lines of a file that can be read twice, which holds no fault.

    Raises:
        CannotRun: at the call: it has faults, each with its line, or no signal; nothing of it is looked up.
    """
    faults: list[str] = []
    more, found = 0, False
    for line in (line for some in read(file) for line in some):
        found |= bool(line.asked)
        if line.fault and len(faults) < MOST_FAULTS:
            faults.append(line.fault)
        else:
            more += bool(line.fault)
    if not faults and not found:
        faults.append(NO_SIGNAL)
    if faults:
        rest = f"; and {count(more, 'more line')}" if more else ""
        raise CannotRun(f"{file.name} cannot be used; nothing was looked up: {'; '.join(faults)}{rest}")
    file.seek(0)
    return read(file)


class _Forms:
    """What a line is, by those before it."""

    def __init__(self) -> None:
        self._first = True
        self._kind = ""
        self._header = ""
        self._columns: tuple[str, ...] = ()
        self._delimiter = ","
        self._begun: list[bytes] = []  # a JSON object that takes more lines
        self._begins = self._size = 0

    def read(self, number: int, raw: bytes | None) -> Iterator[Line]:
        """What a line says; nothing of one that is empty or a comment."""
        if raw is None:
            yield Line(number, fault=f"line {number}: it is longer than any that is read")
            return
        text = raw.strip()
        if self._begun and self._goes_on(text):
            return
        yield from self._end_of_object()
        if self._first:
            text = text.removeprefix(codecs.BOM_UTF8)
        if not text:
            return
        try:
            if asked := self._of_line(number, text):
                yield Line(number, tuple(asked))
        except Unreadable as error:
            yield Line(number, fault=f"line {number}: {error}")
        self._first = False

    def end(self) -> Iterator[Line]:
        """What was begun and has not ended."""
        yield from self._end_of_object()

    def _of_line(self, number: int, text: bytes) -> list[Asking]:
        if self._columns:
            return self._of_row(_decoded(text))
        if text.startswith((b"{", b"[")):
            if self._first and _is_begun(text):
                self._begun, self._begins, self._size = [text], number, len(text)
                return []
            return of_object(text)
        line = _decoded(text)
        if self._first and self._is_header(line):
            return []
        return self._of_text(line)

    def _goes_on(self, text: bytes) -> bool:
        """Whether a line belongs to the object that was begun: the second is looked at, those after it are taken."""
        if len(self._begun) == 1 and text and not _is_begun(b"\n".join([*self._begun, text]), or_whole=True):
            return False
        self._size += len(text) + 1
        if self._size <= LONGEST:
            self._begun.append(text)
        return True

    def _end_of_object(self) -> Iterator[Line]:
        if not self._begun:
            return
        text, at = b"\n".join(self._begun), self._begins
        lines = f"line {at}" if len(self._begun) == 1 else f"from line {at}"
        self._begun = []
        try:
            if self._size > LONGEST:
                raise Unreadable("it is longer than any that is read")
            if asked := of_object(text):
                yield Line(at, tuple(asked))
        except Unreadable as error:
            yield Line(at, fault=f"{lines}: {error}")

    def _is_header(self, line: str) -> bool:
        """Whether a line names the columns of a table; then they are kept."""
        if line.lower() not in ALL_KINDS and not any(sign in line for sign in DELIMITERS):
            return False
        from vaern.formats.table import sniff_delimiter  # it lets cells be as long as the frames of a video

        delimiter = sniff_delimiter(line)
        columns = tuple(name.strip().lower() for name in _cells(line, delimiter))
        if not ({"kind", "value"} <= {*columns} or {*columns} & {*ALL_KINDS}):
            return False
        self._header, self._columns, self._delimiter = line, columns, delimiter
        return True

    def _of_row(self, line: str) -> list[Asking]:
        if line == self._header:  # of a second table, behind the first
            return []
        cells = dict(zip(self._columns, _cells(line, self._delimiter), strict=False))
        if "value" in cells:
            return [of_cells(cells)]
        found = []
        for kind in ALL_KINDS:
            if value := cells.get(kind, "").strip():
                quality = cells.get("quality", "") if kind == "pdq" else ""
                found.append(
                    of_cells({"kind": kind, "value": value, "quality": quality, "name": cells.get("name", "")})
                )
        return found

    def _of_text(self, line: str) -> list[Asking]:
        if line.startswith("#"):
            from vaern.formats.text import DIRECTIVE

            if not (told := DIRECTIVE.match(line)):
                return []
            if (kind := told[1].lower()) not in ALL_KINDS:
                raise Unreadable(f"{kind!r} is no kind of signal")
            self._kind = kind
            return []
        if " " in line and self._kind not in VALUE_KINDS:
            from vaern.formats.text import sum_of

            if summed := sum_of(line):
                kind, value, name = summed
                return [Asking(signal, printable(name)) for signal in of_text(f"{kind}:{value}")]
        return [Asking(signal) for signal in of_text(line, self._kind)]


def _decoded(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError:
        raise Unreadable("it is no text in UTF-8") from None


def _cells(line: str, delimiter: str) -> list[str]:
    """The cells of a row, which is one line: names of files are written without line breaks."""
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Unreadable(f"no row of cells: {error}") from None


def _is_begun(text: bytes, *, or_whole: bool = False) -> bool:
    """Whether a text is the beginning of JSON that goes on, between two of its words."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.pos >= len(error.doc)
    except (ValueError, RecursionError):
        return False
    return or_whole
