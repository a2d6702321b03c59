"""`vaern join`: read for the scans of a cluster."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import click

from vaern.cli.main import STOPPED
from vaern.cli.options import FOLDER
from vaern.cli.output import say
from vaern.cli.stopping import stop_on_signal

if TYPE_CHECKING:
    from pathlib import Path


@click.command("join", short_help="Read for scans of other machines, as one of a cluster.")
@click.argument("place", metavar="PLACE")
@click.option("--jobs", metavar="N", type=click.IntRange(0), default=0, help="Workers; one for each core by default.")
@click.option(
    "--scratch",
    metavar="FOLDER",
    type=FOLDER,
    help="Where objects of a store of more than 16 MiB lie, without a name, while they are read; by default where "
    "TMPDIR says, or /tmp.",
)
@click.option("--stay", is_flag=True, help="Wait for the next scan when one has ended.")
def join(place: str, jobs: int, scratch: Path | None, stay: bool) -> None:
    """Read for scans that were begun elsewhere with `vaern scan --cluster PLACE`, until they have ended.

    PLACE is the same folder, or the same database, as postgresql://HOST/NAME. This machine needs no list and gets none:
    it hashes, and the machine where the scan runs looks up. It needs what is scanned, under the same path, or the same
    store with credentials of its own. If it is lost, others read what it had; Ctrl-C gives that back at once.
    """
    from vaern.cluster.machine import Machine
    from vaern.cluster.naming import place_of

    tell = partial(say, err=True)
    with closing(place_of(place)) as where, stop_on_signal(tell, "ends at once") as stop:
        machine = Machine(where, jobs, scratch, stop=stop, note=tell)
        tell(f"{machine.name} waits for shares of a scan in {place}")
        machine.run(stay=stay)
    if stop.is_set():
        raise click.exceptions.Exit(STOPPED)
