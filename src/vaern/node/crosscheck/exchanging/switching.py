"""Take that the other side switched it on or off, and the tags that it made by night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from vaern.node.base.refusals import Refusal
from vaern.node.crosscheck.intersection import acts, ending, holding, pairs, tag_files
from vaern.node.crosscheck.intersection.sending import OF_NODE
from vaern.node.crosscheck.rules import intersection_bodies as bodies
from vaern.node.crosscheck.rules.intersection import epoch_of
from vaern.node.exchange.models import Incoming
from vaern.node.exchange.models.inbox import Kept
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import NODE

if TYPE_CHECKING:
    from vaern.node.exchange.base.kinds import Delivery


def take_on(delivery: Delivery) -> None:
    """Note that the other side has it on.

    Raises:
        Refusal: it is about another pair, or this side's people do not let it pass both ways.
    """
    if not pairs.passes(delivery.peer):
        raise Refusal(bodies.NOT_ON)
    _switch(delivery, on=True)


def take_off(delivery: Delivery) -> None:
    """End it at once: the other side switched it off.

    Raises:
        Refusal: it is about another pair.
    """
    _switch(delivery, on=False)


def _switch(delivery: Delivery, *, on: bool) -> None:
    sender, recipient = delivery.organisations
    pair = pairs.of(delivery, make=True)
    side = pair.side_of(sender.pk)
    if (getattr(pair, f"{side}_since") is not None) == on:
        return
    setattr(pair, f"{side}_since", timezone.now() if on else None)
    pair.save()
    if not on:
        ending.over(pair)
    write(acts.WAS_ON if on else acts.WAS_OFF, recipient.subject, NODE, OF_NODE, recipient=sender.pk)


def take_tags(delivery: Delivery) -> None:
    """Keep the tags of what the other side holds, in the place of earlier ones.

    Raises:
        Refusal: it is not on, they are of another epoch or another number, or newer ones have come.
    """
    body: bodies.Tags = delivery.body
    sender, recipient = delivery.organisations
    pairs.of(delivery)
    now = epoch_of(timezone.now())
    if body.epoch not in {now, now + 1}:  # the other node's clock may be ahead
        raise Refusal(bodies.OTHER_EPOCH)
    if _newer_came(delivery):
        raise Refusal(bodies.OLDER_TAGS)
    assert delivery.file is not None  # of a kind that brings one
    epoch, found = tag_files.parsed(delivery.file)
    if epoch != body.epoch:
        raise Refusal(bodies.OTHER_EPOCH)
    if found.public.hex() != body.public:
        raise Refusal(bodies.OTHER_KEY)
    if (len(found.rows), found.digest.hex()) != (body.held, body.digest):
        raise Refusal(bodies.SIZE)
    holding.take(sender.pk, recipient.pk, body.epoch, found)
    write(acts.TAGS_CAME, recipient.subject, NODE, OF_NODE, recipient=sender.pk, count=body.held)


def _newer_came(delivery: Delivery) -> bool:
    """Whether tags that were sent later were taken in before; files arrive in any order."""
    row = delivery.row
    later = Q(stream__gt=row.stream) | Q(stream=row.stream, sequence__gt=row.sequence)
    taken = Incoming.objects.filter(peer=delivery.peer, kind=row.kind, about=row.about, state=Kept.TAKEN_IN.value)
    return taken.filter(later).exists()
