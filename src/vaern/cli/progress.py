"""How far long work is: a live display on a terminal, plain lines otherwise. Both go to standard error."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from vaern.cli.output import clock, count, safe, size
from vaern.records import VERDICTS, Problem
from vaern.scanning import IN_FORCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from vaern.records import Entry
    from vaern.scanning import Progress

LINE_SECONDS = 5.0
"""Between two plain lines."""

LIVE_SECONDS = 0.1
"""Between two states of the live display."""

KEPT_PROBLEMS = 10

ALWAYS = ("known", "near", "unreadable")
"""Verdicts that are shown even while there are none."""


class Display:
    """A few lines that are drawn anew on a terminal; elsewhere one line every few seconds."""

    def __init__(self) -> None:
        console = Console(stderr=True, highlight=False)
        self._live = console.is_terminal and not console.is_dumb_terminal
        self._console = console
        self._screen = Live(console=console, auto_refresh=False, transient=True)
        self._drawn = time.monotonic() if not self._live else 0.0

    def __enter__(self) -> Self:
        if self._live:
            self._screen.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._screen.stop()

    @property
    def is_due(self) -> bool:
        """Whether it is time to draw."""
        return time.monotonic() - self._drawn >= (LIVE_SECONDS if self._live else LINE_SECONDS)

    def draw(self, live: RenderableType, line: str) -> None:
        """Show the one or the other."""
        self._drawn = time.monotonic()
        if self._live:
            self._screen.update(live, refresh=True)
        else:
            self.note(line)

    def note(self, line: str) -> None:
        """A line that stays."""
        self._console.print(Text(safe(line)), soft_wrap=True)


class Counting(Display):
    """Counts what a list's readers yield.

    Attributes:
        problems: the first of them.
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title, self._begun = title, time.monotonic()
        self._entries = self._problems = 0
        self.problems: list[Problem] = []

    def count(self, item: Entry | Problem) -> None:
        """One more."""
        if isinstance(item, Problem):
            self._problems += 1
            if len(self.problems) < KEPT_PROBLEMS:
                self.problems.append(item)
        else:
            self._entries += 1
        self._show()

    def another(self) -> None:
        """One more of which nothing else is known."""
        self._entries += 1
        self._show()

    def _show(self) -> None:
        if (self._entries + self._problems) % 1024 == 0 and self.is_due:
            seconds = time.monotonic() - self._begun
            line = (
                f"{self._title}: {count(self._entries, 'entry', 'entries')}, {count(self._problems, 'problem')}, "
                f"{self._entries / seconds:,.0f} entries/s, {clock(seconds)}"
            )
            self.draw(Text(safe(line), no_wrap=True, overflow="ellipsis"), line)


class Transfer(Display):
    """Counts the bytes that come."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title, self._begun, self._bytes = title, time.monotonic(), 0

    def add(self, number: int) -> None:
        """So many more."""
        self._bytes += number
        if self.is_due:
            seconds = time.monotonic() - self._begun
            line = f"{self._title}: {size(self._bytes)}, {size(self._bytes / seconds)}/s, {clock(seconds)}"
            self.draw(Text(safe(line), no_wrap=True, overflow="ellipsis"), line)


class Scanning(Display):
    """Shows a scan's progress."""

    def __init__(self) -> None:
        super().__init__()
        self._warned = False

    def update(self, progress: Progress) -> None:
        """Called by the scan about ten times a second."""
        if progress.sandbox and not self._warned:
            self._warned = True
            for layer, state in progress.sandbox.items():
                if state != IN_FORCE:
                    self.note(f"Warning: this machine does not offer the sandbox layer {layer}: {state}")
        if self.is_due:
            self.draw(_screen(progress), "; ".join([_done(progress), _pace(progress), counts(progress.verdicts)]))


def _screen(progress: Progress) -> Group:
    """Three lines: bar and share, pace, verdicts and the last name."""
    bar = Table.grid(expand=True, padding=(0, 1))
    bar.add_column(ratio=1)
    bar.add_column(justify="right", no_wrap=True)
    total: float | None = progress.total_bytes if progress.counted else None
    completed: float = progress.bytes
    if progress.stage:
        total, completed = 1.0, progress.share
    bar.add_row(ProgressBar(total=total, completed=completed, pulse=total is None), _done(progress))
    name = Text(safe(progress.name), style="dim", no_wrap=True, overflow="ellipsis")
    lines = [Text(line, no_wrap=True, overflow="ellipsis") for line in (_pace(progress), counts(progress.verdicts))]
    return Group(bar, *lines, name)


STAGES = {"lists": "verifying the lists", "table": "writing findings.csv", "report": "writing report.html"}


def _done(progress: Progress) -> str:
    """How much of how much."""
    if progress.stage:
        return f"{STAGES[progress.stage]} {progress.share:4.0%}"
    if not progress.counted:
        return f"{progress.files:,} files, {size(progress.bytes)} (counting: {progress.total_files:,} so far)"
    share = progress.bytes / progress.total_bytes if progress.total_bytes else 1.0
    return (
        f"{min(share, 1):4.0%} {progress.files:,} of {progress.total_files:,} files, "
        f"{size(progress.bytes)} of {size(progress.total_bytes)}"
    )


def _pace(progress: Progress) -> str:
    """How fast, and how long still."""
    left = "?" if progress.seconds_left is None else clock(progress.seconds_left)
    members = f", {count(progress.members, 'archive member')}" if progress.members else ""
    return (
        f"{progress.files_per_second:,.0f} files/s, {size(progress.bytes_per_second)}/s, "
        f"{clock(progress.seconds)} gone, {left} left{members}"
    )


def counts(verdicts: Mapping[str, int]) -> str:
    """Verdicts with their numbers in one line."""
    return ", ".join(f"{name} {verdicts.get(name, 0):,}" for name in VERDICTS if name in ALWAYS or verdicts.get(name))
