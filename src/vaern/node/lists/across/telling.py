"""The keeper's side: recipients on other nodes are told of releases and recalls, and what they acknowledge is taken."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from vaern.node.base.jobs import each
from vaern.node.base.refusals import Refusal
from vaern.node.casework.models import Release
from vaern.node.exchange.models import Outgoing
from vaern.node.exchange.outbox.actions import send, send_owed
from vaern.node.exchange.outbox.queries import body_sent
from vaern.node.exchange.releases.arrivals import terms_of
from vaern.node.exchange.rules.messages import Result
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Actor, Reason, Why
from vaern.node.lists.across import acts
from vaern.node.lists.across.messages import (
    MOST_ENTRIES,
    MOST_ROOTS,
    UNKNOWN_LETTER,
    UNKNOWN_LIST,
    Acknowledged,
    Recalled,
    Released,
)
from vaern.node.lists.base.signed import signed_of
from vaern.node.lists.models import HashList, ListSubset, RecallEffect
from vaern.node.lists.rules.effects import EffectKind, EffectState
from vaern.node.lists.signing.repository import opened, state_of
from vaern.node.lists.subscribers.actions import take_letter
from vaern.trust.faults import TrustError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.exchange.base.kinds import Delivery
    from vaern.node.exchange.rules.messages import Receipt
    from vaern.node.lists.base.signed import Signed
    from vaern.node.lists.models import EntryRecall
    from vaern.node.organisations.viewers import Viewer

RELEASED, RECALLED, ACKNOWLEDGED = "list.released", "list.recalled", "list.acknowledged"
QUALITY = Reason(Why.LIST_QUALITY)
TO_TELL = {"kind": EffectKind.SUBSCRIBER.value, "state": EffectState.TO_TELL.value}


class Across:
    """What the rooms below are provided with (`lists.base.elsewhere`)."""

    def released(self, viewer: Viewer, reason: Reason, signed: Signed, releases: Sequence[Release]) -> None:
        """Send the notice with the release, by which its recipient has the same release there."""
        for release in releases:
            _send(signed, release, viewer.actor, reason)

    def announced(self, signed: Signed) -> None:
        """Send the notice to each recipient that does not know of this release; who cannot be told now fetches."""
        body = notice_of(signed)
        for release in abroad(signed):
            last = Outgoing.objects.filter(about=release.pk, kind=RELEASED).order_by("-id").first()
            said = body_sent(last, Released) if last is not None else None
            if last is not None and (said is None or said.version < body.version):
                _send_if_open(signed, release)

    def recalled(self, hash_list: HashList, recalls: Sequence[EntryRecall]) -> None:
        """Send which entries were recalled to whoever is written down as a recipient of them."""
        found = RecallEffect.everywhere.filter(recall__in=[one.pk for one in recalls], **TO_TELL)
        rows = found.exclude(organisation__node="").values_list("organisation", "recall__ident").order_by("recall")
        idents: dict[UUID, list[str]] = {}
        for organisation, ident in rows:
            idents.setdefault(organisation, []).append(ident)
        releases = {one.recipient_id: one for signed in reversed(signed_of(hash_list)) for one in abroad(signed)}
        for organisation, gone in idents.items():
            if organisation in releases:
                _tell_recalled(releases[organisation], gone)


def abroad(signed: Signed) -> Iterable[Release]:
    """Return the releases of a list, or a subset, to organisations of other nodes."""
    found = Release.valid().filter(kind=signed.KIND, record=signed.pk).exclude(recipient__node="")
    return found.select_related("owner__member", "recipient__member").order_by("pk")


def notice_of(signed: Signed) -> Released:
    """Return what recipients elsewhere are told of a list, or a subset."""
    found, roots = state_of(signed.name), list[str]()
    try:
        documents = opened().versions("root")
        roots = [hashlib.sha256(documents[one].read_bytes()).hexdigest() for one in sorted(documents)[-MOST_ROOTS:]]
    except (TrustError, OSError):  # the page of the list says so
        found = None
    return Released(
        name=signed.name,
        title=signed.title,
        version=found.version if found else 0,
        address=settings.CONFIGURATION.releases_address,
        roots=roots,
    )


def _send(signed: Signed, release: Release, by: Actor, reason: Reason) -> None:
    send(
        RELEASED,
        notice_of(signed),
        sender=release.owner,
        recipient=release.recipient,
        about=release.pk,
        by=by,
        reason=reason,
        terms=terms_of(release),
    )


def _send_if_open(signed: Signed, release: Release) -> None:
    with suppress(Refusal):  # the exchange is not open: they fetch by their clock
        _send(signed, release, NODE, QUALITY)


def tell_all() -> int:
    """Tell of what is signed by now; return how many lists and subsets have recipients elsewhere."""
    given = Release.valid().filter(kind__in=[HashList.KIND, ListSubset.KIND]).exclude(recipient__node="")
    records = set(given.filter(owner__node="").values_list("record", flat=True))
    found = [one for model in (HashList, ListSubset) for one in model.everywhere.filter(pk__in=records).order_by("pk")]
    return each("lists.across.tell", found, _tell)


def _tell(signed: Signed) -> int:
    Across().announced(signed)
    return 0


def _tell_recalled(release: Release, idents: list[str]) -> None:
    for start in range(0, len(idents), MOST_ENTRIES):
        send_owed(
            RECALLED,
            Recalled(idents[start : start + MOST_ENTRIES]),
            sender=release.owner,
            recipient=release.recipient,
            about=release.pk,
            by=NODE,
            reason=QUALITY,
        )


def told(row: Outgoing, receipt: Receipt) -> None:
    """Note that the other node took a recall in: its recipients are told from then on."""
    body = body_sent(row, Recalled)
    if receipt.result is Result.TAKEN_IN and body is not None:
        _effects(row.about, row.recipient_id, body.entries).filter(state=EffectState.TO_TELL.value).update(
            state=EffectState.TOLD.value, told_at=timezone.now()
        )


def _effects(release: UUID | None, organisation: UUID | None, idents: Sequence[str]) -> QuerySet[RecallEffect]:
    found = Release.everywhere.filter(pk=release, kind__in=[HashList.KIND, ListSubset.KIND]).first()
    lists = [found.record] if found else []
    lists += ListSubset.everywhere.filter(pk__in=lists).values_list("list", flat=True)
    return RecallEffect.everywhere.filter(
        recall__list__in=lists, recall__ident__in=idents, organisation=organisation, kind=EffectKind.SUBSCRIBER.value
    )


def take_acknowledgement(delivery: Delivery) -> None:
    """Take what a recipient elsewhere acknowledges: recalls of entries, or the use of a signed release.

    Raises:
        Refusal: no list was released to the sender by that id, or nobody who subscribes signed what it says.
    """
    sender, recipient = delivery.organisations
    body: Acknowledged = delivery.body
    release = Release.everywhere.filter(pk=delivery.about, owner=recipient, recipient=sender).first()
    signed = _signed(release) if release else None
    if release is None or signed is None:
        raise Refusal(UNKNOWN_LIST)
    said = ""
    if body.document:
        try:
            said = take_letter(signed, body.document.encode())
        except Refusal:
            raise Refusal(UNKNOWN_LETTER) from None
    now, open_ones = timezone.now(), {EffectState.TO_TELL.value, EffectState.TOLD.value}
    rows = _effects(release.pk, sender.pk, body.entries).filter(state__in=open_ones)
    rows.filter(told_at=None).update(told_at=now)
    count = rows.update(state=EffectState.ACKNOWLEDGED.value, acknowledged_at=now)
    by = Actor(organisation=sender.id)
    record(acts.ACKNOWLEDGED, signed.subject, by, QUALITY, count=count, details=said)


def _signed(release: Release) -> Signed | None:
    model = {HashList.KIND: HashList, ListSubset.KIND: ListSubset}.get(release.kind)
    found: Signed | None = model.everywhere.filter(pk=release.record).first() if model else None
    return found
