"""How far a scan is: what is done, what there is to do, and how fast it goes."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from vaern.scanning.walk import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vaern.scanning.sources import Source
    from vaern.scanning.summary import Tally
    from vaern.scanning.walk import Identity

_WINDOW_SECONDS = 15.0

Stage = Literal["", "lists", "table", "report"]
STAGES: tuple[Stage, ...] = ("lists", "table", "report")
"""After the last file: the lists are verified to their end, the table and the report are written."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A moment of a running scan.

    Attributes:
        files, members, bytes: done so far, earlier sessions included, see `Summary`.
        verdicts: number of findings of each verdict so far.
        total_files, total_bytes: there are, as far as they have been counted.
        counted: the totals are final.
        seconds: on the clock, of this session.
        files_per_second, bytes_per_second: over the last quarter of a minute.
        seconds_left: from the bytes that are left; `None` while unknown.
        name: the last file or member that was done.
        sandbox: state of each layer around the workers; empty until the first is ready.
        stage: what is done after the last file: one of `STAGES`, empty before.
        share: of that stage, 0 to 1.
        endless: nobody knows how much will come.
    """

    files: int
    members: int
    bytes: int
    verdicts: Mapping[str, int]
    total_files: int
    total_bytes: int
    counted: bool
    seconds: float
    files_per_second: float
    bytes_per_second: float
    seconds_left: float | None
    name: str
    sandbox: Mapping[str, str]
    stage: Stage = ""
    share: float = 0.0
    endless: bool = False


class Count(threading.Thread):
    """Lists ahead, opening nothing, to know how much there is."""

    def __init__(self, source: Source, leave_out: frozenset[Identity]) -> None:
        super().__init__(name="count", daemon=True)
        self.files = self.bytes = 0
        self.finished = False
        self.source, self._leave_out = source, leave_out
        self._stopped = False

    def run(self) -> None:
        """Count until the end, or until told to stop."""
        with suppress(Refusal):  # the scan meets it too, and says so
            for item in self.source.listed(self._leave_out):
                if self._stopped:
                    return
                self.files += 1
                self.bytes += item.size
            self.finished = not self.source.changes

    def stop(self) -> None:
        """Stop, and wait until it has."""
        self._stopped = True
        self.join()


class Meter:
    """Rates over the last seconds."""

    def __init__(self, tally: Tally, count: Count) -> None:
        self._tally, self._count = tally, count
        self._started = time.monotonic()
        self._points = deque([(self._started, tally.files, tally.bytes)])

    @property
    def seconds(self) -> float:
        """Since the session began."""
        return time.monotonic() - self._started

    def progress(self, name: str, sandbox: Mapping[str, str]) -> Progress:
        """This moment."""
        tally, count, now = self._tally, self._count, time.monotonic()
        self._points.append((now, tally.files, tally.bytes))
        while len(self._points) > 2 and self._points[1][0] < now - _WINDOW_SECONDS:
            self._points.popleft()
        then, files, size = self._points[0]
        span = max(now - then, 1e-6)
        file_rate, byte_rate = (tally.files - files) / span, (tally.bytes - size) / span
        left = None
        if count.finished and byte_rate > 0:
            left = max(0, count.bytes - tally.bytes) / byte_rate
        return Progress(
            files=tally.files,
            members=tally.members,
            bytes=tally.bytes,
            verdicts=dict(tally.verdicts),
            total_files=count.files,
            total_bytes=count.bytes,
            counted=count.finished,
            seconds=now - self._started,
            files_per_second=file_rate,
            bytes_per_second=byte_rate,
            seconds_left=left,
            name=name,
            sandbox=sandbox,
            endless=count.source.changes,
        )
