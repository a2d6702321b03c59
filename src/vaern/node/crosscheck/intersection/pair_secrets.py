"""The secret of one side towards another, in a file: it goes on at each epoch, and there is no way back.

    key of an epoch      HKDF-SHA-256(secret of the epoch, "key")
    next epoch's secret  HKDF-SHA-256(secret of the epoch, "next"), which then replaces it in the file

So whoever has the file later computes no key of an epoch that has ended, and nobody can evaluate anything for its tags
any more. No backup of the node has these files: a node that is restored begins anew, with another secret.
"""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vaern.node.crosscheck.rules.oblivious import SEED

if TYPE_CHECKING:
    from pathlib import Path

_NAME = b"vaern deconfliction 1 "


class Destroyed(ValueError):
    """The key of that epoch was destroyed at its end, or with the pair."""


class Unreadable(ValueError):
    """The file is no secret: switch the private comparison with that organisation off, and on again."""


def begin(path: Path, epoch: int) -> None:
    """Make a fresh secret that begins with this epoch, unless there is one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        _put(path, epoch, secrets.token_bytes(SEED))


def seed_of(path: Path, epoch: int) -> bytes:
    """Return the seed of an epoch's key, and forget all that came before it.

    Args:
        path: of the pair's file.
        epoch: the present one; of a later one nobody asks, because then this one is gone.

    Raises:
        Destroyed: there is no file, or it has gone on. Unreadable: it is no secret.
    """
    try:
        kept, _, text = path.read_text("ascii").strip().partition(" ")
        at, secret = int(kept), bytes.fromhex(text)
    except FileNotFoundError:
        raise Destroyed("there is no secret for this pair") from None
    except ValueError:
        raise Unreadable(f"{path.name} is no secret of a pair") from None
    if len(secret) != SEED:
        raise Unreadable(f"{path.name} is no secret of a pair")
    if at > epoch:
        raise Destroyed(f"the key of epoch {epoch} was destroyed")
    if at < epoch:
        for _ in range(epoch - at):
            secret = _derived(secret, b"next")
        _put(path, epoch, secret)
    return _derived(secret, b"key")


def destroy(path: Path) -> None:
    """Remove a pair's secret: no key of it can be made again."""
    path.unlink(missing_ok=True)


def _derived(secret: bytes, what: bytes) -> bytes:
    return HKDF(SHA256(), SEED, salt=None, info=_NAME + what).derive(secret)


def _put(path: Path, epoch: int, secret: bytes) -> None:
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    fresh.touch(0o600)
    with fresh.open("w", encoding="ascii") as file:
        file.write(f"{epoch} {secret.hex()}\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
