"""`vaern ledger`: verify a node's ledger, print its checkpoint, prove an entry."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vaern.cli.errors import CannotRun
from vaern.cli.ledger_policies import policy_of, witnessed_findings
from vaern.cli.options import FOLDER, NamedPath
from vaern.cli.output import count, say
from vaern.cli.serve import configured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.proofs.checkpoints import VerifierKey

DIFFERS = 1
"""Exit status of `verify` where the ledger is not what was signed."""

FILE = NamedPath(exists=True, dir_okay=False, path_type=Path)
home_option = click.option("--home", metavar="FOLDER", type=FOLDER, help="The node's data folder (VAERN_HOME).")
policy_option = click.option(
    "--policy",
    "policy_file",
    metavar="FILE",
    type=FILE,
    help="The policy (C2SP tlog-policy) of witnesses.  [default: that of VAERN_WITNESS_POLICY]",
)
against_option = click.option(
    "--against", metavar="FILE", type=FILE, help="An older checkpoint, as `vaern ledger checkpoint` printed it."
)


@click.group(short_help="Verify and prove the account of every read and release.")
def ledger() -> None:
    """Verify the ledger of a node, print its signed state, and prove that an entry is in it.

    The node may run meanwhile; nothing here changes the ledger.
    """


@ledger.command()
@against_option
@click.option("--key", metavar="KEY", help="The verifier key, as `vaern ledger checkpoint --key` printed it once.")
@click.option("--processes", metavar="N", type=click.IntRange(0, 64), help="How many read.  [default: one a core]")
@click.option("--witnessed", is_flag=True, help="Hold it against what witnesses cosigned, by a policy, too.")
@policy_option
@home_option
def verify(
    against: Path | None,
    key: str | None,
    processes: int | None,
    witnessed: bool,
    policy_file: Path | None,
    home: Path | None,
) -> None:
    """Read the whole ledger, and name every entry that was changed, removed, reordered or put in.

    Exit status 0: it is as it was signed. 1: it is not. It is held against what the node signed last, which lies beside
    its key. That somebody who has the node's folder too cut off its end shows only against a checkpoint that was kept
    elsewhere: keep one, and give it with --against; or have witnesses, and say --witnessed. Then it says how much they
    cosigned, who and when; exit status 1 also where as many as the policy asks for have cosigned nothing of it.
    """
    with node(home):
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        from vaern.node.ledger.last import last_path
        from vaern.node.ledger.verify import verify_ledger
        from vaern.node.organisations.queries import people_if_ledger_names_none
        from vaern.proofs.checkpoints import VerifierKey

        signed_last = last_path()

        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        console = Console(stderr=True)
        with Progress(*columns, transient=True, console=console, disable=not console.is_terminal) as progress:
            task = progress.add_task("Reading", total=None)
            found = verify_ledger(
                VerifierKey.parse(key) if key else _own_key(),
                against=against.read_text("utf-8") if against else "",
                last=signed_last.read_text("utf-8") if signed_last.exists() else "",
                processes=(os.cpu_count() or 1) if processes is None else processes,
                on_progress=lambda done, total: progress.update(task, completed=done, total=total),
            )
        people = people_if_ledger_names_none()
        more, by_witnesses = witnessed_findings(found, policy_of(policy_file)) if witnessed else ([], "")
    findings = [finding.text for finding in [*found.findings, *more]]
    if people:
        findings.append(f"The node has {count(people, 'person', 'people')}, and no entry names one: they were removed.")
    for finding in findings:
        say(finding)
    entries = count(found.size, "entry", "entries")
    if by_witnesses:
        say(by_witnesses)
    if findings:
        say(f"The ledger is not as it was signed: {count(len(findings), 'finding')} among {entries}.")
        raise click.exceptions.Exit(DIFFERS)
    say(f"The ledger is whole: {entries}, {count(found.checkpoints, 'checkpoint')}, root {found.root.hex()}.")


@ledger.command()
@click.option("--key", "wants_key", is_flag=True, help="Print the verifier key instead, which checks every checkpoint.")
@home_option
def checkpoint(wants_key: bool, home: Path | None) -> None:
    """Print the newest signed checkpoint. Who keeps it can show later that nothing before it was changed."""
    with node(home):
        if wants_key:
            click.echo(str(_own_key()))
            return
        from vaern.node.ledger.proofs import latest_checkpoint

        newest = latest_checkpoint()
        if newest is None:
            raise CannotRun("The ledger has no entry yet, so there is no checkpoint.")
        click.echo(newest.note, nl=False)


@ledger.command()
@click.argument("entry", metavar="ENTRY", type=click.IntRange(min=1))
@against_option
@click.option(
    "--proof-file",
    metavar="FILE",
    type=NamedPath(dir_okay=False, path_type=Path),
    help="Write a proof file (C2SP tlog-proof) with a checkpoint that satisfies the policy, instead.",
)
@policy_option
@home_option
def prove(
    entry: int, against: Path | None, proof_file: Path | None, policy_file: Path | None, home: Path | None
) -> None:
    """Print, as JSON, the proof that the entry with number ENTRY is in the ledger.

    `tools/check_proof.py` checks it and uses nothing of Værn; `vaern ledger check-proof` checks a proof file. The proof
    shows the entry: codes, ids and times; not what was typed with it.
    """
    with node(home):
        if proof_file is not None:
            from vaern.node.ledger.witnesses.proving import proof_of

            text = proof_of(entry, policy_of(policy_file)).text()
            proof_file.write_text(text, "utf-8")
            return
        from vaern.node.ledger.bundles import bundle

        proof = bundle(entry, against.read_text("utf-8") if against else "")
    click.echo(json.dumps(proof, indent=1))


@contextmanager
def node(home: Path | None) -> Iterator[None]:
    """Connect to a node's database, and turn what can go wrong into sentences.

    Raises:
        CannotRun: there is no node, or no ledger in it, or nothing to prove.
    """
    configuration = configured(home=home, make_secret=False)
    from vaern.node.runtime import database
    from vaern.node.runtime.embedded import DatabaseError

    if not configuration.database_url and not (configuration.home / "database" / "PG_VERSION").exists():
        raise CannotRun(f"There is no node in {configuration.home}: name its folder with --home.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vaern.node.settings")
    try:
        database.provide(configuration)
    except DatabaseError as error:
        raise CannotRun(str(error)) from error
    import django

    django.setup()
    from django.db import OperationalError, ProgrammingError

    from vaern.node.ledger.nodes import LedgerDamaged
    from vaern.node.ledger.proofs import NoProof
    from vaern.proofs.checkpoints import CheckpointError

    try:
        yield
    except (CheckpointError, LedgerDamaged, NoProof) as error:
        raise CannotRun(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
    except OperationalError as error:
        raise CannotRun("The database does not answer.") from error
    except ProgrammingError as error:
        raise CannotRun("The database has no ledger: start the node once with `vaern serve`.") from error


def _own_key() -> VerifierKey:
    from vaern.node.ledger.keys import key_path, verifier_key

    if not key_path().exists():
        raise CannotRun(f"{key_path()} is missing: the ledger's key was made at the node's first start.")
    return verifier_key()
