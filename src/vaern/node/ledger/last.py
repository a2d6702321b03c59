"""What the node signed last, in a file beside its key: who owns the database alone cannot take it away.

The sequencer puts nothing on top of a tree that does not begin with it, and `vaern ledger verify` and `/health` hold
the ledger against it. It is written after the step that it speaks of was committed, so a crash leaves it behind, never
ahead. Where there is none (a new node, a backup that was restored) the ledger is taken as it is found.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from vaern.node.ledger.checkpoints import CheckpointError, open_checkpoint
from vaern.node.ledger.keys import LAST, key_path, verifier_key
from vaern.node.ledger.models import Checkpoint
from vaern.node.ledger.nodes import LedgerDamaged, read_frontier

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.node.ledger.checkpoints import Checkpointed, VerifierKey
    from vaern.node.ledger.merkle import Frontier


class LedgerWentBack(LedgerDamaged):
    """The ledger in the database does not begin with what was signed last."""


def last_path() -> Path:
    """Return where it lies."""
    return key_path().with_name(LAST)


def read_last(path: Path, key: VerifierKey) -> Checkpointed | None:
    """Return what the file says, None where there is none.

    Raises:
        CheckpointError: the key has not signed what stands in it.
    """
    try:
        note = path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise CheckpointError(f"{path} is no checkpoint") from None
    return open_checkpoint(note, key)


def keep_last(path: Path, note: str) -> None:
    """Put a checkpoint in the place of the one before, on the disk before this returns."""
    fresh = path.with_name(f"{LAST}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(note)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def must_continue(frontier: Frontier, last: Checkpointed | None) -> None:
    """Hold the stored tree against what was signed last.

    Raises:
        LedgerWentBack: it does not begin with it.
    """
    if last is None:
        return
    there = frontier.size >= last.size
    if not there or (frontier if frontier.size == last.size else read_frontier(last.size)).root() != last.root:
        raise LedgerWentBack(f"the ledger of {frontier.size} entries does not begin with the {last.size} signed last")


def went_back() -> bool:
    """Whether the newest checkpoint in the database is older than what was signed last, or another of its size."""
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
