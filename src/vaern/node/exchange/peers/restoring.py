"""After this node was restored from a backup: count anew, and tell every peer which keys it has."""

from __future__ import annotations

from django.db import transaction

from vaern.node.exchange.models import Peer
from vaern.node.exchange.outbox.streams import begin_stream
from vaern.node.exchange.peers import acts
from vaern.node.exchange.peers.cards import send_card
from vaern.node.exchange.rules.peers import CONFIRMED
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Subject, Why

STREAMS = Subject("exchange_streams")


@transaction.atomic
def go_on_after_restore() -> int:
    """Begin a new stream to every peer, and send it our card; return to how many.

    Keys that were made after the backup are gone. A peer that seals with them is not understood here, but it hears us,
    as long as the key with which we sign is one that it has (`cards.OVERLAP`); so it learns what to seal with.
    """
    peers = list(Peer.objects.select_for_update().filter(state__in=CONFIRMED).order_by("pk"))
    for peer in peers:
        begin_stream(peer)
        peer.save()
        send_card(peer)
    if peers:
        record(acts.COUNTED_ANEW, STREAMS, NODE, Reason(Why.ADMINISTRATION), count=len(peers))
    return len(peers)
