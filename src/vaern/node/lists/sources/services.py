"""The clients of sources: made out of what a curator set, with the keys unsealed for as long as one is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from django.conf import settings

from vaern.client import mirrors, ncmec, releases, stopncii, tables, threatexchange
from vaern.client.fetching import utc_now
from vaern.client.http import USUAL, ClientError, Limits
from vaern.formats.csv_mappings import CsvMapping
from vaern.node.base.sealing import seal, unseal
from vaern.node.lists.models import ListIntake
from vaern.node.lists.models.sources import PURPOSE
from vaern.node.lists.rules.intake import WAITING
from vaern.node.lists.rules.lists import Holds, told
from vaern.node.lists.rules.sources import SourceKind

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.client.fetching import Fetch
    from vaern.node.lists.models import ListSource

TRYING = Limits(connect=5.0, read=10.0, whole=20.0, tries=1)
"""How patient somebody is who waits before a page."""


Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Service:
    """How a kind of source is asked.

    Attributes:
        format: as the readers call what it gives.
        checkpoint: what its client stores.
        client: makes the client, given the source, its keys, patience and clock.
        keys: the names of its keys; of these `key` is needed, unless it is open.
        account: whether it has an account; and `named`: whether that is needed.
        open: it may be asked without a key.
        tells: the name of the key with which opinions are sent up; "" where it takes none.
        paged: what it gives comes in pages, which a fault names.
        patience: with which it is asked.
    """

    format: str
    checkpoint: type[Any]
    client: Callable[[ListSource, dict[str, str], Limits, Clock], Any]
    keys: tuple[str, ...] = ("key",)
    account: bool = True
    named: bool = True
    open: bool = False
    tells: str = ""
    paged: bool = True
    patience: Limits = USUAL


def _ncmec(source: ListSource, keys: dict[str, str], limits: Limits, clock: Clock) -> ncmec.Ncmec:
    return ncmec.Ncmec(source.address, source.account, keys["key"], limits=limits, clock=clock)


def _stopncii(source: ListSource, keys: dict[str, str], limits: Limits, _clock: Clock) -> stopncii.StopNcii:
    up = keys["feedback_key"]
    return stopncii.StopNcii(keys["password"], keys["key"], feedback_key=up, base=source.address, limits=limits)


def _threatexchange(
    source: ListSource, keys: dict[str, str], limits: Limits, clock: Clock
) -> threatexchange.ThreatExchange:
    return threatexchange.ThreatExchange(source.account, keys["key"], base=source.address, limits=limits, clock=clock)


def _table(source: ListSource, keys: dict[str, str], limits: Limits, _clock: Clock) -> tables.Table:
    saved = source.list.csv_mapping
    mapping = msgspec.convert(saved, CsvMapping) if saved else None
    kind = told(Holds(source.list.holds))
    return tables.Table(source.address, source.account, keys["key"], mapping=mapping, kind=kind, limits=limits)


def folder_of(id: UUID) -> Path:
    """Return where the signed release of a fetched list lies, with what was seen of its repository."""
    return Path(settings.CONFIGURATION.home) / "fetched" / str(id)


def _releases(source: ListSource, _keys: dict[str, str], limits: Limits, _clock: Clock) -> releases.Releases:
    folder = None if limits.tries == TRYING.tries else folder_of(source.list_id)
    waiting = ListIntake.of(list=source.list).filter(beginning=source.beginning, state__in=WAITING)
    held = [*waiting.values_list("checkpoint", flat=True), source.checkpoint]
    checkpoints = [msgspec.convert(one, releases.Checkpoint) for one in held if one is not None]
    there = releases.over_http(source.address, source.account, bytes(source.root), limits=limits)
    return releases.Releases(there, folder, held=checkpoints)


SERVICES: dict[SourceKind, Service] = {
    SourceKind.NCMEC: Service("ncmec", ncmec.Checkpoint, _ncmec, tells="key"),
    SourceKind.STOPNCII: Service(
        "stopncii",
        stopncii.Checkpoint,
        _stopncii,
        keys=("key", "password", "feedback_key"),
        account=False,
        tells="feedback_key",
    ),
    SourceKind.THREATEXCHANGE: Service("threatexchange-json", threatexchange.Checkpoint, _threatexchange),
    SourceKind.TABLE: Service(
        "csv", tables.Checkpoint, _table, named=False, open=True, paged=False, patience=tables.PATIENCE
    ),
    SourceKind.RELEASES: Service(
        "release", releases.Checkpoint, _releases, keys=(), open=True, paged=False, patience=mirrors.LIMITS
    ),
}


def words_of(error: Exception) -> str:
    """Return what went wrong with a source: in its client's words; of anything else the kind alone, for words quote."""
    return str(error) if isinstance(error, ClientError) else type(error).__name__


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


def client_of(source: ListSource, *, limits: Limits | None = None, clock: Clock = utc_now) -> Any:
    """Return the client of a source.

    Raises:
        ClientError: the address is not valid.
        ValueError: the account is not valid.
        Unsealable: the keys were sealed by another node's secret.
    """
    service = SERVICES[SourceKind(source.kind)]
    patience = msgspec.structs.replace(limits or service.patience, here=settings.CONFIGURATION.synthetic)
    return service.client(source, keys_of(source), patience, clock)


def fetch_of(source: ListSource, *, limits: Limits | None = None, clock: Clock = utc_now) -> Fetch[Any]:
    """Return what changed at a source since its checkpoint, or what it withdrew was taken to, as it is asked for.

    Raises:
        ClientError, ValueError, Unsealable: as of `client_of`.
    """
    service, client = SERVICES[SourceKind(source.kind)], client_of(source, limits=limits, clock=clock)
    known = source.checkpoint if source.ahead is None else source.ahead
    before = None if known is None else msgspec.convert(known, service.checkpoint)
    found: Fetch[Any] = client.fetch(before)
    return found


def plain(checkpoint: Any) -> Any:
    """Return a checkpoint as it is stored."""
    return msgspec.to_builtins(checkpoint)
