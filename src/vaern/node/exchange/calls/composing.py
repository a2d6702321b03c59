"""Compose an envelope for a peer: places and numbers in the order of commits, then as much as it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.db import transaction
from django.utils import timezone

from vaern.node.base import sql
from vaern.node.base.sealing import unseal_bytes
from vaern.node.exchange.base import keys
from vaern.node.exchange.inbox.keeping import beyond, waiting_of
from vaern.node.exchange.models import Outgoing, OwnReceipt, Peer
from vaern.node.exchange.models.outbox import PURPOSE
from vaern.node.exchange.outbox.actions import card_of
from vaern.node.exchange.pieces import coming, leaving
from vaern.node.exchange.rules import envelopes, sequences
from vaern.node.exchange.rules.envelopes import MOST_MESSAGES, Carried, Contents
from vaern.node.exchange.rules.messages import (
    Message,
    Receipt,
    Receipts,
    Result,
    digest_of,
    sign_message,
    sign_receipts,
)
from vaern.node.exchange.rules.peers import SPEAKS, State
from vaern.node.exchange.rules.pieces import LARGEST_PIECE

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.exchange.rules.pieces import Piece
    from vaern.proofs.checkpoints import SigningKey

MOST_NUMBERED = 2_000
MOST_RECEIPTS = 1_000
ROUND_A_RECEIPT = 300
"""Bytes of a receipt beside its words."""

MOST_OF_RECEIPTS = 700_000
"""Bytes of receipts in an envelope, before they are signed; the others have their turn in the next."""

MOST_OF_MESSAGES = envelopes.LARGEST_CONTENTS - 1_300_000
"""Bytes of messages in an envelope; the rest is for receipts."""


ROUND_PIECES = 200_000
"""Bytes of an envelope beside messages, receipts and pieces: what is asked for, and quotation marks."""

MOST_OF_PIECES = 2_900_000
"""Bytes of pieces in an envelope, so that a message which is written meanwhile waits for no more than that."""


class Closed(Exception):
    """Nothing passes with this peer now."""


@transaction.atomic
def compose(peer: UUID, call: str, *, answers: bool = False) -> tuple[bytes, bytes]:
    """Return the envelope that a peer gets now.

    Args:
        peer: its id; its row is locked meanwhile.
        call: which call it is, or answers.
        answers: it is the answer.

    Raises:
        Closed: nothing passes with this peer (any more).
    """
    current = Peer.objects.select_for_update(no_key=True).get(pk=peer)
    if State(current.state) not in SPEAKS:
        raise Closed
    _number(current)
    sign = signing_key_for(current)
    messages, more = _messages(current, sign)
    receipts = _receipts(current, sign).decode()
    current.envelopes += 1
    contents = Contents(
        stream=current.stream,
        number=current.envelopes,
        messages=messages,
        receipts=receipts,
        heard=current.heard,
        heard_of=current.their_stream,
        room=max(0, sequences.MOST_WAITING - waiting_of(current)),
        more=more,
        wants=coming.wants(current),
        pieces=_pieces(current, messages, receipts),
    )
    current.save(update_fields=["numbered", "receipts_numbered", "envelopes"])
    return envelopes.seal(contents, keys.name(), current.name, card_of(current).sealing[0], sign, call, answers=answers)


def signing_key_for(peer: Peer) -> SigningKey:
    """Return the newest of our keys that a peer knows: after a rotation, the one before until it has our new card."""
    own = keys.signing_keys()
    return next((key for key in own if key.verifier.id.hex() == peer.our_key), own[0])


def is_anything_new(peer: Peer) -> bool:
    """Whether something waits for a peer that a call would bring."""
    rows = Outgoing.objects.filter(peer=peer, received_at=None)
    if peer.they_have < peer.numbered and rows.filter(sequence__gt=peer.they_have).exists():
        return True
    fresh = rows.filter(sequence=None).exists() or leaving.is_asked(peer)
    return (
        fresh or peer.they_heard < peer.receipts_numbered or OwnReceipt.objects.filter(peer=peer, number=None).exists()
    )


def _number(peer: Peer) -> None:
    """Give places to what was committed since, in the order of the acts so far as one could know of the other."""
    rows = list(Outgoing.objects.filter(peer=peer, sequence=None).order_by("id")[:MOST_NUMBERED])
    for row in rows:
        peer.numbered += 1
        row.stream, row.sequence = peer.stream, peer.numbered
    sql.update(rows, ["stream", "sequence"])
    receipts = list(OwnReceipt.objects.filter(peer=peer, number=None).order_by("id")[:MOST_NUMBERED])
    for one in receipts:
        peer.receipts_numbered += 1
        one.stream, one.number = peer.stream, peer.receipts_numbered
    sql.update(receipts, ["stream", "number"])


def _messages(peer: Peer, sign: SigningKey) -> tuple[list[Carried], bool]:
    """Return what the peer does not have, signed, as much as it has room for; and whether there is more."""
    most = min(MOST_MESSAGES, peer.their_room)
    if not most:
        return [], False
    places = Outgoing.objects.filter(peer=peer, stream=peer.stream, sequence__gt=peer.they_have)
    waiting = places.order_by("sequence").values_list("sequence", flat=True)[: most + len(peer.they_hold) + 1]
    wanted = sequences.to_send(
        (place for place in waiting if place is not None), peer.they_have, peer.they_hold, most + 1
    )
    rows = list(places.filter(sequence__in=wanted[:most]).order_by("sequence"))
    found: list[Carried] = []
    size = 0
    for row in rows:
        document = _signed(peer, row, sign)
        size += len(document) + 100
        if found and size > MOST_OF_MESSAGES:
            break
        found.append(Carried(row.sequence or 0, document.decode()))
    sent = [row for row in rows[: len(found)] if row.sent_at is None]
    for row in sent:
        row.sent_at = timezone.now()
    sql.update(sent, ["sent_at", "digest"])
    return found, len(wanted) > len(found)


def _pieces(peer: Peer, messages: list[Carried], receipts: str) -> list[Piece]:
    """Return what the peer asks for of files, behind all messages: one piece at a time while calls fail."""
    used = len(receipts) + sum(len(one.document) + 100 for one in messages)
    most = min(MOST_OF_PIECES, envelopes.LARGEST_CONTENTS - used - ROUND_PIECES)
    if most < LARGEST_PIECE * 4 // 3:  # there is no room for one
        return []
    return leaving.asked(peer, 0 if peer.failing_since else most)[: envelopes.MOST_PIECES]


def _signed(peer: Peer, row: Outgoing, sign: SigningKey) -> bytes:
    """Return a message as a signed document; nothing if its time is over and what it said was erased."""
    data = unseal_bytes(row.sealed, PURPOSE)
    if not data:
        return b""
    kept = msgspec.json.decode(data, type=Message)
    assert row.stream is not None
    assert row.sequence is not None
    message = msgspec.structs.replace(kept, stream=row.stream, sequence=row.sequence, from_node=sign.name)
    row.digest = digest_of(message)
    return sign_message(message, sign)


def _receipts(peer: Peer, sign: SigningKey) -> bytes:
    """Return what we say of the peer's messages, signed: what we keep, and what became of them since it last heard."""
    rows = OwnReceipt.objects.filter(peer=peer, stream=peer.stream, number__gt=peer.they_heard)
    said: list[Receipt] = []
    size = 0
    for row in rows.select_related("incoming").order_by("number")[:MOST_RECEIPTS]:
        size += ROUND_A_RECEIPT + len(row.because.encode())
        if size > MOST_OF_RECEIPTS:
            break
        assert row.incoming.message is not None  # `keeping.say` writes none without
        assert row.number is not None
        said.append(
            Receipt(
                number=row.number,
                message=row.incoming.message,
                digest=row.incoming.digest,
                result=Result(row.result),
                because=row.because,
                at=row.at,
            )
        )
    return sign_receipts(
        Receipts(
            from_node=sign.name,
            to_node=peer.name,
            stream=peer.their_stream,
            up_to=peer.up_to,
            beyond=beyond(peer),
            receipts=said,
        ),
        sign,
    )
