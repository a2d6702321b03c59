"""`vaern indicators`: compute the alliance's values again from the ledger, and compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from vaern.cli.ledger import home_option, node
from vaern.cli.output import count, say

if TYPE_CHECKING:
    from pathlib import Path

DIFFERS = 1
"""Exit status where a value comes out otherwise than it is kept."""


@click.group(short_help="Compute the alliance's indicators again from the ledger.")
def indicators() -> None:
    """Bring the values of the alliance's indicators up to date, or compute them again from nothing."""


@indicators.command()
@home_option
def refresh(home: Path | None) -> None:
    """Fold what is new in the ledger, and compute the values that it changed. A running node does so by itself."""
    with node(home):
        from vaern.node.alliance.indicators.computation import refresh as bring_up

        say(f"{count(bring_up(), 'value')} written")


@indicators.command()
@home_option
def reproduce(home: Path | None) -> None:
    """Compute every value again from the ledger, from nothing, and compare with what is kept. Changes nothing.

    Exit status 0: all come out the same. 1: some do not; they are named.
    """
    with node(home):
        from vaern.node.alliance.indicators.reproduction import reproduce as compute_again

        found = compute_again()
    for key, kept, again in found.differences:
        say(f"{' '.join(part for part in key if part)}: kept {kept}, computed {again}")
    same = found.values - sum(kept is not None for _key, kept, _again in found.differences)
    entries = count(found.entries, "entry", "entries")
    say(f"{entries} of the ledger: {same:,} of {count(found.values, 'value')} come out the same")
    if found.differences:
        raise click.exceptions.Exit(DIFFERS)
