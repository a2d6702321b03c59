"""How far long work is: a live display on a terminal, plain lines otherwise, JSON lines or nothing where so told.

All go to standard error.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from msgspec.structs import replace
from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from vaern.cli import progress_lines
from vaern.cli.output import clock, count, safe, size
from vaern.cli.progress_lines import Moment, Note
from vaern.records import VERDICTS, Problem
from vaern.scanning import IN_FORCE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.console import RenderableType

    from vaern.cli.progress_lines import Counted
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
    """A few lines that are drawn anew on a terminal; elsewhere one line every few seconds, or what was asked for."""

    def __init__(self) -> None:
        console = Console(stderr=True, highlight=False)
        self._way = progress_lines.chosen()
        self._live = self._way == "bar" and console.is_terminal and not console.is_dumb_terminal
        self._console = console
        self._screen = Live(console=console, auto_refresh=False, transient=True)
        self._begun = time.monotonic()
        self._drawn = 0.0 if self._live else self._begun

    def __enter__(self) -> Self:
        if self._live:
            self._screen.start()
        if self._way == "json":
            progress_lines.write(self.moment())
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if self._live:
            self._screen.stop()
        if self._way == "json" and kind is None:
            progress_lines.write(replace(self.moment(), end=True))

    @property
    def seconds(self) -> float:
        """Since the work began."""
        return time.monotonic() - self._begun

    @property
    def is_due(self) -> bool:
        """Whether it is time to draw."""
        return time.monotonic() - self._drawn >= (
            LINE_SECONDS if self._way == "bar" and not self._live else LIVE_SECONDS
        )

    def moment(self) -> Moment:
        """This moment, for a program."""
        raise NotImplementedError

    def draw(self, live: Callable[[], RenderableType], line: Callable[[], str]) -> None:
        """Show this moment in one way."""
        self._drawn = time.monotonic()
        if self._way == "json":
            progress_lines.write(self.moment())
        elif self._live:
            self._screen.update(live(), refresh=True)
        elif self._way == "bar":
            self.note(line())

    def note(self, line: str) -> None:
        """A line that stays."""
        if self._way == "json":
            progress_lines.write(Note(line))
        else:
            self._console.print(Text(safe(line)), soft_wrap=True)


class _OneLine(Display):
    """Is one line on a terminal, too."""

    def line(self) -> str:
        """This moment, for a person."""
        raise NotImplementedError

    def show(self) -> None:
        """Draw it if it is due."""
        if self.is_due:
            self.draw(lambda: Text(safe(self.line()), no_wrap=True, overflow="ellipsis"), self.line)


class Counting(_OneLine):
    """Counts what a list's readers yield.

    Attributes:
        problems: the first of them.
    """

    def __init__(self, title: str, stage: Counted = "entries") -> None:
        super().__init__()
        self._title, self._stage = title, stage
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
        if (self._entries + self._problems) % 1024 == 0:
            self.show()

    def line(self) -> str:
        """Entries, problems and pace."""
        return (
            f"{self._title}: {count(self._entries, 'entry', 'entries')}, {count(self._problems, 'problem')}, "
            f"{self._entries / max(self.seconds, 1e-9):,.0f} entries/s, {clock(self.seconds)}"
        )

    def moment(self) -> Moment:
        """The same for a program."""
        rate = self._entries / max(self.seconds, 1e-9)
        seconds = self.seconds
        return Moment(stage=self._stage, done=self._entries, rate=rate, seconds=seconds, problems=self._problems)


class Transfer(_OneLine):
    """Counts the bytes that come."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title, self._bytes = title, 0

    def add(self, number: int) -> None:
        """So many more."""
        self._bytes += number
        self.show()

    def line(self) -> str:
        """Bytes and pace."""
        rate = self._bytes / max(self.seconds, 1e-9)
        return f"{self._title}: {size(self._bytes)}, {size(rate)}/s, {clock(self.seconds)}"

    def moment(self) -> Moment:
        """The same for a program."""
        rate = self._bytes / max(self.seconds, 1e-9)
        return Moment(stage="bytes", done=self._bytes, rate=rate, seconds=self.seconds)


class Rematching(_OneLine):
    """Shows how far a rematch is."""

    def __init__(self) -> None:
        super().__init__()
        self._stage: Counted = "findings"
        self._done, self._share = 0, 0.0

    def update(self, stage: Counted, done: int, share: float) -> None:
        """Called now and then by the rematch."""
        self._stage, self._done, self._share = stage, done, share
        self.show()

    def line(self) -> str:
        """What is being done, how much of it, and how many findings that is."""
        doing = STAGES.get(self._stage, "matching")
        return f"{doing} {self._share:4.0%}, {count(self._done, 'finding')}, {clock(self.seconds)}"

    def moment(self) -> Moment:
        """The same for a program."""
        seconds = self.seconds
        matching = self._stage == "findings"
        return Moment(
            stage=self._stage,
            done=self._done,
            share=self._share,
            rate=self._done / max(seconds, 1e-9) if matching else 0.0,
            seconds=seconds,
            seconds_left=seconds * (1 - self._share) / self._share if matching and self._share else None,
        )


class Scanning(Display):
    """Shows a scan's progress."""

    def __init__(self) -> None:
        super().__init__()
        self._warned = False
        self._last: Progress | None = None

    def update(self, progress: Progress) -> None:
        """Called by the scan about ten times a second."""
        if progress.sandbox and not self._warned:
            self._warned = True
            for layer, state in progress.sandbox.items():
                if state != IN_FORCE:
                    self.note(f"Warning: this machine does not offer the sandbox layer {layer}: {state}")
        self._last = progress
        if self.is_due:
            self.draw(
                lambda: _screen(progress),
                lambda: "; ".join([_done(progress), _pace(progress), counts(progress.verdicts)]),
            )

    def moment(self) -> Moment:
        """The last moment that the scan told."""
        return progress_lines.of_scan(self._last) if self._last else Moment(stage="files", done=0)


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
    if progress.endless:
        return f"{count(progress.files, 'file')}, {size(progress.bytes)}"
    if not progress.counted:
        return f"{progress.files:,} files, {size(progress.bytes)} (counting: {progress.total_files:,} so far)"
    share = progress.bytes / progress.total_bytes if progress.total_bytes else 1.0
    return (
        f"{min(share, 1):4.0%} {progress.files:,} of {progress.total_files:,} files, "
        f"{size(progress.bytes)} of {size(progress.total_bytes)}"
    )


def _pace(progress: Progress) -> str:
    """How fast, and how long still."""
    left = f", {'?' if progress.seconds_left is None else clock(progress.seconds_left)} left"
    left = "" if progress.endless else left
    members = f", {count(progress.members, 'archive member')}" if progress.members else ""
    return (
        f"{progress.files_per_second:,.0f} files/s, {size(progress.bytes_per_second)}/s, "
        f"{clock(progress.seconds)} gone{left}{members}"
    )


def counts(verdicts: Mapping[str, int]) -> str:
    """Verdicts with their numbers in one line."""
    return ", ".join(f"{name} {verdicts.get(name, 0):,}" for name in VERDICTS if name in ALWAYS or verdicts.get(name))
