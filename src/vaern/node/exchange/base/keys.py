"""The node's own keys of the exchange: files in `home/keys/exchange/`, readable only by the node, the newest last.

Two kinds: `signing.N` (Ed25519, as the ledger's key is written) and `opening.N` (ML-KEM-768 and X25519). A rotation
adds a pair; the earlier ones stay until every peer knows the new ones (`peers/cards.py`). Beside them `issued`, the
number of the newest card.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings

from vaern.node.exchange.rules.identity import OpeningKey
from vaern.node.ledger.keys import keep_secret
from vaern.proofs.checkpoints import SigningKey

if TYPE_CHECKING:
    from pathlib import Path

SIGNING, OPENING, ISSUED = "signing", "opening", "issued"


def folder() -> Path:
    """Return the folder of the keys."""
    return settings.CONFIGURATION.home / "keys" / "exchange"


def name() -> str:
    """Return the node's name in the exchange: that on its first key, its host when that was made; it stays."""
    return signing_keys()[-1].name


def signing_keys() -> list[SigningKey]:
    """Return the keys with which the node signs, the newest first; the first is made when somebody asks.

    Raises:
        CheckpointError: a file is no key.
    """
    return [SigningKey.parse(path.read_text("utf-8")) for path in _numbered(SIGNING)]


def opening_keys() -> list[OpeningKey]:
    """Return the keys with which the node opens what was sealed to it, the newest first.

    Raises:
        Malformed: a file is no key.
    """
    return [OpeningKey.parse(path.read_text("utf-8")) for path in _numbered(OPENING)]


def newest() -> int:
    """Return the number of the newest pair."""
    return max(_found(SIGNING), default=1)


def ages() -> list[tuple[str, datetime]]:
    """Return the id of each signing key with when it was made, the newest first."""
    made = [datetime.fromtimestamp(path.stat().st_mtime, UTC) for path in _numbered(SIGNING)]
    return [(key.verifier.id.hex(), at) for key, at in zip(signing_keys(), made, strict=True)]


def add_pair() -> None:
    """Make a new pair of keys, which are the newest from now on."""
    host = name()
    _write(SIGNING, _next(SIGNING), SigningKey.fresh(host).text())
    _write(OPENING, _next(OPENING), OpeningKey.fresh().text())


def issue(wanted: int) -> int:
    """Return the number of a new card: the wanted one, or one more than the last if a clock was put back since."""
    path = folder() / ISSUED
    last = int(path.read_text("utf-8")) if path.exists() else 0
    number = max(wanted, last + 1)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{ISSUED}-{os.getpid()}")
    fresh.write_text(f"{number}\n", "utf-8")
    fresh.replace(path)
    return number


def drop_earlier(kept: int) -> int:
    """Delete all keys but the newest ones; return how many pairs went."""
    earlier = _numbered(SIGNING)[kept:], _numbered(OPENING)[kept:]
    for paths in earlier:
        for path in paths:
            path.unlink(missing_ok=True)
    return len(earlier[0])


def _numbered(kind: str) -> list[Path]:
    """Return the files of a kind, the newest first; the first is made if there is none."""
    found = _found(kind)
    if not found:
        _write(kind, 1, SigningKey.fresh(_host()).text() if kind == SIGNING else OpeningKey.fresh().text())
        found = _found(kind)
    return [path for _, path in sorted(found.items(), reverse=True)]


def _host() -> str:
    """Return how the node is called from now on: its host, with the port where that is an unusual one."""
    return urlsplit(settings.CONFIGURATION.address).netloc.lower()


def _found(kind: str) -> dict[int, Path]:
    named = ((path.name.removeprefix(f"{kind}."), path) for path in folder().glob(f"{kind}.*"))
    return {int(number): path for number, path in named if number.isdigit()}


def _next(kind: str) -> int:
    return max(_found(kind), default=0) + 1


def _write(kind: str, number: int, text: str) -> None:
    """Write a key; of two processes at once, one wins and both read its key."""
    keep_secret(folder() / f"{kind}.{number}", text + "\n")
