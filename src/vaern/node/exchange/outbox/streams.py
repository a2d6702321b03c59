"""Streams of what goes out: a new one begins where the numbers of the last can no longer be trusted.

A database that was restored from a backup has forgotten places that it gave. Were it to give them again, the peer would
take a new message for one that it has. So what is not settled gets a place in a new stream; the peer knows by the ids
what came before, and says once more what became of it.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from vaern.node.exchange.models import Outgoing, OwnReceipt, Peer


def fresh_stream(above: int = 0) -> int:
    """Return the number of a new stream: the seconds of the day and age, so that a restored node's is higher.

    Args:
        above: the highest of this node's that is known, here or by the peer's word; a clock may be a day behind.
    """
    return max(int(timezone.now().timestamp()), above + 1)


def send_again(peer: Peer, stream: int, up_to: int) -> None:
    """Give what a peer does not have of an earlier stream a place in this one, settled or not: it forgot it too.

    Args:
        peer: its row is locked.
        stream: the newest of ours that it knows.
        up_to: it has all of that up to here.
    """
    beyond = Q(stream=stream, sequence__gt=up_to) | Q(stream__gt=stream)
    rows = Outgoing.objects.filter(beyond, peer=peer, stream__lt=peer.stream, made_at__gte=peer.confirmed_at)
    rows.update(stream=None, sequence=None, received_at=None)


def begin_stream(peer: Peer, above: int = 0, *, sends_again: bool = True) -> None:
    """Count anew what is sent to a peer, its receipts and envelopes too.

    Args:
        peer: its row is locked and saved by the caller.
        above: the highest of our streams that the peer knows of.
        sends_again: what is not settled comes first; else it gets its place in the stream of before, and never leaves.
    """
    if not sends_again:
        left = list(Outgoing.objects.filter(peer=peer, sequence=None).order_by("id"))
        for number, row in enumerate(left, peer.numbered + 1):
            row.stream, row.sequence = peer.stream, number
        Outgoing.objects.bulk_update(left, ["stream", "sequence"])
    peer.stream = fresh_stream(max(peer.stream, above))
    peer.numbered = peer.receipts_numbered = peer.envelopes = 0
    peer.they_have, peer.they_hold = 0, []
    if sends_again:
        Outgoing.objects.filter(peer=peer, settled_at=None).update(stream=None, sequence=None, received_at=None)
    OwnReceipt.objects.filter(peer=peer, number__gt=peer.they_heard).update(stream=None, number=None)
    peer.they_heard = 0
