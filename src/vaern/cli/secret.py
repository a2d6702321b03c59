"""`vaern secret`: make a node's secret anew, and seal with it what the earlier one sealed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from vaern.cli.errors import CannotRun
from vaern.cli.ledger import home_option, node
from vaern.cli.output import count, say
from vaern.cli.serve import configured

if TYPE_CHECKING:
    from pathlib import Path

LEFT_OVER = 1
"""Exit status where something does not open by any secret that the node knows."""


@click.group(short_help="Make a node's secret anew.")
def secret() -> None:
    """Make a node's secret anew: once a year, when somebody leaves who knew it, or at once when it may be known."""


@secret.command()
@home_option
def rotate(home: Path | None) -> None:
    """Make a new secret. Start the node again after it, and then run `vaern secret reseal`.

    Everybody is signed out by it. What the earlier secret sealed still opens.
    """
    configuration = configured(home=home, make_secret=False)
    from vaern.node.runtime.secret import NoRotation
    from vaern.node.runtime.secret import rotate as make_anew

    try:
        make_anew(configuration.home, set_outside=bool(os.environ.get("VAERN_SECRET_KEY")))
    except NoRotation as error:
        raise CannotRun(str(error)) from error
    say(f"A new secret lies in {configuration.home / 'keys'}. Start the node again, then: vaern secret reseal")


@secret.command()
@home_option
def reseal(home: Path | None) -> None:
    """Seal with the secret of now what earlier ones sealed, while the node runs; then they are forgotten.

    Exit status 0: nothing is left of them. 1: some values open by no secret of the node; they are counted, and the
    earlier secrets are kept.
    """
    configuration = configured(home=home, make_secret=False)
    with node(home):
        from vaern.node.operations.secrets import reseal as seal_anew

        found = seal_anew(
            configuration.home, lambda table, done, of: click.echo(f"{table}: {done:,} of {of:,}", err=True)
        )
    say(f"{count(found.values, 'value')} sealed anew.")
    for table, closed in found.closed.items():
        say(f"{table}: {count(closed, 'value')} cannot be opened, and stay as they are.")
    if found.closed:
        raise click.exceptions.Exit(LEFT_OVER)
