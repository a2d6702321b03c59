"""Proof bundles: everything an outsider needs to verify with `tools/check_proof.py` that an entry is in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaern.node.ledger.keys import verifier_key
from vaern.node.ledger.leaf import leaf_bytes
from vaern.node.ledger.models import Entry
from vaern.node.ledger.proofs import NoProof, consistency_proof, inclusion_proof, latest_checkpoint, position_of
from vaern.proofs.checkpoints import open_checkpoint

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMAT = "vaern-proof/1"


def bundle(entry: int, kept: str = "") -> dict[str, Any]:
    """Return the proof that an entry is in the ledger, ready for JSON (docs/reference/ledger-format.md).

    Args:
        entry: its number.
        kept: an older checkpoint; the bundle then also proves that the newest one extends it.

    Raises:
        NoProof: there is no such entry, it has no place yet, or the ledger is shorter than the old checkpoint says.
        CheckpointError: the old checkpoint is from another ledger.
    """
    position, newest = position_of(entry), latest_checkpoint()
    if newest is None:
        raise NoProof("the ledger has no checkpoint")
    found: dict[str, Any] = {
        "format": FORMAT,
        "leaf": leaf_bytes(Entry.objects.get(pk=entry)).decode("ascii"),
        "position": position,
        "inclusion": texts(inclusion_proof(position, newest.size)),
        "checkpoint": newest.note,
        "key": str(verifier_key()),
    }
    if kept:
        old = open_checkpoint(kept, verifier_key())
        found |= {"kept": kept, "consistency": texts(consistency_proof(old.size, newest.size))}
    return found


def texts(hashes: Sequence[bytes]) -> list[str]:
    """Return hashes in hexadecimal."""
    return [hash_.hex() for hash_ in hashes]
