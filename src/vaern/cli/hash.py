"""`vaern hash`: signals of files, matched against nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Literal

import click
import msgspec

from vaern.cli.options import FOLDER
from vaern.cli.output import say, size, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from vaern.records import Media, Signal

CELLS = ("name", "mime", "size", "kind", "value", "quality", "orientation", "region", "frame")


@click.command("hash", short_help="Compute signals, matched against nothing.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=FOLDER)
@click.option("--json", "form", flag_value="json", help="One JSON object a file and line.")
@click.option("--csv", "form", flag_value="csv", help="One row a signal.")
@click.option(
    "--frames-json",
    is_flag=True,
    help="With --json or --csv: write vPDQ as ThreatExchange does, a JSON list of frames.",
)
@click.option(
    "--orientations",
    type=click.Choice([1, 8]),
    default=1,
    show_default=True,
    help="Hash pictures as they are, or also turned and mirrored.",
)
def hash_command(paths: tuple[Path, ...], form: str | None, frames_json: bool, orientations: Literal[1, 8]) -> None:
    """Compute the signals of files, folders and archives: MD5, SHA-1, SHA-256, and PDQ of pictures and videos.

    Files are decoded in the same sandboxed workers as in a scan; each is shown as soon as it is done.
    """
    if frames_json and form is None:
        raise click.UsageError("--frames-json needs --json or --csv: for a person frames are counted, not written.")
    from vaern.scanning import ScanOptions, exit_status, hash_paths
    from vaern.scanning.summary import Tally
    from vaern.scanning.verdicts import finding

    tally = Tally()

    def counted() -> Iterator[Media]:
        for media in hash_paths(paths, ScanOptions(orientations=orientations)):
            tally.add_finding(finding(media, (), ()))
            yield media

    PRINTERS[form](counted(), _as_listed if frames_json else _as_hexadecimal)
    raise click.exceptions.Exit(exit_status(tally.summary(0.0, finished=True)))


def _as_hexadecimal(signal: Signal) -> str:
    return signal.value.hex()


def _as_listed(signal: Signal) -> str:
    """As the kind's reference writes it."""
    from vaern.formats import render

    return render(signal, "json" if signal.kind == "vpdq" else "")


def print_json(files: Iterable[Media], written: Callable[[Signal], str]) -> None:
    """As in `findings.jsonl`, but for how values are written."""
    for media in files:
        plain: dict[str, Any] = msgspec.to_builtins(media, builtin_types=(bytes,))
        for fields, signal in zip(plain.get("signals", ()), media.signals, strict=True):
            fields["value"] = written(signal)
        click.echo(msgspec.json.encode(plain))


def print_csv(files: Iterable[Media], written: Callable[[Signal], str]) -> None:
    """One row a signal, for a spreadsheet."""
    from vaern.formats.csv_write import CsvWriter

    rows = CsvWriter(sys.stdout)
    rows.row(CELLS)
    for media in files:
        for signal in media.signals:
            cells = (
                media.name,
                media.mime,
                media.size,
                signal.kind,
                written(signal),
                signal.quality,
                signal.orientation,
                signal.region,
                signal.frame,
            )
            rows.row(cells)
        sys.stdout.flush()  # a pipeline reads on while the next file is hashed


def print_text(files: Iterable[Media], _written: Callable[[Signal], str]) -> None:
    """For a person."""
    for media in files:
        pixels = f", {media.width} × {media.height}" if media.width else ""
        say(f"{media.name}: {media.mime}, {size(media.size)}{pixels}")
        table([row for signal in media.signals for row in [(signal.kind, *_value(signal))]])
        for note in filter(
            None, (*media.notes, _blind("unreadable", media.unreadable), _blind("not looked into", media.unopened))
        ):
            say(f"  {note}")


def _blind(what: str, cause: str) -> str:
    return f"{what}: {cause}" if cause else ""


def _value(signal: Any) -> tuple[str, str]:
    """A signal's value and what else to say of it."""
    if signal.kind == "vpdq":
        return f"{len(signal.value) // 40} frames", ""
    turned = "" if signal.orientation == "upright" else signal.orientation
    region = "" if signal.region == "whole" else signal.region
    frame = f"frame {signal.frame}" if signal.frame else ""
    quality = "" if signal.quality is None else f"quality {signal.quality}"
    return signal.value.hex(), ", ".join(filter(None, (quality, turned, region, frame)))


PRINTERS = {"json": print_json, "csv": print_csv, None: print_text}
