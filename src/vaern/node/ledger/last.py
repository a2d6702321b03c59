"""The last signed checkpoint, in a file beside the key, beyond the reach of whoever controls only the database.

The sequencer refuses to extend a tree that does not begin with it, and `vaern ledger verify` and `/health` compare the
ledger with it. It is written after its step was committed, so a crash leaves it behind the ledger, never ahead. If it
does not exist (new node, restored backup), the ledger is accepted as found.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from vaern.node.ledger.keys import LAST, key_path, verifier_key
from vaern.node.ledger.models import Checkpoint
from vaern.node.ledger.nodes import LedgerDamaged, read_frontier
from vaern.proofs.checkpoints import CheckpointError, open_checkpoint

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.proofs.checkpoints import Checkpointed, VerifierKey
    from vaern.proofs.merkle import Frontier


class LedgerWentBack(LedgerDamaged):
    """The ledger in the database does not begin with the last signed checkpoint."""


def last_path() -> Path:
    """Return the path of the file."""
    return key_path().with_name(LAST)


def read_last(path: Path, key: VerifierKey) -> Checkpointed | None:
    """Return the checkpoint in the file; None if there is no file.

    Raises:
        CheckpointError: it is not signed by the key.
    """
    try:
        note = path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise CheckpointError(f"{path} is no checkpoint") from None
    return open_checkpoint(note, key)


def keep_last(path: Path, note: str) -> None:
    """Replace the stored checkpoint; it is on disk when this returns."""
    fresh = path.with_name(f"{LAST}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(note)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def must_continue(frontier: Frontier, last: Checkpointed | None) -> None:
    """Check that the stored tree extends the last signed checkpoint.

    Raises:
        LedgerWentBack: it does not.
    """
    if last is None:
        return
    there = frontier.size >= last.size
    if not there or (frontier if frontier.size == last.size else read_frontier(last.size)).root() != last.root:
        raise LedgerWentBack(f"the ledger of {frontier.size} entries does not begin with the {last.size} signed last")


def went_back() -> bool:
    """Whether the newest checkpoint in the database is older than the last signed one, or differs at the same size."""
    try:
        last = read_last(last_path(), verifier_key())  # before the database is asked: it is never behind the file
    except CheckpointError:
        return True
    if last is None:
        return False
    newest = Checkpoint.objects.order_by("-size").values_list("size", "root").first()
    if newest is None or newest[0] < last.size:
        return True
    return newest[0] == last.size and bytes(newest[1]) != last.root
