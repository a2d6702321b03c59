"""`vaern watch`: scan what comes, for as long as it runs."""

from __future__ import annotations

import sys
from contextlib import nullcontext, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vaern.cli.options import PLACE, list_option
from vaern.cli.output import say
from vaern.cli.scan import print_summary
from vaern.cli.scan_options import matcher_of, options_of, out_option, reading_options, saying_options, scratch_option
from vaern.cli.stopping import stop_on_signal

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from vaern.scanning import Progress
    from vaern.scanning.sources import Source


@click.command("watch", short_help="Scan what comes into folders or a store, for as long as it runs.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=PLACE)
@list_option
@out_option
@click.option(
    "--every",
    metavar="SECONDS",
    type=click.FloatRange(1, 86_400),
    default=10.0,
    show_default=True,
    help="Between two looks; and how long a file has to be as it is until it is read.",
)
@click.option("--null", is_flag=True, help="Names on standard input end with NUL, as of `find -print0`.")
@scratch_option
@reading_options
@saying_options
def watch(
    paths: tuple[Path | str, ...],
    lists: tuple[Path, ...],
    out: Path,
    every: float,
    null: bool,
    scratch: Path | None,
    as_json: bool,
    synthetic: bool,
    **how: Any,
) -> None:
    """Scan what is in folders, and what comes into them, until Ctrl-C.

    It looks again and again, reads each state of each file once, and writes what it finds to RESULTS as it comes; with
    --json to standard output, too. Lists that change are used as they are by then. The same command goes on with what
    RESULTS holds, also after a crash. Ctrl-C ends what is being read, and writes the table and the report.

    PATH may be one s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or az://CONTAINER/PREFIX (with vaern[store]). It may be -,
    for names of files and folders on standard input, a line each, that are read as they come; the end of the input
    ends the watch.
    """
    from vaern.cli.following import Following
    from vaern.cli.progress import Scanning
    from vaern.scanning import exit_status, scan

    matcher, options = matcher_of(lists, **how), options_of(**how)
    following = Following(out / "findings.jsonl")
    resume = (out / "run.json").exists()
    with Scanning() as display, stop_on_signal(display.note, "ends at once, without a report") as stop:

        def tell(progress: Progress) -> None:
            display.update(progress)
            if as_json:
                following.more()

        source = watched(paths, every, b"\0" if null else b"\n", scratch, stop, display.note)
        summary = scan(source, matcher, out, options, tell, resume=resume, synthetic=synthetic)
    if as_json:
        following.more()
    with redirect_stdout(sys.stderr) if as_json else nullcontext():
        print_summary(summary)
        say(f"The report is {out / 'report.html'}")
    raise click.exceptions.Exit(exit_status(summary))


def watched(
    paths: tuple[Path | str, ...],
    every: float,
    separator: bytes,
    scratch: Path | None,
    stop: threading.Event,
    note: Callable[[str], None],
) -> Source:
    """What is looked at: folders and files, one prefix of a store, or what standard input names."""
    from vaern.scanning.sources import Folders
    from vaern.scanning.watching import Named, Watched

    folders = [path for path in paths if not isinstance(path, str)]
    if scratch is not None and folders:
        raise click.UsageError("--scratch is for stores: folders and files are read in place")
    if Path("-") in folders:
        if len(paths) > 1:
            raise click.UsageError("- stands alone: all names come on standard input")
        return Named(sys.stdin.buffer, separator, stop)
    if len(folders) == len(paths):
        return Watched(lambda: Folders(folders), every, stop, settle=True, note=note)
    if len(paths) > 1:
        raise click.UsageError("a watch is of folders and files, or of one prefix of one store: name that alone")
    from vaern.store.objects import Objects

    return Watched(lambda: Objects(str(paths[0]), scratch, may_be_empty=True), every, stop, settle=False, note=note)
