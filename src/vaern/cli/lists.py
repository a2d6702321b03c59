"""`vaern lists`: build, show and verify list packages."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, TypeVar

import click

from vaern.cli.acknowledge import acknowledge, acknowledged, subscribe, unsubscribe
from vaern.cli.export import export_list
from vaern.cli.fetch import fetch
from vaern.cli.options import FILE, FOLDER
from vaern.cli.output import count, say, size, table
from vaern.cli.progress_lines import progress_option
from vaern.cli.repository import key, repository, serve, sign
from vaern.records import ALL_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from vaern.formats import Reading
    from vaern.matching import List, Manifest
    from vaern.matching.packages import Purpose
    from vaern.records import Problem

    C = TypeVar("C", bound=Callable[..., object])

NOT_WHOLE = 4
"""Exit status when a package was made of files of which one gave nothing, or less than it should."""

FORMATS = (
    "text",
    "csv",
    "vics",
    "ncmec",
    "stopncii",
    "threatexchange-csv",
    "threatexchange-json",
    "vpdq",
    "findings",
    "nsrl",
    "nsrl-text",
)
"""The names of `vaern.formats.FORMATS`, here so that help comes at once; a test holds them equal."""

PURPOSES = {
    "known": "known material",
    "removal": "what is to be removed, and says nothing of what is to be reported",
    "known-good": "known-good files",
    "negative": "files that are not known material",
}


@click.group(short_help="Build, show and verify list packages.")
def lists() -> None:
    """Build, show and verify list packages: hash lists ready to match against.

    A package is one folder, immutable and checksummed, which any number of scans share.
    """


lists.add_command(export_list)
lists.add_command(fetch)
lists.add_command(acknowledge)
lists.add_command(key)
lists.add_command(repository)
repository.add_command(subscribe)
repository.add_command(unsubscribe)
repository.add_command(acknowledged)
lists.add_command(serve)
lists.add_command(sign)


def parse_columns(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """`KIND=HEADER` pairs to what the readers take: header to kind."""
    pairs = [value.partition("=") for value in values]
    for kind, equals, header in pairs:
        if not (kind and equals and header):
            raise click.BadParameter(f"{kind!r} is no KIND=HEADER, such as md5=MD5HASH")
    return {header: kind for kind, _, header in pairs}


_READING = (
    click.option(
        "--from",
        "sources",
        metavar="FILE",
        multiple=True,
        required=True,
        type=FILE,
        help="A hash list, plain or packed (gzip, bzip2, xz, zip). Give it again for more files.",
    ),
    click.option(
        "--format",
        "format_",
        metavar="FORMAT",
        type=click.Choice(FORMATS),
        help="Format of the files, found by content unless given: " + ", ".join(FORMATS),
    ),
    click.option(
        "--column",
        "columns",
        metavar="KIND=HEADER",
        multiple=True,
        callback=parse_columns,
        help="For CSV: which column holds what, such as md5=Hash or id=Case. Repeatable.",
    ),
    click.option(
        "--kind",
        metavar="KIND",
        type=click.Choice(ALL_KINDS),
        help="For plain text, the kind of all values, and for tables of what is no hash: " + ", ".join(ALL_KINDS),
    ),
    click.option(
        "--mapping",
        "mapping_file",
        metavar="FILE",
        type=FILE,
        help="For CSV, a saved mapping as JSON: columns, and what holds for every row. --column overrules it.",
    ),
)


def reading_options(command: C) -> C:
    """What a command takes that reads hash lists."""
    for option in reversed(_READING):
        command = option(command)
    return command


@lists.command()
@click.argument("list_", metavar="LIST", type=FOLDER)
@reading_options
@click.option("--name", help="Name of the list; by default that of the folder.")
@click.option("--release", help="Release of the list; by default the beginning of the package's checksum.")
@click.option("--purpose", type=click.Choice(list(PURPOSES)), help="What a hit means; known unless said otherwise.")
@click.option("--known-good", is_flag=True, help="Short for --purpose known-good: hits are ignored.")
@click.option(
    "--distance",
    metavar="BITS",
    type=click.IntRange(0, 256),
    default=31,
    show_default=True,
    help="Bits by which a PDQ value may differ for a near hit.",
)
@click.option("--strict", is_flag=True, help="Refuse the whole list at the first problem.")
@progress_option
@click.option("--allow-empty", is_flag=True, help="Nothing may be loaded, of one file or of all.")
def build(
    list_: Path,
    sources: tuple[Path, ...],
    name: str | None,
    release: str | None,
    purpose: Purpose | None,
    known_good: bool,
    distance: int,
    format_: str | None,
    columns: dict[str, str],
    kind: str | None,
    mapping_file: Path | None,
    strict: bool,
    allow_empty: bool,
) -> None:
    """Build the package LIST out of hash lists.

    A row that cannot be used is reported with file, line and reason, and the rest still loads; junk signals (of
    wrong length, all zero, far from 128 ones) are quarantined. All problems are in LIST/problems.jsonl. Files of which
    nothing can be loaded make no package. Exit status 4 when a package was made, but one of the files gave nothing, was
    damaged, or says that more belongs to it.
    """
    if known_good and purpose not in (None, "known-good"):
        raise click.UsageError(f"--known-good contradicts --purpose {purpose}: give one of them.")
    from vaern.cli.progress import Counting
    from vaern.formats import csv_mapping, read_lists
    from vaern.matching import EmptyListError, build_package

    mapping = csv_mapping(mapping_file.read_bytes()) if mapping_file else None
    columns |= {"hash": kind} if kind else {}
    readings = read_lists(sources, format=format_, columns=columns or None, mapping=mapping)
    try:
        with Counting(f"Building {list_}") as counting:
            manifest = build_package(
                list_,
                itertools.chain.from_iterable(readings),
                name=name or list_.resolve().name,
                release=release,
                purpose="known-good" if known_good else purpose or "known",
                distance=distance,
                sources=sources,
                strict=strict,
                allow_empty=allow_empty,
                on_item=counting.count,
            )
    except EmptyListError as error:
        print_problems("", counting.problems, error.problems, err=True)
        raise
    print_manifest(manifest)
    print_files(readings)
    print_problems(f" in {list_ / 'problems.jsonl'}", counting.problems, manifest.problems)
    if print_missing(readings, allow_empty=allow_empty):
        raise click.exceptions.Exit(NOT_WHOLE)


@lists.command()
@click.argument("list_", metavar="LIST", type=FOLDER)
def show(list_: Path) -> None:
    """Show what LIST holds and what it was built from."""
    from vaern.matching import List

    opened = List.open(list_)
    if opened.current:
        print_state(opened)
        return
    manifest = opened.parts[0].package.manifest
    print_manifest(manifest)
    say(f"Built {manifest.created} from")
    table(
        [
            (str(source["file"]), size(float(source["size"])), f"sha256 {source['sha256']}")
            for source in manifest.sources
        ]
    )


@lists.command()
@click.argument("list_", metavar="LIST", type=FOLDER)
def verify(list_: Path) -> None:
    """Read all of LIST and compare every checksum."""
    from vaern.matching import List, ListPackageError

    opened = List.open(list_, verify=True)
    if opened.unsealed:
        raise ListPackageError(f"the content of {list_} is whole, but {opened.unsealed}")
    say(f"{list_} is whole: {opened.name}, release {opened.release}, checksum {opened.checksum}")


def print_state(list_: List) -> None:
    """What a list that changes is now, and its counts."""
    say(
        f"{list_.name}, release {list_.release}, state {list_.sequence:,} of {list_.created}: "
        f"{PURPOSES[list_.purpose]}, near within {count(list_.distance, 'bit')}"
    )
    table([(name, f"{number:,}") for name, number in {"entries": list_.entries, **list_.signals}.items()])
    if list_.freshness:
        stops = f"; it stops on {list_.freshness.stop_at}" if list_.freshness.stop_at else ""
        say(f"Last compared with its source {list_.checked}{stops}")
    say(f"In {count(len(list_.parts), 'part')}:")
    table(
        [
            (part.package.folder.name, f"{part.package.manifest.entries:,}", part.package.manifest.created)
            for part in list_.parts
        ],
        names=("part", "lines", "written"),
    )


def print_manifest(manifest: Manifest) -> None:
    """What a package is, and its counts."""
    say(
        f"{manifest.name}, release {manifest.release}: {PURPOSES[manifest.purpose]}, "
        f"near within {count(manifest.distance, 'bit')}"
    )
    counts = {"entries": manifest.entries, "recalled": manifest.recalled, **manifest.signals}
    counts |= {"replaced": manifest.replaced} if manifest.replaced else {}
    counts |= {"problems": manifest.problems, "quarantined": manifest.quarantined}
    table([(name, f"{number:,}") for name, number in counts.items()])


def print_files(readings: Sequence[Reading]) -> None:
    """What came out of each file."""
    say(f"From {count(len(readings), 'file')}:")
    table(
        [
            (
                reading.file,
                reading.format,
                f"{reading.entries - reading.recalled:,}",
                f"{reading.recalled:,}",
                f"{reading.problems:,}",
                f"{reading.quarantined:,}",
                state_of(reading),
            )
            for reading in readings
        ],
        names=("file", "format", "loaded", "recalls", "problems", "quarantined", ""),
    )


def state_of(reading: Reading) -> str:
    """What a person should see first of a file that was not read whole."""
    from vaern.formats import NOTHING

    if not reading.missing:
        return ""
    return f"! {NOTHING}" if NOTHING in reading.missing else "! not whole"


def print_missing(readings: Sequence[Reading], *, allow_empty: bool) -> bool:
    """Say what is missing of which file, and whether that is more than was allowed."""
    from vaern.formats import NOTHING

    wrong = False
    for reading in readings:
        missing = [why for why in reading.missing if not (allow_empty and why == NOTHING)]
        for why in missing:
            say(f"Missing, {reading.file}: {why}", err=True)
        wrong = wrong or bool(missing)
    return wrong


def print_problems(where: str, first: list[Problem], total: int, *, err: bool = False) -> None:
    """The first problems, and where all of them are."""
    if not total:
        return
    if total > len(first):
        said = f"{count(total, 'problem')}{where and f', all{where}'}; the first:"
    else:
        said = f"{count(total, 'problem')}{where and f', also{where}'}:"
    say(said, err=err)
    for problem in first:
        say(f"  {problem.file}:{problem.line}: {problem.reason}", err=err)
