"""`vaern ledger`, of witnesses: who they are, what they cosigned, and proofs that they make believable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from vaern.cli.errors import CannotRun
from vaern.cli.ledger import FILE, home_option, node
from vaern.cli.ledger_policies import by_whom
from vaern.cli.output import count, say, table

if TYPE_CHECKING:
    from pathlib import Path

FAILS = 1
"""Exit status of `check-proof` where the proof does not hold."""


@click.command("policy")
@home_option
def policy_lines(home: Path | None) -> None:
    """Print the lines by which a policy names this node's ledger, and this node as a witness.

    Others put them into theirs. A node has two keys as a witness; a group with `any` counts them once.
    """
    with node(home):
        from vaern.node.ledger.witnesses.registry import introduction

        for line in introduction().policy_lines():
            click.echo(line)


@click.command()
@click.option("--ask", is_flag=True, help="Ask each now that has not cosigned what is published.")
@home_option
def witnesses(ask: bool, home: Path | None) -> None:
    """Show who witnesses the ledger, how far each is, and the ledgers that this node witnesses.

    Exit status 1: a witness has seen another ledger, or a ledger that this node witnesses has two histories.
    """
    with node(home):
        from vaern.node.ledger.witnesses.asking import ask_all
        from vaern.node.ledger.witnesses.queries import alarms, standings, witnessed_logs
        from vaern.proofs.policy import PolicyError

        if ask:
            try:
                ask_all(now=True)
            except PolicyError as error:
                raise CannotRun(f"The policy cannot be read: {error}.") from error
        found, logs, alarming = standings(), witnessed_logs(), alarms()
    if found:
        names = ("witness", "cosigned", "behind", "state")
        table([(one.url, str(one.size), str(one.behind), one.problem or "well") for one in found], names=names)
    else:
        say("No witness is known: set VAERN_WITNESS_POLICY.")
    for log in logs:
        say(f"This node witnesses {log.origin}: {count(log.size, 'entry', 'entries')}{', FORKED' if log.fork else ''}.")
    if alarming:
        raise click.exceptions.Exit(FAILS)


@click.command("check-proof")
@click.argument("proof", metavar="PROOF", type=FILE)
@click.option(
    "--policy", "policy_file", metavar="FILE", type=FILE, required=True, help="The policy (C2SP tlog-policy)."
)
def check_proof(proof: Path, policy_file: Path) -> None:
    """Check a proof file (C2SP tlog-proof), and print the entry that it proves. No node is needed, and no network.

    Exit status 0: it holds. 1: it does not, and why.
    """
    from vaern.proofs.checkpoints import CheckpointError
    from vaern.proofs.policy import PolicyError, parse_policy
    from vaern.proofs.proof_files import Proof

    try:
        policy = parse_policy(policy_file.read_bytes())
        read = Proof.parse(proof.read_bytes())
        found = read.verify(policy)
    except PolicyError as error:
        raise CannotRun(f"The policy cannot be read: {error}.") from error
    except CheckpointError as error:
        say(f"The proof does not hold: {error}.")
        raise click.exceptions.Exit(FAILS) from None
    say(read.leaf.decode("utf-8", "replace"))
    size, origin = found.checkpoint.size, found.checkpoint.origin
    say(f"The proof holds: this is at position {read.position} of the {size:,} entries of {origin}, {by_whom(found)}.")
