"""`vaern backup` and `vaern restore`: one encrypted file of a whole node, and a node out of it."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vaern.cli.errors import CannotRun
from vaern.cli.options import FOLDER, NamedPath
from vaern.cli.output import count, say, size
from vaern.cli.serve import configured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SEQUENCE_AND_RUN = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "vaern.node.settings"
import django
django.setup()
from vaern.node.ledger.sequencer import sequence_once
while sequence_once():
    pass
from vaern.cli.main import main
main()
"""
"""Gives the entries that waited when the backup was made their place, as the node would have within a second."""

FILE = NamedPath(path_type=Path)
home_option = click.option("--home", metavar="FOLDER", type=FOLDER, help="The node's data folder (VAERN_HOME).")
passphrase_option = click.option(
    "--passphrase-file", metavar="FILE", type=FILE, help="A file whose first line is the passphrase."
)


@click.command("backup", short_help="Write a node into one encrypted file, while it runs.")
@click.argument("out", metavar="OUT", type=FILE)
@click.option(
    "--to", "recipients", metavar="RECIPIENT", multiple=True, help="Who can open it: age1… or an SSH public key."
)
@passphrase_option
@home_option
def backup(out: Path, recipients: tuple[str, ...], passphrase_file: Path | None, home: Path | None) -> None:
    """Write everything that a node is into the file OUT: its database, as it is at one moment, and its keys.

    The file is encrypted with age, for the holders of keys (--to, again for more; `age-keygen` makes a pair) or under
    a passphrase. The node may run meanwhile.
    """
    configuration = configured(home=home)
    if bool(recipients) == bool(passphrase_file):
        raise CannotRun("Say who can open the backup: --to RECIPIENT (an age public key), or --passphrase-file FILE.")
    from vaern.node.operations import age
    from vaern.node.operations.backup import back_up
    from vaern.node.runtime import database

    if not configuration.database_url and not (configuration.home / "database" / "PG_VERSION").exists():
        raise CannotRun(f"There is no node in {configuration.home}: name its folder with --home.")
    with _sentences(), _display() as progress:
        lock = age.Lock(tuple(map(age.recipient, recipients)), _passphrase(passphrase_file))
        made = back_up(configuration, database.provide(configuration), out, lock, progress)
    say(f"{made.path}: {count(made.rows, 'row')}, {size(made.size)}.")
    if not made.has_secret:
        say("VAERN_SECRET_KEY is set in the environment and not in the backup: keep it with the file.")


@click.command("restore", short_help="Make a node out of a backup.")
@click.argument("source", metavar="FILE", type=FILE)
@click.option("--home", metavar="NEW", type=FOLDER, required=True, help="The data folder to make; not there, or empty.")
@click.option("--identity", metavar="FILE", type=FILE, help="The file with the secret key, as `age-keygen` wrote it.")
@passphrase_option
def restore(source: Path, home: Path, identity: Path | None, passphrase_file: Path | None) -> None:
    """Restore the backup FILE into the new data folder NEW, and compare every table with what was backed up.

    Nothing is left if anything is wrong. Where DATABASE_URL is set, the data goes into that database, which must be
    empty. Then `vaern serve --home NEW` starts the node.
    """
    configuration = configured(home=home, make_secret=False)
    if (identity is None) == (passphrase_file is None):
        raise CannotRun("Say how the backup is opened: --identity FILE, or --passphrase-file FILE.")
    from vaern.node.operations import age
    from vaern.node.operations.restore import Target
    from vaern.node.operations.restore import restore as restore_backup
    from vaern.node.operations.unfinished import clear

    clear(configuration.home, say)
    with _sentences(), _display() as progress:
        keys = age.identities(identity.read_text("utf-8")) if identity else ()
        opener = age.Opener(keys, _passphrase(passphrase_file))
        target = Target(configuration.home, configuration.database_url)
        done = restore_backup(source, target, opener, verify_ledger, progress, go_on=count_anew)
    say(f"{done.home}: the node as it was at {done.made_at}.")
    say(f"  {count(done.tables, 'table')} with {count(done.rows, 'row')} compared, and they are the same.")
    say(f"  {count(done.entries, 'entry', 'entries')} of the ledger verified. It goes on from there: what was recorded")
    say("  after the backup is gone, and a checkpoint that somebody kept since then shows that.")


def verify_ledger(url: str, home: Path) -> int:
    """Run `vaern ledger verify` over a database with the keys of a folder, and return how many entries there are.

    Raises:
        BackupError: it does not verify.
    """
    import psycopg

    _run(url, home, "The ledger in the backup does not verify", "-c", SEQUENCE_AND_RUN, "ledger", "verify")
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM ledger_entry").fetchone()
    return int(row[0]) if row else 0


def count_anew(url: str, home: Path) -> None:
    """Let the node count anew what goes to others: they may have had more from it than the backup knows of.

    Raises:
        BackupError: it cannot.
    """
    _run(url, home, "The node cannot go on with its exchange", "-m", "vaern.node.manage", "after_restore")


def _run(url: str, home: Path, failure: str, *arguments: str) -> None:
    """Run ourselves over a database with the keys of a folder.

    Raises:
        BackupError: it failed; what it said stands behind the words for that.
    """
    from vaern.node.operations.backup import BackupError

    environment = {**os.environ, "DATABASE_URL": url, "VAERN_HOME": str(home)}
    environment.pop("VAERN_EMBEDDED_URL", None)
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        words = " ".join((done.stderr or done.stdout).decode("utf-8", "replace").split())[-300:]
        raise BackupError(f"{failure}: {words}")


def _passphrase(path: Path | None) -> str | None:
    """Return the first line of a file, if one is given."""
    if path is None:
        return None
    lines = path.read_text("utf-8").splitlines()
    if not lines or not lines[0]:
        raise CannotRun(f"{path} is empty: its first line is the passphrase.")
    return lines[0]


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn what the work raises on purpose into one sentence."""
    from vaern.node.operations.age import AgeError
    from vaern.node.operations.backup import BackupError
    from vaern.node.operations.programs import NoProgram
    from vaern.node.runtime.embedded import DatabaseError

    try:
        yield
    except (AgeError, BackupError, DatabaseError, NoProgram) as error:
        raise CannotRun(str(error)) from error


@contextmanager
def _display() -> Iterator[Callable[[str, int, int], None]]:
    """Yield what shows the progress: a bar on a terminal, nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    columns: list[Any] = [TextColumn("{task.description:10}"), BarColumn(), TextColumn("{task.fields[words]}")]
    console = Console(stderr=True)
    hidden = not console.is_terminal
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True, disable=hidden) as bars:
        tasks: dict[str, TaskID] = {}

        def show(doing: str, done: int, of: int) -> None:
            if doing not in tasks:
                tasks[doing] = bars.add_task(doing, total=of or None, words="")
            words = f"{done} of {of} tables" if doing in {"Counting", "Comparing"} else size(done)
            bars.update(tasks[doing], completed=done, total=of or None, words=words)

        yield show
