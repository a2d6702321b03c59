"""Text for a terminal: nothing that comes from a list or a drive may steer it."""

from __future__ import annotations

import click

UNITS = (("B", 1), ("kB", 10**3), ("MB", 10**6), ("GB", 10**9), ("TB", 10**12))


def safe(text: str) -> str:
    r"""The text with control and reordering characters as `\xNN`."""
    from vaern.scanning.names import printable

    return printable(text)


def say(text: str = "", *, err: bool = False) -> None:
    """Print one line."""
    click.echo(safe(text), err=err)


def table(rows: list[tuple[str, ...]], *, indent: str = "  ", names: tuple[str, ...] = ()) -> None:
    """Print rows in aligned columns, never cut; a column whose cells are all numbers is set to the right.

    Args:
        rows: all of one length.
        indent: before each line.
        names: of the columns, for a line above them.
    """
    if not rows:
        return
    lines = [names, *rows] if names else rows
    widths = [max(len(safe(row[at])) for row in lines) for at in range(len(rows[0]))]
    numbers = [all(row[at].replace(",", "").isdigit() for row in rows) for at in range(len(rows[0]))]
    for row in lines:
        cells = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(map(safe, row), widths, numbers, strict=True)
        )
        click.echo((indent + "  ".join(cells)).rstrip())


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
