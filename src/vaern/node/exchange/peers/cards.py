"""Our own card, a peer's new one, and how keys rotate: a new pair is told to each peer under the one that it knows.

Until a peer has taken in the card with the new keys, all that it gets is signed with the earlier one; what it seals
with either, we open. When all have it and the overlap is over, the earlier pair is deleted.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.base.refusals import Refusal
from vaern.node.exchange.base import keys
from vaern.node.exchange.base.kinds import Delivery, Kind, understood
from vaern.node.exchange.calls.composing import signing_key_for
from vaern.node.exchange.models import Outgoing, Peer
from vaern.node.exchange.outbox.actions import card_of, send_of_node
from vaern.node.exchange.peers import acts, witnessing
from vaern.node.exchange.rules.identity import LARGEST_CARD, Card, read_card, sign_card
from vaern.node.exchange.rules.peers import CONFIRMED, State
from vaern.node.ledger.keys import verifier_key
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Subject, Why

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer
    from vaern.proofs.checkpoints import SigningKey

OVERLAP = timedelta(days=30)
"""How long an earlier pair of keys stays good at least."""

OLDER_CARD = "older_card"
OTHER_NODE = "card_of_other_node"

KEYS = Subject("exchange_keys")


class NewCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `exchange.card`: a signed card."""

    card: Annotated[str, msgspec.Meta(max_length=LARGEST_CARD)]


def own_card(sign: SigningKey | None = None) -> bytes:
    """Return this node's card as it is now, signed.

    Args:
        sign: the key that the reader knows; the newest if None.
    """
    configuration, now = settings.CONFIGURATION, timezone.now()
    signing = keys.signing_keys()
    card = Card(
        format="vaern-card/1",
        name=signing[0].name,
        address=configuration.address if configuration.exchange_answers else "",
        issued=keys.issue(int(now.timestamp() * 1000)),
        signing=[str(key.verifier) for key in signing],
        sealing=[key.sealing for key in keys.opening_keys()],
        ledger=str(verifier_key()),
        witness=witnessing.own_keys(),
        types=understood(),
        synthetic=configuration.synthetic,
        at=now,
    )
    return sign_card(card, sign or signing[0])


def take_card(delivery: Delivery) -> None:
    """Take a peer's new card: it is signed with a key that the peer had before.

    Raises:
        Refusal: it is of another node, or older than the one that is believed.
        Malformed: it is none, or nobody whom we know signed it.
    """
    peer = Peer.objects.select_for_update().get(pk=delivery.peer.pk)
    document = delivery.body.card.encode()
    card = read_card(document, card_of(peer).keys())
    if card.name != peer.name or card.synthetic != settings.CONFIGURATION.synthetic:
        raise Refusal(OTHER_NODE)
    if card.issued <= peer.issued:
        raise Refusal(OLDER_CARD)
    peer.card, peer.issued, peer.address = document, card.issued, card.address
    peer.save(update_fields=["card", "issued", "address"])
    witnessing.follow(peer, card)
    record(acts.CARD_TAKEN, peer.subject, NODE, Reason(Why.ADMINISTRATION))


def send_card(peer: Peer) -> Outgoing:
    """Tell a peer our card as it is now, under a key of ours that it knows."""
    return send_of_node(CARD_KIND.name, NewCard(own_card(signing_key_for(peer)).decode()), peer)


@transaction.atomic
def rotate(viewer: Viewer, reason: Reason) -> None:
    """Give the node new keys, and tell every peer."""
    keys.add_pair()  # stays if what follows is undone: each peer's row says which key it knows
    for peer in Peer.objects.filter(state__in=CONFIRMED):
        send_card(peer)
    record(acts.KEYS_ROTATED, KEYS, viewer.actor, reason)


@transaction.atomic
def drop_earlier_keys() -> int:
    """Delete the keys before the newest once every peer knows that and the overlap is over; return how many went."""
    signing = keys.signing_keys()
    if len(signing) < 2:
        return 0
    newest = signing[0].verifier.id.hex()
    others = Peer.objects.exclude(state=State.ENDED.value).exclude(our_key=newest)
    made_at = (keys.folder() / f"{keys.SIGNING}.{keys.newest()}").stat().st_mtime
    if others.exists() or timezone.now().timestamp() - made_at < OVERLAP.total_seconds():
        return 0
    dropped = keys.drop_earlier(1)
    for peer in Peer.objects.filter(state__in=CONFIRMED):
        send_card(peer)
    record(acts.KEYS_DROPPED, KEYS, NODE, Reason(Why.RETENTION))
    return dropped


CARD_KIND = Kind("exchange.card", _("A node’s card"), {1: NewCard}, take=take_card)
