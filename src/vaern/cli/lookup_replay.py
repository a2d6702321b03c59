"""`vaern lookup prove` and `replay`: that a call stands in the ledger, and the same call again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from vaern.cli.errors import CannotRun
from vaern.cli.ledger import home_option, node
from vaern.cli.options import FILE, FOLDER
from vaern.cli.output import count, say

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from vaern.records import Signal

DIFFERS = 1
"""Exit status of `replay` where something does not hold."""


@click.command(short_help="Prove that a call stands in the ledger.")
@click.argument("call", type=click.UUID)
@home_option
def prove(call: UUID, home: Path | None) -> None:
    """Print, as JSON, the proof that the look-up CALL stands in the node's ledger.

    CALL is the id that its answer had. `vaern lookup replay` checks the proof, anywhere. It shows when and why was
    asked, how many signals and with how many hits, from which lists, and digests; no signal and no entry.
    """
    with node(home):
        from vaern.node.lists.lookups import proving
        from vaern.node.lists.models import LookupBatch
        from vaern.proofs.calls import written

        found = proving.find(LookupBatch.everywhere.all(), call)
        if found is None:
            raise CannotRun(f"There is no call {call}: made elsewhere, not entered yet, or kept no longer.")
        proof = written(proving.proof_of(found))
    click.echo(json.dumps(proof, indent=1))


@click.command(short_help="Check the proof of a call, and make the call again.")
@click.argument("proof", type=FILE)
@click.option("--key", metavar="KEY", required=True, help="The ledger's verifier key, which you have from elsewhere.")
@click.option("--asked", metavar="FILE", type=FILE, help="What was asked: the body of the call; .ndjson of a stream.")
@click.option(
    "--list",
    "lists",
    metavar="LIST",
    multiple=True,
    type=FOLDER,
    help="A list in the state that was asked. Give it again for each.",
)
def replay(proof: Path, key: str, asked: Path | None, lists: tuple[Path, ...]) -> None:
    """Check PROOF, which `vaern lookup prove` printed.

    With --asked it also shows that these signals were asked, with --list that the same question to these lists has the
    same answer. It needs neither the node nor its ledger. Exit status 1 when something does not hold, with its place.
    """
    from vaern.lookup import replaying
    from vaern.proofs.calls import ProofBroken, check_proof, read_proof
    from vaern.proofs.checkpoints import CheckpointError, VerifierKey

    if lists and not asked:
        raise click.UsageError("--list asks the lists again: say with --asked what.")
    try:
        held = read_proof(proof.read_bytes())
        leaf = check_proof(held, VerifierKey.parse(key))
        say(f"The call {leaf.call} of {leaf.at} is in the ledger, entry {json.loads(held.entry.leaf)['entry']}.")
        say(f"Purpose: {leaf.purpose or 'not said'}. Reference: {leaf.reference or 'none'}.")
        for name, release, sequence in held.lists:
            say(f"It was answered from {name}, release {release}, state {sequence}.")
        if not asked:
            return
        signals = _signals(asked)
        replaying.same_signals(leaf, signals)
        say(f"{count(len(signals), 'signal')}: these are what it asked.")
        if lists:
            from vaern.matching import List

            again = replaying.replay(leaf, held.lists, signals, [List.open(folder, verify=True) for folder in lists])
            say(f"{count(len(again.hits) + again.more, 'hit')}: the same answer as then.")
    except CheckpointError as error:
        raise CannotRun(f"The key cannot be used: {error}") from error
    except (ProofBroken, replaying.Differs) as error:
        say(f"It does not hold. {error}")
        raise click.exceptions.Exit(DIFFERS) from error


def _signals(path: Path) -> tuple[Signal, ...]:
    from vaern.lookup import taking

    try:
        return taking.asked_in(path.read_bytes(), stream=path.suffix == ".ndjson")
    except taking.WireError as error:
        said = "; ".join(f"{one.place or 'the whole'}: {one.text}" for one in error.faults[:3])
        raise CannotRun(f"{path} is no call: {said}") from error
