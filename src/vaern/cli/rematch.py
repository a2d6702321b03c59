"""`vaern rematch`: the findings of a scan against other lists, without media."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from vaern.cli.options import (
    FOLDER,
    distance_option,
    list_option,
    min_quality_option,
    open_lists,
    stills_in_videos_option,
)
from vaern.cli.output import count, say
from vaern.cli.progress_lines import progress_option
from vaern.cli.scan import print_verdicts

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.scanning.record import Before


@click.command(short_help="Match the findings of a scan with other lists, without media.")
@click.argument("results", metavar="RESULTS", type=FOLDER)
@list_option
@click.option(
    "--out",
    metavar="FOLDER",
    required=True,
    type=FOLDER,
    help="The new results folder, with the same files as that of a scan.",
)
@distance_option
@min_quality_option
@stills_in_videos_option
@progress_option
@click.option(
    "--only-new", is_flag=True, help="Write only findings with another verdict, or a hit that was not there before."
)
def rematch(
    results: Path,
    lists: tuple[Path, ...],
    out: Path,
    distance: int | None,
    min_quality: int,
    stills_in_videos: bool,
    only_new: bool,
) -> None:
    """Match the findings of the scan in RESULTS with lists as they are today, and write what comes of it to FOLDER.

    No medium is read: RESULTS holds all signals. Name all lists that are to count, also those of the scan. What the
    scan could not read stays unread, and it says which pictures it hashed and how. A rematch that is interrupted leaves
    nothing: start it again.
    """
    from vaern.cli.progress import Rematching
    from vaern.matching import Matcher
    from vaern.scanning import exit_status
    from vaern.scanning.rematching import rematch as match_anew

    matcher = Matcher(open_lists(lists), distance, min_quality, stills_in_videos=stills_in_videos)
    with Rematching() as display:
        summary, before = match_anew(results, matcher, out, only_new=only_new, on_progress=display.update)
    say(f"{count(before.findings, 'finding')} of run {before.run} matched anew, in {summary.seconds:.1f} s")
    print_verdicts(summary.verdicts)
    print_changes(before)
    say(f"The report is {out / 'report.html'}")
    raise click.exceptions.Exit(exit_status(summary))


def print_changes(before: Before) -> None:
    """What is new against the run before, and what it could not see."""
    say(f"Not as before: {count(before.new, 'finding')}" + (", and no others are written" if before.only_new else ""))
    for change, number in before.changed.items():
        say(f"  {change}: {number:,}")
    if before.unreadable:
        say(f"Not readable when they were scanned: {count(before.unreadable, 'file')}")
