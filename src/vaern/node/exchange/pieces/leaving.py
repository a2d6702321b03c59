"""Files that go out: kept with their message, given piece by piece as the peer asks, erased when nobody needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import seal_bytes, unseal_bytes
from vaern.node.exchange.models import Outgoing, OutgoingFile
from vaern.node.exchange.models.files import KEYS
from vaern.node.exchange.pieces import store
from vaern.node.exchange.rules import pieces as rules
from vaern.node.exchange.rules.pieces import Manifest, Piece, Want

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.exchange.base.kinds import Kind
    from vaern.node.exchange.models import Peer

ROUND_A_PIECE = 120
"""Bytes of a piece in an envelope beside its data."""


def manifest(kind: Kind, data: bytes) -> Manifest:
    """Return what a message says of a file that may go with it.

    Raises:
        Refusal: messages of this kind have no file, or none so large, or it holds what never leaves a node.
    """
    if not 0 < len(data) <= kind.brings:
        raise Refusal(rules.TOO_LARGE)
    if kind.looks(data):
        raise Refusal(rules.CONTENT)
    return rules.manifest_of(data, rules.PIECE)


def begin(row: Outgoing, manifest: Manifest, data: bytes) -> None:
    """Keep the file of a message that is being written, in its transaction.

    Raises:
        Refusal: there is no room for it.
    """
    key = store.fresh_key()
    file = OutgoingFile(message=row, key=seal_bytes(key, KEYS), size=manifest.size, count=len(manifest.pieces))
    try:
        for number, part in enumerate(rules.cut(data, manifest.piece)):
            store.write(store.OUT, row.pk, number, key, part)
    except OSError:
        store.remove(store.OUT, row.pk)
        raise Refusal(_("The disk of this node has no room for what goes along.")) from None
    file.save(force_insert=True)


def asked(peer: Peer, most: int) -> list[Piece]:
    """Return pieces that a peer asks for, as much as there is room for; one at least.

    What is here no longer is said to be gone, so that the peer does not wait for it.

    Args:
        peer: whose.
        most: bytes that they may have in an envelope.
    """
    found: list[Piece] = []
    size = 0
    for file in _asked(peer).select_related("message").order_by("message_id"):
        key = unseal_bytes(file.key, KEYS)
        for number in file.asked:
            data = store.read(store.OUT, file.message_id, number, key) if key else None
            size += len(data or b"") * 4 // 3 + ROUND_A_PIECE
            if found and size > most:
                return found
            found.append(Piece(message=file.message.message, number=number, data=data or b""))
            if data is None:
                break
    return found


def is_asked(peer: Peer) -> bool:
    """Whether a peer asks for pieces."""
    return _asked(peer).exists()


def _asked(peer: Peer) -> QuerySet[OutgoingFile]:
    return OutgoingFile.objects.filter(message__peer=peer).exclude(asked=[])


def note(peer: Peer, wants: Iterable[Want]) -> None:
    """Note what the newest envelope of a peer asks for, and how far each file has come there."""
    said = {one.message: one for one in wants}
    rows = OutgoingFile.objects.filter(message__peer=peer)
    rows.exclude(message__message__in=said).exclude(asked=[]).update(asked=[])
    for file in rows.filter(message__message__in=said).select_related("message") if said else ():
        one = said[file.message.message]
        file.have = min(one.have, file.count)
        file.asked = [number for number in one.missing if number < file.count]
        file.waits = one.waits
        file.save(update_fields=["have", "asked", "waits"])


def end(rows: Iterable[int]) -> None:
    """Erase the bytes of files whose messages were settled, are over, or were recalled; by the ids of their rows."""
    for file in OutgoingFile.objects.filter(message__in=list(rows)).exclude(key=b""):
        file.key, file.asked, file.waits = b"", [], ""
        file.save(update_fields=["key", "asked", "waits"])
        store.remove_on_commit(store.OUT, file.message_id)


def end_about(about: UUID) -> None:
    """Erase the bytes of all files about something that was recalled."""
    end(Outgoing.objects.filter(about=about, file__isnull=False).values_list("pk", flat=True))
