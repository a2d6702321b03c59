"""Options that more than one command takes."""

from __future__ import annotations

from pathlib import Path

import click

FOLDER = click.Path(path_type=Path)

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
