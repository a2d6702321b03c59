"""The ledger's signing key: created at the first start in `home/keys/ledger.key`, readable only by the node."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from django.conf import settings

from vaern.proofs.checkpoints import SigningKey

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.proofs.checkpoints import VerifierKey

LAST = "ledger.last"
"""The file beside the key that says what was signed last; a backup leaves it out, so that the node that is restored
goes on from what the backup holds."""


def key_path() -> Path:
    """Return the path of the key."""
    return settings.CONFIGURATION.home / "keys" / "ledger.key"


def signing_key() -> SigningKey:
    """Return the ledger's key, creating it at the first start.

    Its name, the origin in every checkpoint, is the node's host at that moment, and stays if the node moves.

    Raises:
        CheckpointError: the file is not a key.
    """
    path = key_path()
    if not path.exists():
        keep_secret(path, SigningKey.fresh(settings.CONFIGURATION.host).text() + "\n")
    return SigningKey.parse(path.read_text("utf-8"))


def verifier_key() -> VerifierKey:
    """Return the public key."""
    return signing_key().verifier


def keep_secret(path: Path, text: str) -> None:
    """Write a file that only the node can read, unless it is there already."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(fresh)  # of two processes at once, one wins and both read its key
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
