"""`vaern lists acknowledge`, and what a publisher does with it: who uses which release, and who is overdue."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from vaern.cli.errors import CannotRun
from vaern.cli.options import FILE, FOLDER
from vaern.cli.output import count, say, table
from vaern.cli.repository import folder_argument, installed

if TYPE_CHECKING:
    from pathlib import Path

OVERDUE = 4
"""Exit status while somebody has not acknowledged in time."""


@click.command("acknowledge", short_help="State, signed, which release is used here.")
@click.argument("list_", metavar="LIST", type=FOLDER)
@click.option("--key", "key_file", metavar="FILE", required=True, type=FILE, help="The private key of this subscriber.")
@click.option(
    "--out", metavar="FILE", required=True, type=FOLDER, help="Where to write it, to be sent to the publisher."
)
@click.option("--name", help="Name of the list in the repository; by default that of the folder.")
def acknowledge(list_: Path, key_file: Path, out: Path, name: str | None) -> None:
    """State that LIST, as it was fetched last, is what is used here: what was recalled until then matches no more."""
    installed()
    from vaern.trust import keys
    from vaern.trust.acknowledging import acknowledge as state

    out.write_bytes(state(list_, name or list_.resolve().name, keys.read_private(key_file)))
    say(f"Send {out} to the publisher.")


@click.command("subscribe", short_help="Say who is to acknowledge releases of a list.")
@folder_argument
@click.argument("name")
@click.argument("key_files", metavar="FILE...", nargs=-1, required=True, type=FILE)
def subscribe(folder: Path, name: str, key_files: tuple[Path, ...]) -> None:
    """Enrol subscribers of the list NAME by their public keys (`FILE.pub.json`): they are named until they acknowledge.

    Who gives you a key should read its id to you by another way.
    """
    installed()
    from vaern.trust import keys
    from vaern.trust.acknowledging import enrol
    from vaern.trust.repository import Repository

    opened = Repository(folder)
    with opened.writing():
        for path in key_files:
            key = keys.read_public(path)
            enrol(opened, name, key)
            say(f"Enrolled: {keys.said(key)}")


@click.command("unsubscribe", short_help="Expect no acknowledgement from a subscriber any more.")
@folder_argument
@click.argument("name")
@click.argument("key_files", metavar="FILE...", nargs=-1, required=True, type=FILE)
def unsubscribe(folder: Path, name: str, key_files: tuple[Path, ...]) -> None:
    """End that subscribers of the list NAME are expected to acknowledge; what they said stays."""
    installed()
    from vaern.trust import keys
    from vaern.trust.acknowledging import dismiss
    from vaern.trust.repository import Repository

    opened = Repository(folder)
    with opened.writing():
        for path in key_files:
            say(f"Ended: {keys.said(dismiss(opened, name, keys.read_public(path).keyid))}")


@click.command("acknowledged", short_help="Take acknowledgements, and name who is overdue.")
@folder_argument
@click.argument("files", metavar="[FILE]...", nargs=-1, type=FILE)
@click.option("--days", type=click.IntRange(0), default=7, show_default=True, help="To acknowledge a release in.")
def acknowledged(folder: Path, files: tuple[Path, ...], days: int) -> None:
    """Take acknowledgements that came, and show which release each subscriber uses.

    Exit status 4 while somebody has not acknowledged a release for longer than --days.
    """
    installed()
    from vaern.trust import keys
    from vaern.trust.acknowledging import standings, take
    from vaern.trust.faults import TrustError
    from vaern.trust.repository import Repository, roles_of

    opened, now = Repository(folder), datetime.now(UTC)
    refused: list[str] = []
    with opened.writing():
        for path in files:
            try:
                said, key = take(opened, path.read_bytes())
            except TrustError as error:
                refused.append(f"{path}: {error}")
                continue
            say(f"Taken: {keys.said(key)} uses release {said.version} of {said.list}.")
    rows: list[tuple[str, ...]] = []
    late = 0
    for name in roles_of(opened.delegations()):
        for one in standings(opened, name):
            overdue = one.overdue(now, days)
            late += overdue
            since = f"{'overdue' if overdue else 'awaited'} since {one.since:%Y-%m-%d %H:%M}" if one.since else "newest"
            rows.append((name, keys.said(one.key), str(one.version) if one.version else "none", since))
    table(rows, names=("LIST", "SUBSCRIBER", "USES", ""))
    if refused:
        raise CannotRun("\n".join(refused))
    if late:
        say(f"{count(late, 'acknowledgement')} overdue.", err=True)
        raise click.exceptions.Exit(OVERDUE)
