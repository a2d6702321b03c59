"""What the publisher's machine signs by itself: which documents are newest (snapshot), and since when (timestamp).

Whoever steals its key can keep clients from what is new until the root names another. They cannot change a list.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tuf.api.metadata import Metadata, MetaFile, Snapshot, Timestamp

from vaern.matching import durable
from vaern.trust.faults import TrustError
from vaern.trust.repository import TARGETS, read, roles_of, written

if TYPE_CHECKING:
    from pathlib import Path

    from securesystemslib.signer import CryptoSigner

    from vaern.trust.repository import Repository

SIGNED_AT = "x-vaern-signed-at"
"""In the timestamp: when it was signed. From that moment a client counts a list's age, not from when it fetched it."""


class Holds(NamedTuple):
    """How long what the machine signs holds: short, because that is how long a frozen mirror is believed.

    Attributes:
        snapshot, timestamp: days.
    """

    snapshot: int = 7
    timestamp: int = 2


USUAL = Holds()


def announce(
    repository: Repository, signer: CryptoSigner, *, holds: Holds = USUAL, now: datetime | None = None
) -> Timestamp:
    """Sign what is newest; to be called after each acceptance, and at least once a day.

    Raises:
        TrustError: the key is not that of the root, or nothing was accepted yet.
    """
    now = (now or datetime.now(UTC)).replace(microsecond=0)
    root = repository.root()
    roles = [TARGETS, *roles_of(repository.delegations())]
    if signer.public_key.keyid not in root.roles["timestamp"].keyids:
        raise TrustError(
            str(repository.folder),
            "the root names another key for this machine",
            "Use that one, or propose another root.",
        )
    newest = {f"{role}.json": max(found) for role in roles if (found := repository.versions(role))}
    before = repository.newest("snapshot")
    if before is not None and _stands(before, newest, signer, now, holds):
        version = before.signed.version
    else:
        version = before.signed.version + 1 if before else 1
        meta = {name: MetaFile(number) for name, number in newest.items()}
        snapshot = Metadata(Snapshot(version=version, expires=now + timedelta(days=holds.snapshot), meta=meta))
        snapshot.sign(signer)
        durable.replace(repository.metadata / f"{version}.snapshot.json", written(snapshot))
    path = repository.metadata / "timestamp.json"
    timestamp = Timestamp(
        version=_version(path) + 1,
        expires=now + timedelta(days=holds.timestamp),
        snapshot_meta=MetaFile(version),
        unrecognized_fields={SIGNED_AT: now.isoformat()},
    )
    document = Metadata(timestamp)
    document.sign(signer)
    durable.replace(path, written(document))
    return timestamp


def _stands(
    before: Metadata[Snapshot], newest: dict[str, int], signer: CryptoSigner, now: datetime, holds: Holds
) -> bool:
    """Whether the last snapshot still says what is newest, by the same key, and long enough."""
    return (
        {name: meta.version for name, meta in before.signed.meta.items()} == newest
        and signer.public_key.keyid in before.signatures
        and before.signed.expires > now + timedelta(days=holds.timestamp)
    )


def _version(path: Path) -> int:
    return int(read(path).signed.version) if path.exists() else 0
