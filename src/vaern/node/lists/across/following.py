"""The recipient's side: a notice lets the list be fetched at once, and a recall takes the entry out at once.

Nothing of a notice is believed but that it is time to look: what is fetched, from where and by whose signatures a
person here set. A recall is a withdrawal by the list's source, with its bounds: much of it waits for a person.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.base.jobs import each
from vaern.node.base.refusals import Refusal
from vaern.node.casework.models import Release
from vaern.node.casework.releases.queries import subject_of
from vaern.node.exchange.outbox.actions import send_owed
from vaern.node.exchange.releases.arrivals import arrived
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.lists.across import acts
from vaern.node.lists.across.messages import (
    MOST_ENTRIES,
    MOST_OWED,
    NOT_RELEASED,
    TOO_MANY_OWED,
    Acknowledged,
    Recalled,
    Released,
)
from vaern.node.lists.across.telling import ACKNOWLEDGED
from vaern.node.lists.models import HashList, ListEntry, ListNotice, ListSource
from vaern.node.lists.rules.entries import MATCHED
from vaern.node.lists.rules.sources import SourceKind
from vaern.node.lists.sources.acknowledging import is_live
from vaern.node.lists.sources.jobs import fetch_soon
from vaern.node.lists.sources.withdrawing import withdraw

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.exchange.base.kinds import Delivery

QUALITY = Reason(Why.LIST_QUALITY)

SELDOM = timedelta(minutes=1)
"""A source is not asked more often, whatever its publisher's node says."""


def take_notice(delivery: Delivery) -> None:
    """Have a list among those that were released to its recipient, and fetch what follows it.

    Raises:
        Refusal: the release's terms are none, or it is not one of a list, or is over.
    """
    body: Released = delivery.body
    release = _release(delivery)
    if release is None:
        release = arrived(delivery, HashList.KIND)
        notice = ListNotice(release=release)
    else:
        found = ListNotice.everywhere.select_for_update(of=("self",)).filter(release=release).first()
        if found is None or not Release.valid().filter(pk=release.pk).exists():
            raise Refusal(NOT_RELEASED)
        notice = found
    newer = body.version > notice.version
    notice.version = max(body.version, notice.version)
    notice.name, notice.title, notice.address = body.name, body.title, body.address
    notice.roots, notice.at = list(body.roots), timezone.now()
    notice.save()
    record(acts.NOTICED, subject_of(release), NODE, QUALITY, details=str(body.version))
    for source in sources_of(notice) if newer else ():
        _fetch(source)


def _fetch(source: ListSource) -> None:
    """Fetch a list now, or in a minute where that was just done."""
    now = timezone.now()
    if source.asked_at is not None and source.asked_at > now - SELDOM:
        ListSource.everywhere.filter(pk=source.pk).update(next_at=source.asked_at + SELDOM)
        return
    ListSource.everywhere.filter(pk=source.pk).update(next_at=now)
    fetch_soon(source.list_id)


def take_recall(delivery: Delivery) -> None:
    """Withdraw entries of what follows a list, as its source would; what rested on them is followed from there.

    Raises:
        Refusal: no list was released by that id, or nothing of it was acknowledged for too long.
    """
    body: Recalled = delivery.body
    release = _release(delivery)
    notice = ListNotice.everywhere.select_for_update(of=("self",)).filter(release=release).first() if release else None
    if release is None or notice is None:
        raise Refusal(NOT_RELEASED)
    owed = sorted({*notice.recalled, *body.entries})
    if len(owed) > MOST_OWED:
        raise Refusal(TOO_MANY_OWED)
    notice.recalled = owed
    notice.save(update_fields=["recalled"])
    record(acts.RECALLED, subject_of(release), NODE, QUALITY, count=len(body.entries))
    for source in sources_of(notice):
        withdraw(source.list_id, body.entries)


def _release(delivery: Delivery) -> Release | None:
    """Return the release that a message is about, between just these two organisations."""
    sender, recipient = delivery.organisations
    rows = Release.everywhere.select_for_update(of=("self",)).select_related("owner", "recipient")
    found: Release | None = rows.filter(pk=delivery.about, owner=sender, recipient=recipient).first()
    return found


def sources_of(notice: ListNotice) -> list[ListSource]:
    """Return the sources of the recipient's lists that are this list: by name, and by the root that people gave."""
    found = ListSource.everywhere.select_related("list").filter(
        kind=SourceKind.RELEASES.value, account=notice.name, list__organisation=notice.release.recipient_id
    )
    return [one for one in found if hashlib.sha256(one.root).hexdigest() in notice.roots]


def acknowledge_all() -> int:
    """Tell keepers elsewhere what is true here by now; return how many were told something."""
    owing = ListNotice.everywhere.filter(release__recalled_at=None).order_by("at").values_list("pk", flat=True)
    return each("lists.across.acknowledge", owing, acknowledge)


def acknowledge(id: UUID) -> int:
    """Acknowledge what is done of one list: which release is used, and which recalled entries match nothing here."""
    rows = ListNotice.everywhere.select_for_update(of=("self",))
    notice = rows.select_related("release__owner", "release__recipient").filter(pk=id).first()
    if notice is None:
        return 0
    sources = sources_of(notice)
    gone = _gone(notice, sources)[:MOST_ENTRIES]
    used = next((one for one in sources if one.acknowledged > notice.acknowledged), None)
    if not gone and used is None:
        return 0
    document = bytes(used.acknowledgement).decode() if used else ""
    sent = send_owed(
        ACKNOWLEDGED,
        Acknowledged(gone, document),
        sender=notice.release.recipient,
        recipient=notice.release.owner,
        about=notice.release_id,
        by=NODE,
        reason=QUALITY,
    )
    if sent is None:
        return 0
    notice.recalled = sorted(set(notice.recalled) - set(gone))
    notice.acknowledged = used.acknowledged if used else notice.acknowledged
    notice.save(update_fields=["recalled", "acknowledged"])
    return 1


def _gone(notice: ListNotice, sources: list[ListSource]) -> list[str]:
    """Return the recalled entries with which nothing here matches any more; none while no list here follows it."""
    if not sources or not notice.recalled or not all(is_live(one.list) for one in sources):
        return []
    lists = [one.list_id for one in sources]
    matched = ListEntry.everywhere.filter(
        list__in=lists, ident__in=notice.recalled, state__in=[state.value for state in MATCHED]
    )
    return sorted(set(notice.recalled) - set(matched.values_list("ident", flat=True)))


def end_notices() -> int:
    """Erase, each night, what is known of lists whose release is over; return how many."""
    over = ListNotice.everywhere.exclude(release__in=Release.valid().values("pk"))
    return int(over.delete()[0])
