"""`vaern`: the group of all commands, and how an error becomes one sentence."""

from __future__ import annotations

from typing import Any

import click

import vaern
from vaern.cli.errors import explained
from vaern.cli.groups import Deferred, OnDemand
from vaern.cli.main import SAID, STOPPED, let_commands_tidy_up

COMMANDS = {
    "lists": Deferred(
        "vaern.cli.lists:lists",
        "Build, show and verify list packages.",
        ("vaern.cli.list_changes:update", "vaern.cli.list_changes:withdraw"),
    ),
    "scan": Deferred("vaern.cli.scan:scan_command", "Scan folders in place, write findings and a report."),
    "watch": Deferred("vaern.cli.watch:watch", "Scan what comes into folders or a store, for as long as it runs."),
    "join": Deferred("vaern.cli.join:join", "Read for scans of other machines, as one of a cluster."),
    "rematch": Deferred("vaern.cli.rematch:rematch", "Match the findings of a scan with other lists, without media."),
    "match": Deferred("vaern.cli.match:match", "Look up signals in list packages, without media."),
    "hash": Deferred("vaern.cli.hash:hash_command", "Compute signals, matched against nothing."),
    "report": Deferred("vaern.cli.report:report", "Send what a scan found to a desk; read and write reports."),
    "export": Deferred("vaern.cli.export:export", "Write the findings of a scan for other programs."),
    "bag": Deferred("vaern.cli.bag:bag", "Check an evidence bag."),
    "package": Deferred(
        "vaern.cli.package:package", "Open a work package for a viewing station, and write its answers."
    ),
    "serve": Deferred("vaern.cli.serve:serve", "Start a node: the site, its jobs and its database."),
    "lookup": Deferred(
        "vaern.cli.lookup:lookup",
        "Answer look-ups over HTTP, say who may ask, try a service.",
        ("vaern.cli.lookup_replay:prove", "vaern.cli.lookup_replay:replay"),
    ),
    "gate": Deferred("vaern.cli.gate:gate", "Hash what a service is about to store, and ask whether it is known."),
    "backup": Deferred("vaern.cli.backup:backup", "Write a node into one encrypted file, while it runs."),
    "restore": Deferred("vaern.cli.backup:restore", "Make a node out of a backup."),
    "secret": Deferred("vaern.cli.secret:secret", "Make a node's secret anew."),
    "ledger": Deferred(
        "vaern.cli.ledger:ledger",
        "Verify and prove the account of every read and release.",
        (
            "vaern.cli.ledger_witnesses:policy_lines",
            "vaern.cli.ledger_witnesses:witnesses",
            "vaern.cli.ledger_witnesses:check_proof",
        ),
    ),
    "indicators": Deferred(
        "vaern.cli.indicators:indicators", "Compute the alliance's indicators again from the ledger."
    ),
    "completion": Deferred("vaern.cli.completion:completion", "Print the script by which a shell completes commands."),
}

EPILOG = (
    "Exit status: 0 nothing known, 3 something known or near, 4 finished but some files were unreadable, "
    "5 finished but some were not looked into, 2 could not run, 130 stopped by Ctrl-C."
)

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Vaern(OnDemand):
    """A group that says what a user can mend in one sentence, and shows a traceback for our own faults only."""

    deferred = COMMANDS

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find and load the command; until then Ctrl-C ends all at once."""
        found = super().resolve_command(ctx, args)
        let_commands_tidy_up()
        return found

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
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
