"""`vaern`: the group of all commands, and how an error becomes one sentence."""

from __future__ import annotations

from typing import Any

import click

import vaern
from vaern.cli.backup import backup, restore
from vaern.cli.bag import bag
from vaern.cli.errors import explained
from vaern.cli.export import export
from vaern.cli.hash import hash_command
from vaern.cli.indicators import indicators
from vaern.cli.ledger import ledger
from vaern.cli.ledger_witnesses import check_proof, policy_lines, witnesses
from vaern.cli.list_changes import update, withdraw
from vaern.cli.lists import lists
from vaern.cli.lookup import lookup
from vaern.cli.lookup_replay import prove, replay
from vaern.cli.main import SAID, STOPPED, let_commands_tidy_up
from vaern.cli.match import match
from vaern.cli.package import package
from vaern.cli.rematch import rematch
from vaern.cli.report import report
from vaern.cli.scan import scan_command
from vaern.cli.secret import secret
from vaern.cli.serve import serve

EPILOG = (
    "Exit status: 0 nothing known, 3 something known or near, 4 finished but some files were unreadable, "
    "5 finished but some were not looked into, 2 could not run, 130 stopped by Ctrl-C."
)

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Vaern(click.Group):
    """A group that says what a user can mend in one sentence, and shows a traceback for our own faults only."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """In the order of use."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        let_commands_tidy_up()
        try:
            with explained():
                return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo(SAID, err=True)
            raise click.exceptions.Exit(STOPPED) from None


def print_versions(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    """The program's version and those of all that computes a hash."""
    if not wanted or ctx.resilient_parsing:
        return
    from vaern.hashing import decoder_versions

    click.echo(f"vaern {vaern.__version__}")
    for name, version in decoder_versions().items():
        click.echo(f"  {name} {version}")
    ctx.exit()


@click.group(cls=Vaern, epilog=EPILOG, context_settings=SETTINGS)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=print_versions,
    help="Show the version of the program and of every decoder, and exit.",
)
def cli() -> None:
    """Recognise known child sexual abuse material by hashes, in place and without anyone looking.

    Build a list package out of hash lists, scan folders against it, and read report.html in the results folder.
    A match sorts work; a person decides.
    """


cli.add_command(lists)
lists.add_command(update)
lists.add_command(withdraw)
cli.add_command(scan_command)
cli.add_command(rematch)
cli.add_command(match)
cli.add_command(hash_command)
cli.add_command(report)
cli.add_command(export)
cli.add_command(bag)
cli.add_command(package)
cli.add_command(serve)
cli.add_command(lookup)
lookup.add_command(prove)
lookup.add_command(replay)
cli.add_command(backup)
cli.add_command(restore)
cli.add_command(secret)
cli.add_command(ledger)
for of_witnesses in (policy_lines, witnesses, check_proof):
    ledger.add_command(of_witnesses)
cli.add_command(indicators)
