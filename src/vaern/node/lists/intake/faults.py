"""Every fault of a file with its place, as a CSV on disk: the database keeps the first alone.

It is written as the list is read, and so costs no memory. Its reasons may quote the list: it lies where that lay, and
goes after a month.
"""

from __future__ import annotations

import io
import os
from datetime import timedelta
from typing import TYPE_CHECKING, BinaryIO

from django.utils import timezone

from vaern.formats.csv_write import CsvWriter
from vaern.node.lists.intake import pieces
from vaern.node.lists.models import ListIntake

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 256 << 20
"""Bytes of the file at most, two million faults or more. Beyond, they are counted, and its last line says how many."""

LAST_LINE = 200
"""Bytes of them that are kept free for that line."""

KEPT = 10
"""Files that are kept of one list: a source that is asked each quarter of an hour may send faults each time."""

KEPT_FOR = timedelta(days=30)
"""How long a file is kept."""

LONGEST = 500
"""Characters that are kept of a reason."""

BOM = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of the country."""

COLUMNS = ("line", "junk", "reason")


class FaultFile:
    """The faults of one intake, as they are found. Until the first there is no file; a file of before is replaced."""

    def __init__(self, intake: ListIntake) -> None:
        self._intake = intake
        self._file: BinaryIO | None = None
        self._size = self._left = 0

    def put(self, line: int, reason: str, *, junk: bool) -> None:
        """Write down a fault; where the file is full it is counted."""
        row = _row(line, "true" if junk else "false", reason)
        if self._file is None:
            self._file = _begun(self._intake)
            self._write((BOM.encode(), _row(*COLUMNS)))
        if self._left or self._size + len(row) > LARGEST - LAST_LINE:
            self._left += 1
        else:
            self._write((row,))

    def finish(self) -> None:
        """Write what is left, so that it outlives a crash of the machine."""
        if self._file is None:
            return
        if self._left:
            self._write((_row("", "", f"{self._left} more faults, which this file has no room for"),))
        self._file.flush()
        os.fsync(self._file.fileno())
        self.close()

    def close(self) -> None:
        """Let go of the file, whatever of it is written."""
        if self._file is not None:
            self._file.close()

    def _write(self, parts: tuple[bytes, ...]) -> None:
        assert self._file is not None
        for part in parts:
            self._file.write(part)
            self._size += len(part)


def _begun(intake: ListIntake) -> BinaryIO:
    """Begin the file of an intake; of its list the oldest go."""
    path = pieces.faults_of(intake.pk)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lying = pieces.left(float("inf"), faults=True) - {intake.pk}
    of_list = ListIntake.everywhere.filter(list=intake.list_id, pk__in=lying).order_by("-started_at", "id")
    for old in of_list.values_list("pk", flat=True)[KEPT - 1 :]:
        pieces.remove_faults(old)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb")


def _row(*cells: object) -> bytes:
    out = io.StringIO(newline="")
    CsvWriter(out).row(cells)
    return out.getvalue().encode()


def there(intake: ListIntake) -> Path | None:
    """Return the file with all faults of an intake; None where there were none, or it was erased."""
    path = pieces.faults_of(intake.pk)
    return path if path.is_file() else None


def erase_old() -> int:
    """Erase the files that were kept long enough, each night; return how many."""
    old = pieces.left((timezone.now() - KEPT_FOR).timestamp(), faults=True)
    for intake in old:
        pieces.remove_faults(intake)
    return len(old)
