"""`vaern scan`: read folders in place, write findings."""

from __future__ import annotations

import sys
from contextlib import closing, contextmanager, nullcontext, redirect_stdout
from typing import TYPE_CHECKING, Literal

import click

from vaern.cli.main import STOPPED
from vaern.cli.options import (
    FOLDER,
    PLACE,
    distance_option,
    list_option,
    min_quality_option,
    open_lists,
    stills_in_videos_option,
)
from vaern.cli.output import clock, count, say, size, table
from vaern.cli.progress_lines import progress_option
from vaern.cli.stopping import stop_on_signal
from vaern.records import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from vaern.cli.progress import Scanning
    from vaern.scanning import Progress, ScanOptions, Summary
    from vaern.scanning.crews import Crew, Hire, Work
    from vaern.scanning.sources import Source


@click.command("scan", short_help="Scan folders in place, write findings and a report.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=PLACE)
@list_option
@click.option(
    "--out",
    metavar="RESULTS",
    required=True,
    type=FOLDER,
    help="The results folder: findings.jsonl, findings.csv, report.html, run.json.",
)
@click.option("--resume", is_flag=True, help="Go on with the scan that RESULTS holds.")
@click.option(
    "--retry",
    is_flag=True,
    help="As --resume, and look again at what could not be read, or not to its end: with more --memory, --seconds or "
    "--megapixels, or where it can be read now.",
)
@click.option(
    "--scratch",
    metavar="FOLDER",
    type=FOLDER,
    help="Where objects of a store of more than 16 MiB lie, without a name, while they are read; by default where "
    "TMPDIR says, or /tmp.",
)
@click.option("--jobs", metavar="N", type=click.IntRange(0), default=0, help="Workers; one for each core by default.")
@click.option(
    "--cluster",
    metavar="PLACE",
    help="Let other machines read, which take part by `vaern join PLACE`: a folder that all have, or "
    "postgresql://HOST/NAME. `local` starts processes of this machine, as many as --jobs says.",
)
@click.option(
    "--orientations",
    type=click.Choice([1, 8]),
    default=8,
    show_default=True,
    help="Hash pictures as they are, or also turned and mirrored.",
)
@click.option(
    "--frames",
    metavar="N",
    type=click.IntRange(1),
    default=8,
    show_default=True,
    help="Frames of an animation to hash.",
)
@distance_option
@min_quality_option
@stills_in_videos_option
@click.option(
    "--memory",
    metavar="MB",
    type=click.IntRange(64),
    default=2048,
    show_default=True,
    help="Memory that decoding one file may take, by each worker on top of the 200 MB that it has.",
)
@click.option(
    "--seconds",
    metavar="N",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    help="Processor time for one file, and one more for each MB; three times that on the clock. A video gets as much "
    "more as its length, rate and size need, up to an hour, and keeps what was hashed by then.",
)
@click.option(
    "--megapixels",
    metavar="N",
    type=click.IntRange(1, 10_000),
    default=250,
    show_default=True,
    help="A picture of more is not decoded.",
)
@click.option(
    "--videos",
    type=click.Choice(["frames", "keyframes"]),
    default="frames",
    show_default=True,
    help="Decode every second of a video, or its key frames alone: for triage, in a tenth of the time.",
)
@click.option("--no-archives", is_flag=True, help="Do not look into archives, mails, documents and images of disks.")
@click.option(
    "--verify-images",
    is_flag=True,
    help="Read images of disks that keep a hash of their disk (E01) whole, and compare it.",
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Write each finding to standard output as it comes, a line of findings.jsonl; what is said at the end goes to "
    "standard error.",
)
@progress_option
@click.option("--synthetic", is_flag=True, help="Mark the results as synthetic: a demonstration or a test.")
def scan_command(
    paths: tuple[Path | str, ...],
    lists: tuple[Path, ...],
    out: Path,
    resume: bool,
    retry: bool,
    scratch: Path | None,
    jobs: int,
    cluster: str | None,
    orientations: Literal[1, 8],
    frames: int,
    distance: int | None,
    min_quality: int,
    stills_in_videos: bool,
    memory: int,
    seconds: float,
    megapixels: int,
    videos: Literal["frames", "keyframes"],
    no_archives: bool,
    verify_images: bool,
    as_json: bool,
    synthetic: bool,
) -> None:
    """Scan folders and files in place, and write what was found to RESULTS.

    Nothing is changed, copied or unpacked to disk; links are not followed. Ctrl-C stops cleanly, and --resume goes on
    where the scan was, also after a crash or a power cut. With --json, what was found before comes first then.

    In the place of folders PATH may be one s3://BUCKET/PREFIX or gs://BUCKET/PREFIX (with vaern[store]). Its objects
    are fetched one by one. Credentials, region and endpoint are those of AWS's environment and files.
    """
    from vaern.cli.following import Following
    from vaern.cli.progress import Scanning
    from vaern.matching import Matcher
    from vaern.scanning import ScanOptions, exit_status, scan
    from vaern.scanning.memory import available, lack_of_memory

    matcher = Matcher(open_lists(lists), distance, min_quality, stills_in_videos=stills_in_videos)
    options = ScanOptions(
        jobs=jobs,
        orientations=orientations,
        frames=frames,
        archives=not no_archives,
        verify_images=verify_images,
        memory_limit=memory * 10**6,
        cpu_seconds=seconds,
        wall_seconds=3 * seconds,
        max_pixels=megapixels * 10**6,
        videos=videos,
    )
    if lack := lack_of_memory(options, available()):
        say(f"Warning: {lack}", err=True)
    following = Following(out / "findings.jsonl")
    ending = "ends at once, without a report"
    with source_of(paths, scratch) as source, Scanning() as display, stop_on_signal(display.note, ending) as stop:

        def tell(progress: Progress) -> None:
            display.update(progress)
            if as_json:
                following.more()

        crew = crew_of(cluster, options, out, scratch, display) if cluster else None
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


def crew_of(cluster: str, options: ScanOptions, out: Path, scratch: Path | None, display: Scanning) -> Hire:
    """The machines of a cluster."""
    from vaern.cluster.crew import Cluster
    from vaern.cluster.folder import Folder
    from vaern.cluster.local import LEASE, NAME, LocalMachines
    from vaern.cluster.naming import LEASE as ELSEWHERE
    from vaern.cluster.naming import place_of

    if cluster == "local":
        machines = LocalMachines(out / NAME, options.workers, scratch, display.note)
        return lambda work: Cluster(work, Folder(out / NAME), LEASE, machines, note=display.note)
    place = place_of(cluster)

    def hire(work: Work) -> Crew:
        display.note(f"Machines take part by: vaern join {place}")
        return Cluster(work, place, ELSEWHERE, note=display.note)

    return hire


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
