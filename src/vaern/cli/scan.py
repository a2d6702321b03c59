"""`vaern scan`: read folders in place, write findings."""

from __future__ import annotations

import sys
from contextlib import closing, contextmanager, nullcontext, redirect_stdout
from typing import TYPE_CHECKING, Any

import click

from vaern.cli.main import STOPPED
from vaern.cli.options import PLACE, list_option
from vaern.cli.output import clock, count, say, size, table
from vaern.cli.scan_options import matcher_of, options_of, out_option, reading_options, saying_options, scratch_option
from vaern.cli.stopping import stop_on_signal
from vaern.records import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from vaern.cluster.processes import Processes
    from vaern.scanning import Progress, ScanOptions, Summary
    from vaern.scanning.crews import Crew, Hire, Work
    from vaern.scanning.sources import Source


@click.command("scan", short_help="Scan folders in place, write findings and a report.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=PLACE)
@list_option
@out_option
@click.option("--resume", is_flag=True, help="Go on with the scan that RESULTS holds.")
@click.option(
    "--retry",
    is_flag=True,
    help="As --resume, and look again at what could not be read, or not to its end: with more --memory, --seconds or "
    "--megapixels, or where it can be read now.",
)
@scratch_option
@click.option(
    "--cluster",
    metavar="PLACE",
    help="Let other machines read, which take part by `vaern join PLACE`: a folder that all have, or "
    "postgresql://HOST/NAME. `local` starts processes of this machine, as many as --jobs says; `ray` lets Ray start "
    "and restart them (with vaern[ray]).",
)
@click.option(
    "--ray",
    metavar="HOST:PORT",
    help="Let a Ray that runs already start what takes part, on its machines, of which this is one: as many as --jobs "
    "says, else one for each core. Beyond this machine it must ask for a token. Needs --cluster PLACE.",
)
@reading_options
@saying_options
def scan_command(
    paths: tuple[Path | str, ...],
    lists: tuple[Path, ...],
    out: Path,
    resume: bool,
    retry: bool,
    scratch: Path | None,
    cluster: str | None,
    ray: str | None,
    as_json: bool,
    synthetic: bool,
    **how: Any,
) -> None:
    """Scan folders and files in place, and write what was found to RESULTS.

    Nothing is changed, copied or unpacked to disk; links are not followed. Ctrl-C stops cleanly, and --resume goes on
    where the scan was, also after a crash or a power cut. With --json, what was found before comes first then.

    In the place of folders PATH may be one s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or az://CONTAINER/PREFIX (with
    vaern[store]). Its objects are fetched one by one. Credentials, region and endpoint are those of AWS's environment
    and files; of az:// account and credentials are those of Azure's environment.
    """
    from vaern.cli.following import Following
    from vaern.cli.progress import Scanning
    from vaern.scanning import exit_status, scan

    if ray and cluster in {None, "local", "ray"}:
        raise click.UsageError("--ray needs --cluster PLACE: a folder or a database that all machines of Ray reach")
    matcher, options = matcher_of(lists, **how), options_of(**how)
    following = Following(out / "findings.jsonl")
    ending = "ends at once, without a report"
    with source_of(paths, scratch) as source, Scanning() as display, stop_on_signal(display.note, ending) as stop:

        def tell(progress: Progress) -> None:
            display.update(progress)
            if as_json:
                following.more()

        crew = crew_of(cluster, ray, options, out, scratch, display.note) if cluster else None
        summary = scan(
            source, matcher, out, options, tell, resume=resume, retry=retry, synthetic=synthetic, stop=stop, crew=crew
        )
    if as_json:
        following.more()
    with redirect_stdout(sys.stderr) if as_json else nullcontext():
        print_summary(summary)
        say(f"The report is {out / 'report.html'}")
    if not summary.finished:
        say("Stopped: the report has what is done. The same command with --resume goes on.", err=True)
        raise click.exceptions.Exit(STOPPED)
    raise click.exceptions.Exit(exit_status(summary))


@contextmanager
def source_of(paths: tuple[Path | str, ...], scratch: Path | None) -> Iterator[Sequence[Path] | Source]:
    """What is to be scanned: folders and files, or one prefix of a store."""
    folders = [path for path in paths if not isinstance(path, str)]
    if scratch is not None and folders:
        raise click.UsageError("--scratch is for stores: folders and files are read in place")
    if len(folders) == len(paths):
        yield folders
        return
    if len(paths) > 1:
        raise click.UsageError("a scan is of folders and files, or of one prefix of one store: name that alone")
    from vaern.store.objects import Objects

    with closing(Objects(str(paths[0]), scratch)) as objects:
        yield objects


def crew_of(
    cluster: str, ray: str | None, options: ScanOptions, out: Path, scratch: Path | None, note: Callable[[str], None]
) -> Hire:
    """The machines of a cluster."""
    from vaern.cluster.crew import Cluster
    from vaern.cluster.folder import Folder
    from vaern.cluster.naming import LEASE as ELSEWHERE
    from vaern.cluster.naming import place_of
    from vaern.cluster.processes import LEASE, NAME

    if cluster in {"local", "ray"}:
        folder = (out / NAME).absolute()
        machines = _machines_here(cluster, folder, options.workers, scratch, note)
        return lambda work: Cluster(work, Folder(folder), LEASE, machines, note)
    place, started = place_of(cluster), None
    if ray:
        from vaern.cluster.actors import ray_machines

        started = ray_machines(str(place), options.jobs, scratch, ray, note)

    def hire(work: Work) -> Crew:
        if started is None:
            note(f"Machines take part by: vaern join {place}")
        return Cluster(work, place, ELSEWHERE, started, note)

    return hire


def _machines_here(
    cluster: str, folder: Path, number: int, scratch: Path | None, note: Callable[[str], None]
) -> Processes:
    if cluster == "local":
        from vaern.cluster.local import local_machines

        return local_machines(folder, number, scratch, note)
    from vaern.cluster.actors import ray_machines

    return ray_machines(str(folder), number, scratch, note=note)


def print_summary(summary: Summary) -> None:
    """Counts of a scan."""
    members = f" and {count(summary.members, 'archive member')}" if summary.members else ""
    say(f"{count(summary.files, 'file')}{members}, {size(summary.bytes)}, in {clock(summary.seconds)}")
    print_verdicts(summary.verdicts)
    if summary.skipped:
        say(f"  of which links and devices, not followed: {sum(summary.skipped.values()):,}")


def print_verdicts(verdicts: Mapping[str, int]) -> None:
    """Every verdict with its number."""
    table([(verdict, f"{verdicts.get(verdict, 0):,}") for verdict in VERDICTS])
