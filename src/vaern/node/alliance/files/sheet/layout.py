"""Which sheets and columns the spreadsheet of a reply has. Pure: what people read of them stands in `labels`.

A column is known by its header, in any language of the node, and may stand anywhere. `path` is the place in a
commitment (`rules.problems.Problem`), so that whatever is wrong there is shown at its cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NAME, VERSION = "vaern-reply", "1"
META = "_vaern"
"""The hidden sheet that says what the file was made for."""

META_ROWS = ("form", "version", "round", "member", "revision", "language")

Kind = Literal["text", "number", "whole", "day", "choice", "id"]


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        path: the place that it fills.
        kind: what its cells are.
        choices: under which name `labels` has what may be chosen; empty for anything.
        width: in letters.
        locked: written by the node, and not by people.
    """

    path: str
    kind: Kind = "text"
    choices: str = ""
    width: int = 18
    locked: bool = False


@dataclass(frozen=True)
class Table:
    """A sheet with one row for each of something."""

    code: str
    columns: tuple[Column, ...]

    def column(self, path: str) -> Column:
        """Return a column by its place."""
        return next(one for one in self.columns if one.path == path)


COMMITMENTS = Table(
    "commitments",
    (
        Column("line", "whole", width=7),
        Column("goal", "choice", "goals", 8),
        Column("obligation", width=40),
        Column("requirement", width=40),
        Column("target.text", width=40),
        Column("target.indicator", "choice", "indicators", 22),
        Column("target.value", "number", width=11),
        Column("target.unit", width=12),
        Column("target.direction", "choice", "directions", 12),
        Column("target.due", "day", width=12),
        Column("target.baseline.value", "number", width=11),
        Column("target.baseline.date", "day", width=12),
        Column("target.baseline.source", width=24),
        Column("owner", width=24),
        Column("language", "choice", "languages", 10),
        Column("frame_version", "choice", "frames", 10, locked=True),
        Column("commitment", "id", width=38, locked=True),
    ),
)
ACTIONS = Table(
    "actions",
    (
        Column("line", "whole", width=7),
        Column("code", "choice", "actions", 10),
        Column("text", width=60),
        Column("state", "choice", "states", 12),
        Column("date", "day", width=12),
    ),
)
EVIDENCE = Table(
    "evidence",
    (
        Column("line", "whole", width=7),
        Column("text", width=50),
        Column("url", width=40),
        Column("date", "day", width=12),
    ),
)
DECLARED = Table(
    "declared",
    (
        Column("indicator", "choice", "indicators", 26),
        Column("period", width=11),
        Column("value", "number", width=12),
        Column("why", width=40),
        Column("source", width=30),
    ),
)
TABLES = (COMMITMENTS, ACTIONS, EVIDENCE, DECLARED)

GUIDE, CODES = "guide", "codes"
"""Two more sheets, to read: what to do, and what the codes mean. Nothing is taken from them."""

MOST_ROWS = 1_000
"""Of one table."""

FREE_ROWS = 60
"""Empty rows that are prepared below what is there."""
