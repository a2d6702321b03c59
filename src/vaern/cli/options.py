"""Options that more than one command takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vaern.cli.output import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.matching import List


class NamedPath(click.Path):
    """A path that names something: the empty one, of a variable that is not set, would mean the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """As `click.Path` does it, unless it is empty."""
        if value == "":
            self.fail("an empty path names nothing; the current folder is '.'", param, ctx)
        return super().convert(value, param, ctx)


class Place(NamedPath):
    """A path, or what is to be scanned in a store, as text: a path would lose a `/`."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """As `NamedPath` does it, unless it begins as an address."""
        from vaern.store.address import is_address

        return value if isinstance(value, str) and is_address(value) else super().convert(value, param, ctx)


FOLDER = NamedPath(path_type=Path)
PLACE = Place(path_type=Path)
FILE = NamedPath(exists=True, dir_okay=False, path_type=Path)
FILE_OR_INPUT = NamedPath(exists=True, dir_okay=False, allow_dash=True, path_type=Path)

list_option = click.option(
    "--list",
    "lists",
    metavar="LIST",
    multiple=True,
    required=True,
    type=FOLDER,
    help="A list: a package, or one that changes (see `vaern lists`). Give it again for more lists.",
)


def open_lists(folders: Iterable[Path]) -> list[List]:
    """Open the lists that were named, with a warning of each that may have been changed unseen, or is old."""
    from vaern.matching import List

    lists = [List.open(folder) for folder in folders]
    for list_ in lists:
        if why := list_.unsealed:
            say(f"Warning: nobody can tell whether the list {list_.folder} is what it was built as: {why}", err=True)
        list_.refuse_stopped()
        if why := list_.warning:
            say(f"Warning: {why}", err=True)
    return lists


distance_option = click.option(
    "--distance",
    metavar="BITS",
    type=click.IntRange(0, 256),
    help="Most bits for a near hit, instead of each list's own.",
)

min_quality_option = click.option(
    "--min-quality",
    metavar="N",
    type=click.IntRange(0, 100),
    default=50,
    show_default=True,
    help="PDQ values of less quality are not compared.",
)

stills_in_videos_option = click.option(
    "--no-stills-in-videos",
    "stills_in_videos",
    flag_value=False,
    default=True,
    help="Do not compare still pictures with the frames of listed videos, nor frames of videos with listed stills.",
)
