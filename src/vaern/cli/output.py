"""Text for a terminal: nothing that comes from a list or a drive may steer it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

UNITS = (("B", 1), ("kB", 10**3), ("MB", 10**6), ("GB", 10**9), ("TB", 10**12))


def safe(text: str) -> str:
    r"""The text with control and reordering characters as `\xNN`."""
    from vaern.scanning.names import printable

    return printable(text)


def say(text: str = "", *, err: bool = False) -> None:
    """Print one line."""
    click.echo(safe(text), err=err)


def table(rows: Sequence[tuple[str, ...]], *, indent: str = "  ", names: tuple[str, ...] = ()) -> None:
    """Print `columns`."""
    if lines := columns(rows, indent=indent, names=names):
        click.echo("\n".join(lines))


def columns(rows: Sequence[tuple[str, ...]], *, indent: str = "  ", names: tuple[str, ...] = ()) -> list[str]:
    """Rows as lines of aligned columns, never cut; a column whose cells are all numbers is set to the right.

    Args:
        rows: all of one length.
        indent: before each line.
        names: of the columns, for a line above them.
    """
    if not rows:
        return []
    cells = [tuple(map(safe, row)) for row in ([names, *rows] if names else rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    numbers = [all(row[at].replace(",", "").isdigit() for row in rows) for at in range(len(rows[0]))]
    lines = []
    for row in cells:
        cut = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, numbers, strict=True)
        )
        lines.append((indent + "  ".join(cut)).rstrip())
    return lines


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 file`, `2,000 files`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def size(number: float) -> str:
    """Bytes in the largest unit, powers of 1,000, with three digits: `1.23 GB`."""
    for unit, scale in UNITS:
        if number < 999.5 * scale or unit == "TB":
            value = number / scale
            return f"{value:.0f} {unit}" if unit == "B" or value >= 99.5 else f"{value:.3g} {unit}"
    raise AssertionError


def clock(seconds: float) -> str:
    """Hours, minutes, seconds."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
