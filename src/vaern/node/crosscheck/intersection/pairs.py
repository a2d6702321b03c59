"""Pairs of organisations, each of which exists once; and with whom on other nodes one can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.base.refusals import Refusal
from vaern.node.crosscheck.models import ComparisonPair
from vaern.node.crosscheck.rules.intersection_bodies import NOT_ON, ON, OTHER_PAIR, pair_id
from vaern.node.exchange.outbox.queries import getting
from vaern.node.exchange.rules.peers import State

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.exchange.base.kinds import Delivery
    from vaern.node.exchange.models import Peer


def locking() -> QuerySet[ComparisonPair]:
    """Return pairs as they are locked, with their two sides."""
    found: QuerySet[ComparisonPair] = ComparisonPair.everywhere.select_for_update(of=("self",), no_key=True)
    return found.select_related("one", "other")


def made(one: UUID, other: UUID) -> ComparisonPair:
    """Return the pair of two organisations, locked; it is made if there was none."""
    id, (low, high) = pair_id(one, other), sorted([one, other])
    ComparisonPair.everywhere.get_or_create(pk=id, defaults={"one_id": low, "other_id": high})
    return locking().get(pk=id)


def of(delivery: Delivery, *, make: bool = False) -> ComparisonPair:
    """Return the pair of the two sides of a message, locked.

    Args:
        delivery: the message.
        make: it need not be on, and may be the first that is heard.

    Raises:
        Refusal: it is about another pair, or it is not on for both.
    """
    sender, recipient = delivery.organisations
    if delivery.about != pair_id(sender.pk, recipient.pk):
        raise Refusal(OTHER_PAIR)
    if make:
        return made(sender.pk, recipient.pk)
    pair = locking().filter(pk=delivery.about).first()
    if pair is None or not pair.on:
        raise Refusal(NOT_ON)
    return pair


def nodes() -> list[str]:
    """Return the nodes with whose organisations a pair can be: "", this one, always."""
    return ["", *getting(ON)]


def passes(peer: Peer) -> bool:
    """Whether people let this node compare with a peer now; all else that is said of it follows from that."""
    return State(peer.state) is State.ACTIVE and ON in peer.accepts and ON in peer.sends
