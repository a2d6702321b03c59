"""This node's own keys as a witness: made when first needed, in `home/keys/witness.key`, readable only by the node.

There are two, apart from the ledger's: ML-DSA-44, which C2SP's tlog-cosignature asks of what is new, and Ed25519, which
every client speaks. Each checkpoint is cosigned with both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from vaern.node.ledger.keys import keep_secret, key_path
from vaern.proofs.note_keys import COSIGNATURES, CosigningKey

if TYPE_CHECKING:
    from pathlib import Path


def witness_path() -> Path:
    """Return the path of the file."""
    return key_path().with_name("witness.key")


def cosigning_keys() -> tuple[CosigningKey, ...]:
    """Return the keys, making them at the first call. Their name, the node's host of then and `/witness`, stays.

    Raises:
        CheckpointError: the file does not hold such keys.
    """
    path = witness_path()
    if not path.exists():
        name = f"{settings.CONFIGURATION.host}/witness"
        keep_secret(path, "".join(f"{CosigningKey.fresh(name, kind).text()}\n" for kind in COSIGNATURES))
    return tuple(CosigningKey.parse(line) for line in path.read_text("utf-8").splitlines())
