"""Whoever fetches signed releases says, signed, which one is used here: its publisher has to know who matches what.

It is said when the release is taken *and* every process of this machine matches against it: what was fetched alone may
wait for a person. The file goes to the publisher by whatever way there is (ADR 0087).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from vaern.node.base.jobs import in_turn
from vaern.node.base.refusals import Conflict
from vaern.node.casework.releases import actions as releases
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.lists.base import disk
from vaern.node.lists.base.freshness import said_on_disk
from vaern.node.lists.models import ListSource
from vaern.node.lists.rules.sources import SourceKind
from vaern.node.lists.signing.repository import NO_COUNTRY
from vaern.node.lists.sources import acts, services
from vaern.node.lists.sources.locking import locked
from vaern.node.organisations.models import Organisation
from vaern.trust import acknowledging, keys
from vaern.trust.acknowledging import OtherRelease

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from securesystemslib.signer import CryptoSigner

    from vaern.node.lists.models import HashList
    from vaern.node.organisations.viewers import Viewer

QUALITY = Reason(Why.LIST_QUALITY)


def is_signed(source: ListSource | None) -> bool:
    """Return whether a source gives signed releases."""
    return source is not None and source.kind == SourceKind.RELEASES.value


def acknowledge_all() -> int:
    """Acknowledge the releases that are live here and were not acknowledged; return how many."""
    found = ListSource.everywhere.filter(kind=SourceKind.RELEASES.value, checkpoint__isnull=False)
    due = [one.list_id for one in found.order_by("list") if one.checkpoint["version"] != one.acknowledged]
    return in_turn("lists.sources.acknowledge", due, acknowledge)


@transaction.atomic
def acknowledge(id: UUID) -> int:
    """Acknowledge the release of a list that was taken, if it is live; return whether it is and was not before."""
    source = locked(id)
    if source is None or not is_signed(source) or not source.checkpoint or not is_live(source.list):
        return 0
    version = source.checkpoint["version"]
    if version == source.acknowledged:
        return 0
    signer = signer_of(source.list.organisation)
    try:
        said = acknowledging.acknowledge(services.folder_of(id), source.account, signer, version=version)
    except OtherRelease:  # a newer one was fetched meanwhile, and waits to be taken: it is acknowledged then
        return 0
    source.acknowledged, source.acknowledgement = version, said
    source.save(update_fields=["acknowledged", "acknowledgement"])
    record(acts.ACKNOWLEDGED, source.list.subject, NODE, QUALITY, details=str(version))
    return 1


def is_live(hash_list: HashList) -> bool:
    """Return whether what is matched against here has all changes of a list."""
    said = said_on_disk(disk.folder_of(hash_list.name))
    return said is not None and said.release == str(hash_list.published) and hash_list.published == hash_list.change


def signer_of(organisation: Organisation) -> CryptoSigner:
    """Return the key of an organisation as a subscriber, which is made when it is first needed; in a transaction."""
    path = _key(organisation.pk)
    if not path.exists():  # asked for again under the lock: a page and the job may come at once
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        country = organisation.member.code if organisation.member else NO_COUNTRY
        keys.make(path, organisation.name, country)
    return keys.read_private(path)


def keyid_of(organisation: UUID) -> str:
    """Return the id of that key; "" where there is none yet."""
    path = _public(organisation)
    return keys.read_public(path).keyid if path.exists() else ""


def _key(organisation: UUID) -> Path:
    path: Path = settings.SUBSCRIBER_KEYS / f"subscriber-{organisation}.key"
    return path


def _public(organisation: UUID) -> Path:
    path = _key(organisation)
    return path.with_name(path.name + keys.PUBLIC)


@transaction.atomic
def take_key(viewer: Viewer, reason: Reason, hash_list: HashList) -> tuple[str, bytes]:
    """Return the name and the bytes of the public key, by which a source knows what this organisation signs."""
    current = releases.locked(viewer, hash_list)
    signer_of(current.organisation)
    record(acts.KEY_TAKEN, current.subject, viewer.actor, reason)
    path = _public(current.organisation_id)
    return path.name, path.read_bytes()


@transaction.atomic
def take_acknowledgement(viewer: Viewer, reason: Reason, hash_list: HashList) -> tuple[str, bytes]:
    """Return the name and the bytes of the acknowledgement, for the publisher.

    Raises:
        Conflict: the list follows no signed releases, or none of them is used yet.
    """
    current = releases.locked(viewer, hash_list)
    source = _source(current)
    if not source.acknowledgement:
        raise Conflict(_("No release is acknowledged yet: that is done once one is taken and matched against."))
    record(acts.ACKNOWLEDGEMENT_TAKEN, current.subject, viewer.actor, reason, details=str(source.acknowledged))
    return f"{source.account}-{source.acknowledged}.ack.json", bytes(source.acknowledgement)


def _source(hash_list: HashList) -> ListSource:
    source: ListSource | None = ListSource.of(list=hash_list).filter(kind=SourceKind.RELEASES.value).first()
    if source is None:
        raise Conflict(_("This list follows no signed releases."))
    return source
