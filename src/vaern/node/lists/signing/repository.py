"""The node's repository of signed releases, in the folder `releases` of its data, and the key that announces them.

Which lists are in it, and who signs each, its root's signers decide (`vaern lists repository`); the node proposes
releases, collects signatures and says each hour that it is due what is newest.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import structlog
from django.conf import settings

from vaern.matching import current as currents
from vaern.matching.current import CURRENT, Current
from vaern.node.runtime.logs import described
from vaern.trust import announcing, keys
from vaern.trust.contents import stored
from vaern.trust.faults import TrustError
from vaern.trust.repository import Repository, read, roles_of

if TYPE_CHECKING:
    from pathlib import Path

    from securesystemslib.signer import CryptoSigner
    from tuf.api.metadata import Targets

    from vaern.trust.counting import Count

NO_COUNTRY = "ZZ"
"""Of the node's key: it signs what is newest, and counts for no country."""

OFTEN = timedelta(hours=12)
"""An announcement holds for two days; it is made again after this."""


class State(NamedTuple):
    """How far the signed releases of a list are.

    Attributes:
        version: of the last release that enough countries signed; 0 before the first.
        released: up to which change of the list that release is; None before the first, and where nobody can tell.
        ends: until when it holds; None before the first.
        needed: how many countries have to sign.
        signers: organisations that may, with their countries.
        waiting: the proposal that waits, and who signed it; None where none does.
    """

    version: int
    released: int | None
    ends: datetime | None
    needed: int
    signers: tuple[str, ...]
    waiting: tuple[Path, Count | None] | None


def opened() -> Repository:
    """Return the node's repository, be it that it was begun or not."""
    return Repository(settings.RELEASES)


def state_of(name: str) -> State | None:
    """Return how far the signed releases of a list are; None where nobody was said to sign it, or nobody can tell."""
    try:
        return _state(opened(), name)
    except TrustError as error:  # somebody damaged the folder: the page of the list is no place to find that
        structlog.get_logger().error("error", task="lists.signing", **described(error))
        return None


def _state(repository: Repository, name: str) -> State | None:
    targets = repository.newest("targets")
    role = roles_of(targets.signed).get(name) if targets else None
    if targets is None or role is None:
        return None
    known = targets.signed.delegations.keys
    signers = tuple(
        f"{keys.organisation_of(known[one])} ({keys.country_of(known[one])})" for one in role.keyids if one in known
    )
    newest = repository.newest(name)
    path = repository.proposals().get(name)
    counts = repository.counts().get(name, ()) if path else ()
    return State(
        newest.signed.version if newest else 0,
        change_of(newest.signed, name) if newest else None,
        newest.signed.expires if newest else None,
        role.threshold,
        signers,
        (path, counts[0] if counts else None) if path else None,
    )


def says_other(name: str, folder: Path) -> bool:
    """Return whether a list on disk says anything else than its last signed release: another entry, or other terms.

    Raises:
        TrustError: the repository is damaged.
        FileNotFoundError, ListPackageError: the list is not on disk.
    """
    repository = opened()
    newest = repository.newest(name)
    target = newest.signed.targets.get(f"{name}/{CURRENT}") if newest else None
    path = repository.targets / stored(target) if target else None
    if path is None or not path.exists():
        return True
    return _what(msgspec.json.decode(path.read_bytes(), type=Current)) != _what(currents.read(folder))


def _what(state: Current) -> Current:
    """Return a state without what names it, and says when it began."""
    return msgspec.structs.replace(state, release="", sequence=0, created="", freshness=None, seal="")


def change_of(release: Targets, name: str) -> int | None:
    """Return up to which change of its list a release is; None where it was not made from a list of this node."""
    target = release.targets.get(f"{name}/{CURRENT}")
    said = str((target.custom or {}).get("release", "")) if target else ""
    return int(said) if said.isascii() and said.isdigit() else None


def made_of(release: Targets, name: str) -> datetime | None:
    """Return when the state of a release began; None where it does not say."""
    target = release.targets.get(f"{name}/{CURRENT}")
    try:
        made = datetime.fromisoformat(str((target.custom or {}).get("created", ""))) if target else None
    except ValueError:
        return None
    return made if made and made.tzinfo else None


def signer() -> CryptoSigner:
    """Return the node's key, which is made when it is first needed, beside the ledger's."""
    path = settings.RELEASES_KEY
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        keys.make(path, settings.CONFIGURATION.host, NO_COUNTRY)
    return keys.read_private(path)


def announce(repository: Repository) -> None:
    """Say what is newest; what cannot be said now, because the root names another key, the log has."""
    try:
        announcing.announce(repository, signer())
        repository.tidy()
    except TrustError as error:
        structlog.get_logger().error("error", task="lists.announce", **described(error))


def announce_due() -> int:
    """Say what is newest where that was not said for half a day; return how many times."""
    signer()  # made at the first hour, so that a root can name it
    repository = opened()
    if not repository.versions("targets"):
        return 0
    with repository.writing():
        path = repository.metadata / "timestamp.json"
        ends = read(path).signed.expires if path.exists() else None
        if ends is not None and ends > datetime.now(UTC) + timedelta(days=announcing.USUAL.timestamp) - OFTEN:
            return 0
        announce(repository)
    return 1
