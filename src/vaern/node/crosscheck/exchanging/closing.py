"""A pair ends when nothing of it passes with the node of one side: it was suspended, ended, or people agreed so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from vaern.node.crosscheck.intersection import acts, ending, pairs, sending
from vaern.node.crosscheck.rules import intersection_bodies as bodies
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import NODE, Reason, Why

if TYPE_CHECKING:
    from vaern.node.exchange.models import Peer


def close(peer: Peer) -> None:
    """End all pairs with organisations of a peer with which nothing of them passes now: off for both sides.

    The other node is told, where it is a peer still; a person of each side switches it on again.
    """
    if pairs.passes(peer):
        return
    there = Q(one__node=peer.name) | Q(other__node=peer.name)
    for pair in pairs.locking().filter(there, Q(one_since__isnull=False) | Q(other_since__isnull=False)).order_by("pk"):
        theirs = pair.elsewhere
        assert theirs is not None  # found by it
        ours = pair.partner_of(theirs.pk)
        if getattr(pair, f"{pair.side_of(ours.pk)}_since") is not None:
            sending.say(bodies.OFF, bodies.Switched(), ours, theirs)
        pair.one_since = pair.other_since = pair.one_by = pair.other_by = None
        pair.save()
        ending.over(pair)
        write(acts.CLOSED, ours.subject, NODE, Reason(Why.ADMINISTRATION), recipient=theirs.pk)
