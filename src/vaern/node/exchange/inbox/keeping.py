"""Keep what comes, as it came, in the transaction that says so: before the answer leaves, and whatever it says.

Nothing here acts on a message. The peer's row is locked by the caller, so that two calls of one peer wait for each
other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.utils import timezone

from vaern.node.base import sql
from vaern.node.base.sealing import seal_bytes
from vaern.node.exchange.base.kinds import kind_called
from vaern.node.exchange.models import Incoming, OwnReceipt
from vaern.node.exchange.models.inbox import Kept
from vaern.node.exchange.models.outbox import PURPOSE
from vaern.node.exchange.rules.canonical import Malformed
from vaern.node.exchange.rules.messages import Result, digest_of, read_message
from vaern.node.exchange.rules.sequences import MOST_WAITING, contiguous, is_kept
from vaern.node.web.guard.media import media_in

if TYPE_CHECKING:
    from vaern.node.exchange.models import Peer
    from vaern.node.exchange.rules.envelopes import Carried, Contents
    from vaern.node.exchange.rules.messages import Message
    from vaern.proofs.checkpoints import VerifierKey

MALFORMED = "malformed"
CONTENT = "content"

_OF = {Kept.TAKEN_IN: Result.TAKEN_IN, Kept.REFUSED: Result.REFUSED, Kept.SET_ASIDE: Result.SET_ASIDE}
_OF[Kept.WAITS] = Result.WAITS


def keep(peer: Peer, contents: Contents, keys: list[VerifierKey], name: str) -> int:
    """Keep the messages of an envelope that are new; return how many were.

    Args:
        peer: locked; its `up_to` is brought up to date, and saved by the caller.
        contents: of the envelope.
        keys: of the peer, for the messages' own signatures.
        name: of this node.
    """
    if contents.stream > peer.their_stream:  # restored from a backup: it counts anew, and what came before came
        _forget_beyond(peer)
        peer.their_stream, peer.up_to, peer.heard = contents.stream, 0, 0
    if contents.stream != peer.their_stream or not contents.messages:
        return 0
    rows = Incoming.objects.filter(peer=peer, stream=peer.their_stream)
    held = set(rows.filter(sequence__gt=peer.up_to).values_list("sequence", flat=True))
    waiting = waiting_of(peer)
    made: list[Incoming] = []
    for one in contents.messages:
        if one.sequence in held or not is_kept(one.sequence, peer.up_to, waiting + len(made)):
            continue
        made.append(_row(peer, one, keys, name))
        held.add(one.sequence)
    _without_repeated(peer, made)
    Incoming.objects.bulk_create(made)
    for row in made:
        if row.state == Kept.REFUSED.value:
            say(row, Result.REFUSED, row.because)
    peer.up_to = contiguous(peer.up_to, held)
    return len(made)


def _forget_beyond(peer: Peer) -> None:
    """Delete what is kept beyond a gap of a stream that is over, which nothing fills: it comes in the new one."""
    Incoming.objects.filter(
        peer=peer, stream=peer.their_stream, sequence__gt=peer.up_to, state=Kept.STORED.value
    ).delete()


def waiting_of(peer: Peer) -> int:
    """Return how many messages of a peer are kept and not taken in, as far as it matters."""
    return Incoming.objects.filter(peer=peer, state__in=[Kept.STORED, Kept.WAITS])[:MOST_WAITING].count()


def beyond(peer: Peer) -> list[int]:
    """Return what is kept of a peer's stream beyond a gap."""
    found = Incoming.objects.filter(peer=peer, stream=peer.their_stream, sequence__gt=peer.up_to)
    return list(found.order_by("sequence").values_list("sequence", flat=True)[:1_000])


def say(row: Incoming, result: Result, because: str = "") -> None:
    """Write a receipt for a message; it leaves with the next call. What has no id cannot be spoken of."""
    if row.message is not None:
        sql.insert([OwnReceipt(peer_id=row.peer_id, incoming=row, result=result.value, because=because)])


def _row(peer: Peer, carried: Carried, keys: list[VerifierKey], name: str) -> Incoming:
    """Return the row of a message, refused already if it cannot be read."""
    row = Incoming(peer=peer, stream=peer.their_stream, sequence=carried.sequence)
    if not carried.document:
        row.state, row.done_at = Kept.GONE.value, timezone.now()
        return row
    document = carried.document.encode()
    try:
        message = read_message(document, keys, peer.name, name, (peer.their_stream, carried.sequence))
        row.digest = digest_of(message)
    except Malformed as error:
        row.state, row.because, row.done_at = Kept.REFUSED.value, f"{MALFORMED}: {error}"[:400], timezone.now()
        return row
    _fill(row, message)
    if found := _content(message):
        row.state, row.because, row.done_at = Kept.REFUSED.value, f"{CONTENT}: {found}", timezone.now()
        return row
    row.sealed = seal_bytes(document, PURPOSE)
    return row


def _content(message: Message) -> str:
    """Return what a message holds that never enters a node, as every request is looked through; "" for text.

    What nodes say of themselves is keys and names, each of a form of its own.
    """
    kind = kind_called(message.type)
    return "" if kind is not None and kind.of_nodes else media_in(msgspec.json.encode(message.body))


def _fill(row: Incoming, message: Message) -> None:
    row.message, row.kind, row.version = message.id, message.type, message.version
    row.sender, row.recipient, row.about = message.sender, message.recipient, message.about
    row.in_reply_to = message.in_reply_to


def _without_repeated(peer: Peer, made: list[Incoming]) -> None:
    """Turn what had come before under another place into a row of that place alone, and say again what became of it.

    A peer that was restored from a backup sends what it does not know to be settled once more, in a new stream.
    """
    ids = [row.message for row in made if row.message is not None]
    before = {row.message: row for row in Incoming.objects.filter(peer=peer, message__in=ids)} if ids else {}
    seen = set()
    for row in made:
        earlier = before.get(row.message) if row.message else None
        if earlier is None and row.message not in seen:
            seen.add(row.message)
            continue
        if row.message is None:
            continue
        row.message, row.sealed, row.state, row.done_at = None, b"", Kept.REPEATED.value, timezone.now()
        if earlier is not None and Kept(earlier.state) in _OF:
            say(earlier, _OF[Kept(earlier.state)], earlier.because)
