"""The clients of sources: made out of what a curator set, with the keys unsealed for as long as one is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from django.conf import settings

from vaern.client import ncmec, stopncii, threatexchange
from vaern.client.http import USUAL, Limits
from vaern.node.base.sealing import seal, unseal
from vaern.node.lists.models.sources import PURPOSE
from vaern.node.lists.rules.sources import SourceKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.client.fetching import Fetch
    from vaern.node.lists.models import ListSource

TRYING = Limits(connect=5.0, read=10.0, whole=20.0, tries=1)
"""How patient somebody is who waits before a page."""


@dataclass(frozen=True)
class Service:
    """How a kind of source is asked.

    Attributes:
        format: as the readers call what it gives.
        account, keys: whether it has an account; the names of its keys.
        tells: the name of the key with which opinions are sent up; "" where it takes none.
        checkpoint: what its client stores.
        client: makes the client, given address, account, keys, patience and clock.
    """

    format: str
    account: bool
    keys: tuple[str, ...]
    tells: str
    checkpoint: type[Any]
    client: Callable[[str, str, dict[str, str], Limits, Callable[[], datetime]], Any]


SERVICES: dict[SourceKind, Service] = {
    SourceKind.NCMEC: Service(
        "ncmec",
        account=True,
        keys=("key",),
        tells="key",
        checkpoint=ncmec.Checkpoint,
        client=lambda at, who, keys, limits, clock: ncmec.Ncmec(at, who, keys["key"], limits=limits, clock=clock),
    ),
    SourceKind.STOPNCII: Service(
        "stopncii",
        account=False,
        keys=("key", "password", "feedback"),
        tells="feedback",
        checkpoint=stopncii.Checkpoint,
        client=lambda at, _who, keys, limits, _clock: stopncii.StopNcii(
            keys["password"], keys["key"], feedback_key=keys["feedback"], base=at, limits=limits
        ),
    ),
    SourceKind.THREATEXCHANGE: Service(
        "threatexchange-json",
        account=True,
        keys=("key",),
        tells="",
        checkpoint=threatexchange.Checkpoint,
        client=lambda at, who, keys, limits, clock: threatexchange.ThreatExchange(
            who, keys["key"], base=at, limits=limits, clock=clock
        ),
    ),
}


def now_in_utc() -> datetime:
    """Return what time it is; the time of this place plays no part."""
    return datetime.now(UTC)


def sealed(keys: dict[str, str]) -> bytes:
    """Return keys as they are stored."""
    return seal(msgspec.json.encode(keys).decode(), PURPOSE)


def keys_of(source: ListSource) -> dict[str, str]:
    """Return the keys of a source by name; "" for one that was not given.

    Raises:
        Unsealable: they were sealed by another node's secret.
    """
    found: dict[str, str] = msgspec.json.decode(unseal(source.secret, PURPOSE) or "{}")
    return dict.fromkeys(SERVICES[SourceKind(source.kind)].keys, "") | found


def may_tell(source: ListSource) -> bool:
    """Whether the key is there with which opinions are sent to a source."""
    name = SERVICES[SourceKind(source.kind)].tells
    return bool(name and keys_of(source)[name])


def client_of(source: ListSource, *, limits: Limits = USUAL, clock: Callable[[], datetime] = now_in_utc) -> Any:
    """Return the client of a source.

    Raises:
        ClientError: the address is not valid.
        ValueError: the account is not valid.
        Unsealable: the keys were sealed by another node's secret.
    """
    service = SERVICES[SourceKind(source.kind)]
    limits = msgspec.structs.replace(limits, here=settings.CONFIGURATION.synthetic)
    return service.client(source.address, source.account, keys_of(source), limits, clock)


def fetch_of(source: ListSource, *, limits: Limits = USUAL, clock: Callable[[], datetime] = now_in_utc) -> Fetch[Any]:
    """Return what changed at a source since its checkpoint, as an iterator that asks as it goes.

    Raises:
        ClientError, ValueError, Unsealable: as of `client_of`.
    """
    service, client = SERVICES[SourceKind(source.kind)], client_of(source, limits=limits, clock=clock)
    before = None if source.checkpoint is None else msgspec.convert(source.checkpoint, service.checkpoint)
    found: Fetch[Any] = client.fetch(before)
    return found


def plain(checkpoint: Any) -> Any:
    """Return a checkpoint as it is stored."""
    return msgspec.to_builtins(checkpoint)
