"""How far long work is, for programs: a JSON object a line on standard error, as `docs/reference/progress.md` says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click
import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.scanning import Progress

Way = Literal["bar", "json", "none"]
"""How progress is shown."""

WAYS: tuple[Way, ...] = ("bar", "json", "none")

_CHOSEN = "vaern.progress"

C = TypeVar("C", bound="Callable[..., Any]")

Counted = Literal["files", "lists", "table", "report", "findings", "entries", "bytes"]
"""What a stage of the work does: reads files, verifies lists to their end, writes the table or the report, goes through
findings, goes through entries of lists, takes bytes from elsewhere."""


class OfScan(msgspec.Struct, frozen=True, kw_only=True):
    """What a scan says besides; the fields are those of `scanning.Progress`."""

    files: int
    members: int
    bytes: int
    total_files: int
    total_bytes: int
    counted: bool
    files_per_second: float
    bytes_per_second: float
    verdicts: dict[str, int]
    name: str


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A line.

    Attributes:
        stage: what is being done.
        done: how many of what the stage counts.
        of: how many there are, if that is known.
        share: of the stage, 0 to 1, if that is known.
        rate: done a second.
        seconds: since the work began.
        seconds_left: of the stage, if that is known.
        problems: what could not be used, of lists.
        end: the work is done, and this is the last line.
        scan: of a scan.
    """

    stage: Counted
    done: int
    of: int | None = None
    share: float | None = None
    rate: float = 0.0
    seconds: float = 0.0
    seconds_left: float | None = None
    problems: int = 0
    end: bool = False
    scan: OfScan | None = None


class Note(msgspec.Struct, frozen=True):
    """A line that says something once, in words."""

    note: str


def of_scan(progress: Progress) -> Moment:
    """A moment of a scan, of which every field is known."""
    now = OfScan(**{name: getattr(progress, name) for name in OfScan.__struct_fields__})
    if progress.stage:
        return Moment(stage=progress.stage, done=0, share=progress.share, seconds=progress.seconds, scan=now)
    share = min(1.0, progress.bytes / progress.total_bytes) if progress.total_bytes else 1.0
    return Moment(
        stage="files",
        done=progress.files,
        of=progress.total_files if progress.counted else None,
        share=share if progress.counted else None,
        rate=progress.files_per_second,
        seconds=progress.seconds,
        seconds_left=progress.seconds_left,
        scan=now,
    )


def write(line: Moment | Note) -> None:
    """Write one line."""
    fields: dict[str, Any] = msgspec.to_builtins(line)
    for field in (fields, fields.get("scan") or {}):
        for name, value in field.items():
            if isinstance(value, float):
                field[name] = round(value, 3)
    click.echo(msgspec.json.encode(fields), err=True)


def chosen() -> Way:
    """How the command that runs was told to show its progress."""
    context = click.get_current_context(silent=True)
    return context.meta.get(_CHOSEN, "bar") if context else "bar"


def _choose(context: click.Context, _param: click.Parameter, value: Way) -> None:
    context.meta[_CHOSEN] = value


def progress_option(command: C) -> C:
    """Let a command be told how to show its progress; its `Display` asks."""
    option = click.option(
        "--progress",
        type=click.Choice(WAYS),
        default="bar",
        show_default=True,
        expose_value=False,
        callback=_choose,
        help="How far it is, on standard error: a bar or plain lines for people, JSON lines for programs, or nothing.",
    )
    return option(command)
