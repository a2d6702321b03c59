"""How a scan is done, as the commands say it that scan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from vaern.cli.options import (
    FOLDER,
    distance_option,
    min_quality_option,
    open_lists,
    stills_in_videos_option,
)
from vaern.cli.output import say
from vaern.cli.progress_lines import progress_option

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from vaern.matching import Matcher
    from vaern.scanning import ScanOptions

C = TypeVar("C", bound="Callable[..., Any]")

out_option = click.option(
    "--out",
    metavar="RESULTS",
    required=True,
    type=FOLDER,
    help="The results folder: findings.jsonl, findings.csv, report.html, run.json.",
)

scratch_option = click.option(
    "--scratch",
    metavar="FOLDER",
    type=FOLDER,
    help="Where objects of a store of more than 16 MiB lie, without a name, while they are read; by default where "
    "TMPDIR says, or /tmp.",
)

_OPTIONS = (
    click.option(
        "--jobs", metavar="N", type=click.IntRange(0), default=0, help="Workers; one for each core by default."
    ),
    click.option(
        "--orientations",
        type=click.Choice([1, 8]),
        default=8,
        show_default=True,
        help="Hash pictures as they are, or also turned and mirrored.",
    ),
    click.option(
        "--frames",
        metavar="N",
        type=click.IntRange(1),
        default=8,
        show_default=True,
        help="Frames of an animation to hash.",
    ),
    distance_option,
    min_quality_option,
    stills_in_videos_option,
    click.option(
        "--memory",
        metavar="MB",
        type=click.IntRange(64),
        default=2048,
        show_default=True,
        help="Memory that decoding one file may take, by each worker on top of the 200 MB that it has.",
    ),
    click.option(
        "--seconds",
        metavar="N",
        type=click.FloatRange(min=0, min_open=True),
        default=60.0,
        show_default=True,
        help="Processor time for one file, and one more for each MB; three times that on the clock. A video gets as "
        "much more as its length, rate and size need, up to an hour, and keeps what was hashed by then.",
    ),
    click.option(
        "--megapixels",
        metavar="N",
        type=click.IntRange(1, 10_000),
        default=250,
        show_default=True,
        help="A picture of more is not decoded.",
    ),
    click.option(
        "--videos",
        type=click.Choice(["frames", "keyframes"]),
        default="frames",
        show_default=True,
        help="Decode every second of a video, or its key frames alone: for triage, in a tenth of the time.",
    ),
    click.option(
        "--no-archives", is_flag=True, help="Do not look into archives, mails, documents and images of disks."
    ),
    click.option(
        "--verify-images",
        is_flag=True,
        help="Read images of disks that keep a hash of their disk (E01, AFF4) whole, and compare it.",
    ),
)

_SAID = (
    click.option(
        "--json",
        "as_json",
        is_flag=True,
        help="Write each finding to standard output as it comes, a line of findings.jsonl; what is said at the end "
        "goes to standard error.",
    ),
    progress_option,
    click.option("--synthetic", is_flag=True, help="Mark the results as synthetic: a demonstration or a test."),
)


def reading_options(command: C) -> C:
    """The options that say how files are read and compared."""
    return _with(_OPTIONS, command)


def saying_options(command: C) -> C:
    """The options that say what is said."""
    return _with(_SAID, command)


def matcher_of(
    lists: tuple[Path, ...], distance: int | None, min_quality: int, stills_in_videos: bool, **_: object
) -> Matcher:
    """The lists, as they were named."""
    from vaern.matching import Matcher

    return Matcher(open_lists(lists), distance, min_quality, stills_in_videos=stills_in_videos)


def options_of(
    jobs: int,
    orientations: Literal[1, 8],
    frames: int,
    memory: int,
    seconds: float,
    megapixels: int,
    videos: Literal["frames", "keyframes"],
    no_archives: bool,
    verify_images: bool,
    **_: object,
) -> ScanOptions:
    """How files are read, with a warning where there is not the memory for it."""
    from vaern.scanning import ScanOptions
    from vaern.scanning.memory import available, lack_of_memory

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
    return options


def _with(options: tuple[Callable[[Any], Any], ...], command: C) -> C:
    for option in reversed(options):
        command = option(command)
    return command
