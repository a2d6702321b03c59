"""Receive an envelope: keep what is in it, and what it says of what we sent, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from vaern.node.exchange.base import keys
from vaern.node.exchange.calls.composing import Closed
from vaern.node.exchange.inbox.keeping import keep
from vaern.node.exchange.inbox.taking import refuse
from vaern.node.exchange.models import Outgoing, Peer
from vaern.node.exchange.outbox.actions import card_of, settle
from vaern.node.exchange.outbox.streams import begin_stream, send_again
from vaern.node.exchange.pieces import coming, leaving
from vaern.node.exchange.rules.canonical import Malformed
from vaern.node.exchange.rules.envelopes import open_sealed
from vaern.node.exchange.rules.messages import read_receipts
from vaern.node.exchange.rules.peers import SPEAKS, State

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.exchange.rules.envelopes import Contents, Direction
    from vaern.node.exchange.rules.messages import Receipts
    from vaern.proofs.checkpoints import VerifierKey


LAST_STREAM = 1 << 49
"""Beyond it a peer says what cannot be."""

_CHANGED = (
    *("their_stream", "up_to", "heard", "their_envelope", "they_heard", "they_have", "they_hold", "their_room"),
    *("answered_at", "failing_since", "problem", "stream", "numbered", "receipts_numbered", "envelopes"),
)
"""What an envelope changes of a peer's row; what follows from its receipts (`Kind.answered`) changes other things."""


def keys_of(peer: Peer) -> list[VerifierKey]:
    """Return the keys with which a peer may sign: those on the card that is believed, and no other."""
    return card_of(peer).keys()


def receive(peer: UUID, line: Direction, sealed: bytes) -> Contents:
    """Keep what is in an envelope whose line was verified, and return its contents.

    Raises:
        Malformed: it cannot be opened, or its receipts are not of this peer: nothing is kept.
        Closed: nothing passes with this peer (any more).
    """
    contents = open_sealed(line, sealed, keys.opening_keys())
    with transaction.atomic():
        current = Peer.objects.select_for_update(no_key=True).get(pk=peer)
        if State(current.state) not in SPEAKS:
            raise Closed
        known, name = keys_of(current), keys.name()
        newest = (contents.stream, contents.number) > (current.their_stream, current.their_envelope)
        keep(current, contents, known, name)
        if newest:
            current.their_envelope = contents.number
            Peer.objects.filter(pk=peer).update(our_key=_key_with(line.key))
            _take_statements(current, contents, known, name)
            leaving.note(current, contents.wants)
            current.answered_at, current.failing_since, current.problem = timezone.now(), None, ""
        current.save(update_fields=_CHANGED)
        for row, because in coming.take(current, contents.pieces):
            refuse(row, because)
    return contents


def _key_with(opening: str) -> str:
    """Return the id of our signing key that belongs to one to open with: who seals with that knows no newer pair.

    So a peer that was restored from a backup is spoken to with the keys that it knows, until it has our card again.
    """
    pairs = zip(keys.opening_keys(), keys.signing_keys(), strict=False)
    return next(signing.verifier.id.hex() for one, signing in pairs if one.sealing.id == opening)


def _take_statements(peer: Peer, contents: Contents, known: list[VerifierKey], name: str) -> None:
    """Take what the newest envelope of a peer says of our messages, of our receipts, and of its room."""
    if contents.receipts:
        document = contents.receipts.encode()
        receipts = read_receipts(document, known, peer.name, name)
        _note_kept(peer, receipts)
        settle(peer, receipts, document)
    if contents.heard_of == peer.stream and contents.heard <= peer.receipts_numbered:
        peer.they_heard = contents.heard
    peer.their_room = contents.room


def _note_kept(peer: Peer, receipts: Receipts) -> None:
    """Note up to where the peer keeps what we sent.

    A peer that was restored from a backup keeps less than it said before: what is above goes once more, so far as it is
    still here.
    """
    if receipts.stream > peer.stream:  # this node was restored twice, with a clock that was behind
        if receipts.stream > LAST_STREAM:
            raise Malformed("the receipts are of a stream that never was")
        begin_stream(peer, above=receipts.stream)
    if receipts.stream != peer.stream:  # it has nothing of this stream yet
        send_again(peer, receipts.stream, receipts.up_to)
        up_to, beyond = 0, []
    elif receipts.up_to > peer.numbered or (receipts.beyond and max(receipts.beyond) > peer.numbered):
        raise Malformed("the receipts are of messages that were never sent")
    else:
        up_to, beyond = receipts.up_to, list(receipts.beyond)
    rows = Outgoing.objects.filter(peer=peer, stream=peer.stream)
    if up_to < peer.they_have:
        rows.filter(sequence__gt=up_to, settled_at=None).update(received_at=None)
    now = timezone.now()
    rows.filter(received_at=None, sequence__gt=min(up_to, peer.they_have), sequence__lte=up_to).update(received_at=now)
    if beyond:
        rows.filter(received_at=None, sequence__in=beyond).update(received_at=now)
    peer.they_have, peer.they_hold = up_to, beyond
