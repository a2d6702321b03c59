"""The secret that members share and the hub never has: made by one, passed from node to node, replaced with overlap."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.sealing import seal_bytes, unseal_bytes
from vaern.node.crosscheck.elsewhere import acts
from vaern.node.crosscheck.models import SharedSecret
from vaern.node.crosscheck.models.hub import SHARED
from vaern.node.crosscheck.rules import hub as rules
from vaern.node.crosscheck.rules.hub_messages import ENROLLED, SECRET, Shared
from vaern.node.exchange.models import Peer
from vaern.node.exchange.outbox.actions import send_of_node
from vaern.node.exchange.outbox.queries import newest_body
from vaern.node.exchange.rules.peers import State
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Subject, Why

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from vaern.node.exchange.base.kinds import Delivery
    from vaern.node.organisations.viewers import Viewer

_SUBJECT = Subject("shared_secret")
_BY_CLOCK = Reason(Why.ADMINISTRATION)


@dataclass(frozen=True)
class Secret:
    """A secret that counts: its row's id, and itself."""

    id: int
    secret: bytes


def in_force() -> list[Secret]:
    """Return the secrets with which values are keyed now, the newest first: the last, and the one before in overlap."""
    return [Secret(row.pk, opened(row)) for row in _valid().order_by("-number", "-ident")]


def opened(row: SharedSecret) -> bytes:
    """Return the secret of a row."""
    return unseal_bytes(row.sealed, SHARED)


@transaction.atomic
def make(viewer: Viewer, reason: Reason) -> SharedSecret:
    """Make a new secret, which is passed to all members; the one before counts on for a while.

    Raises:
        Refusal: this node is a hub, which has none, or the last is young: others do not take the next one yet.
    """
    refuse_hub()
    newest = SharedSecret.objects.select_for_update().filter(ends_at=None).first()
    if newest is not None and newest.made_at > timezone.now() - rules.MADE_AFTER:
        raise Conflict(_("The key is not two days old. The others would not take the next one yet."))
    made = _put(newest.number + 1 if newest else 1, os.urandom(rules.SECRET), viewer)
    record(acts.SECRET_MADE, _SUBJECT, viewer.actor, reason)
    pass_on()
    return made


def refuse_hub() -> None:
    """Refuse to have the members' secret where values of members are kept.

    Raises:
        Refusal: this node is a hub.
    """
    if Peer.objects.filter(accepts__contains=[ENROLLED]).exists():
        raise Conflict(_("This node is a hub for others: it never has the key with which they key values."))


def take(delivery: Delivery) -> None:
    """Take a secret that another member passed on, if it is newer, and pass it on.

    Raises:
        Refusal: this node is a hub, it comes from a hub, it is older, or one came not long ago.
    """
    body: Shared = delivery.body
    if ENROLLED in {*delivery.peer.sends, *delivery.peer.accepts}:
        raise Refusal(rules.HOLDS_SECRET)
    if Peer.objects.filter(accepts__contains=[ENROLLED]).exists():
        raise Refusal(rules.HOLDS_SECRET)
    secret = bytes.fromhex(body.secret)
    ident = rules.identity(secret)
    newest = SharedSecret.objects.select_for_update().filter(ends_at=None).first()
    if newest is not None and bytes(newest.ident) == ident:
        return
    known = (newest.number, bytes(newest.ident)) if newest else (0, b"")
    if not rules.follows(body.number, ident, known) or SharedSecret.objects.filter(ident=ident).exists():
        raise Refusal(rules.OLDER_SECRET)
    recent = timezone.now() - rules.FRESH_AFTER
    if SharedSecret.objects.filter(came_from=delivery.peer, made_at__gt=recent).exists():
        raise Refusal(rules.TOO_SOON)
    _put(body.number, secret, None, delivery.peer)
    record(acts.SECRET_TAKEN, delivery.peer.subject, NODE, _BY_CLOCK)
    pass_on()


def pass_on() -> int:
    """Pass the newest secret to every member that was not passed it by this node; return to how many."""
    row = SharedSecret.objects.filter(ends_at=None).first()
    if row is None:
        return 0
    body, passed = Shared(number=row.number, secret=opened(row).hex()), 0
    for peer in members():
        last = newest_body(peer, SECRET, Shared)
        if peer.pk != row.came_from_id and (last is None or last != body):
            send_of_node(SECRET, body, peer)
            record(acts.SECRET_PASSED, peer.subject, NODE, _BY_CLOCK)
            passed += 1
    return passed


def members() -> QuerySet[Peer]:
    """Return the nodes with which the secret is shared: never one to which or from which keyed values go."""
    found = Peer.objects.filter(state=State.ACTIVE.value, sends__contains=[SECRET])
    return found.exclude(Q(sends__contains=[ENROLLED]) | Q(accepts__contains=[ENROLLED]))


def _put(number: int, secret: bytes, viewer: Viewer | None, peer: Peer | None = None) -> SharedSecret:
    SharedSecret.objects.filter(ends_at=None).update(ends_at=timezone.now() + rules.OVERLAP)
    return SharedSecret.objects.create(
        number=number,
        ident=rules.identity(secret),
        sealed=seal_bytes(secret, SHARED),
        came_from=peer,
        made_by=viewer.person if viewer else None,
    )


def _valid() -> QuerySet[SharedSecret]:
    return SharedSecret.objects.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()))
