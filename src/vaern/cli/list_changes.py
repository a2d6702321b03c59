"""`vaern lists update` and `withdraw`: change a list in place."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import click
import msgspec

from vaern.cli.lists import (
    NOT_WHOLE,
    PURPOSES,
    print_files,
    print_missing,
    print_problems,
    print_state,
    reading_options,
)
from vaern.cli.options import FOLDER
from vaern.cli.output import count, say
from vaern.cli.progress_lines import progress_option
from vaern.records import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vaern.formats import Reading
    from vaern.matching import Current, List
    from vaern.matching.packages import Purpose
    from vaern.records import Problem


@click.command()
@click.argument("list_", metavar="LIST", type=FOLDER)
@reading_options
@click.option("--name", help="Name of the list; by default the one it has, or that of the folder.")
@click.option("--release", help="Name of the new state; by default its number.")
@click.option("--purpose", type=click.Choice(list(PURPOSES)), help="What a hit means; by default as before, or known.")
@click.option(
    "--distance",
    metavar="BITS",
    type=click.IntRange(0, 256),
    help="Bits by which a PDQ value may differ for a near hit; by default as before, or 31.",
)
@progress_option
@click.option("--whole", is_flag=True, help="The files are all of the list: what else it holds is left out.")
def update(
    list_: Path,
    sources: tuple[Path, ...],
    format_: str | None,
    columns: dict[str, str],
    kind: str | None,
    mapping_file: Path | None,
    name: str | None,
    release: str | None,
    purpose: Purpose | None,
    distance: int | None,
    whole: bool,
) -> None:
    """Add to LIST, or begin it: a list that changes in place, while others use it.

    An entry replaces the one of its identifier, and a recall withdraws it. Where a file has no identifiers, the first
    signal stands for one. Whoever matches with the list meanwhile sees the state before or the one after.

    A row that cannot be used is reported with file, line and reason, and the rest still counts. Exit status 4 when one
    of the files gave nothing, was damaged, or says that more belongs to it.
    """
    from vaern.cli.progress import Counting
    from vaern.formats import csv_mapping, read_lists
    from vaern.matching import publish

    before = _now(list_)
    columns |= {"hash": kind} if kind else {}
    mapping = csv_mapping(mapping_file.read_bytes()) if mapping_file else None
    readings = read_lists(sources, format=format_, columns=columns or None, mapping=mapping)
    with Counting(f"Updating {list_}") as counting:
        after = publish(
            list_,
            itertools.chain.from_iterable(identified(reading) for reading in readings),
            name=name or (before.name if before else list_.resolve().name),
            release=release or "",
            purpose=purpose or (before.purpose if before else "known"),
            distance=distance if distance is not None else before.distance if before else 31,
            licence=before.licence if before else "",
            freshness=before.freshness if before else None,
            whole=whole,
            on_item=counting.count,
        )
    _tell(list_, before, after)
    print_files(readings)
    print_problems("", counting.problems, sum(reading.problems for reading in readings))
    if print_missing(readings, allow_empty=False):
        raise click.exceptions.Exit(NOT_WHOLE)


@click.command()
@click.argument("list_", metavar="LIST", type=FOLDER)
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.option("--release", help="Name of the new state; by default its number.")
def withdraw(list_: Path, ids: tuple[str, ...], release: str | None) -> None:
    """Withdraw entries of LIST by their identifiers: from now on they match nowhere.

    Nothing is withdrawn when the list has no entry of one of the identifiers.
    """
    from vaern.matching import List, ListPackageError, publish

    before = List.open(list_)
    unknown = [id_ for id_ in ids if before.by_id(id_) is None]
    if unknown:
        raise ListPackageError(f"{list_} has no entry {unknown[0]!r}; nothing was withdrawn")
    after = publish(
        list_,
        (),
        name=before.name,
        release=release or "",
        purpose=before.purpose,
        distance=before.distance,
        licence=before.licence,
        freshness=before.freshness,
        withdrawn=ids,
    )
    _tell(list_, before, after)


def identified(reading: Reading) -> Iterator[Entry | Problem]:
    """What a file holds; where its entries are only numbered by their lines, the first signal is their identifier."""
    numbered = True
    for item in reading:
        if isinstance(item, Entry) and numbered:
            numbered = item.id == str(reading.line)
            if numbered and item.signals:
                signal = item.signals[0]
                yield msgspec.structs.replace(item, id=f"{signal.kind}:{signal.value.hex()}"[:200])
                continue
        yield item


def _now(list_: Path) -> List | None:
    """The list as it is; None where there is none yet."""
    from vaern.matching import List
    from vaern.matching.current import CURRENT

    return List.open(list_) if (list_ / CURRENT).exists() else None


def _tell(list_: Path, before: List | None, after: Current) -> None:
    from vaern.matching import List

    if before and before.current == after:
        say(f"{list_} says all of this already; nothing was changed")
        return
    print_state(List.open(list_))
    if before:
        say(f"Before: {count(before.entries, 'entry', 'entries')}, release {before.release}")
