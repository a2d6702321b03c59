"""Options that more than one command takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


class NamedPath(click.Path):
    """A path that names something: the empty one, of a variable that is not set, would mean the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """As `click.Path` does it, unless it is empty."""
        if value == "":
            self.fail("an empty path names nothing; the current folder is '.'", param, ctx)
        return super().convert(value, param, ctx)


FOLDER = NamedPath(path_type=Path)
FILE = NamedPath(exists=True, dir_okay=False, path_type=Path)

list_option = click.option(
    "--list",
    "lists",
    metavar="LIST",
    multiple=True,
    required=True,
    type=FOLDER,
    help="A list package (see `vaern lists build`). Give it again for more lists.",
)

distance_option = click.option(
    "--distance",
    metavar="BITS",
    type=click.IntRange(0, 256),
    help="Most bits for a near hit, instead of each list's own.",
)
