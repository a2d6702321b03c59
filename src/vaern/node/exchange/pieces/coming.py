"""Files that come in: asked for piece by piece, verified piece by piece, seen by nobody before they are whole."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.utils import timezone

from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import seal_bytes, unseal_bytes
from vaern.node.exchange.base.kinds import Later
from vaern.node.exchange.models import Incoming, IncomingFile
from vaern.node.exchange.models.files import KEYS
from vaern.node.exchange.models.inbox import Kept
from vaern.node.exchange.pieces import store
from vaern.node.exchange.rules import pieces as rules
from vaern.node.exchange.rules.pieces import Piece, Want
from vaern.node.web.guard.kinds import CONTROL, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.exchange.base.kinds import Kind
    from vaern.node.exchange.models import Peer
    from vaern.node.exchange.rules.pieces import Manifest

log = structlog.get_logger(__name__)

PAUSE = timedelta(minutes=1)
"""How long nothing is asked for after the disk failed."""

ZIP, HEAD = b"PK\x03\x04", 1_024
"""How a zip begins, which is looked into when it is whole; and how much tells whether a file is text."""


class Coming(Later):
    """The file of a message has not come whole yet."""

    def __str__(self) -> str:
        return rules.COMING


def expect(row: Incoming, manifest: Manifest) -> None:
    """Begin to ask for the file of a message; of one that was begun, for what this node lost again."""
    file, made = IncomingFile.objects.get_or_create(
        message=row,
        defaults={
            "key": seal_bytes(store.fresh_key(), KEYS),
            "size": manifest.size,
            "piece": manifest.piece,
            "digests": bytes.fromhex("".join(manifest.pieces)),
        },
    )
    if not made:
        key = unseal_bytes(file.key, KEYS)
        file.held = [number for number in file.held if store.read(store.IN, row.pk, number, key) is not None]
        file.save(update_fields=["held"])


def whole(row: Incoming, manifest: Manifest, kind: Kind) -> bytes:
    """Return the file of a message, verified and looked through.

    Raises:
        Coming: it has not come whole yet.
        Refusal: messages of this kind have none so large, it is not what the message said, or it holds what never
            enters a node.
    """
    if manifest.size > kind.brings:
        raise Refusal(rules.TOO_LARGE)
    file = IncomingFile.objects.filter(message=row).first()
    if file is None or len(file.held) < file.count:
        raise Coming
    key = unseal_bytes(file.key, KEYS)
    parts: list[bytes] = []
    for number in range(file.count):
        part = store.read(store.IN, row.pk, number, key)
        if part is None:
            raise Coming
        parts.append(part)
    data = b"".join(parts)
    if len(data) != manifest.size or hashlib.sha256(data).hexdigest() != manifest.sha256:
        raise Refusal(rules.NOT_WHOLE)
    if kind.looks(data):
        raise Refusal(rules.CONTENT)
    return data


def wants(peer: Peer) -> list[Want]:
    """Return how far the files of a peer have come, and what is asked for; it is asked for what there is room for."""
    files = list(_of(peer).select_related("message").order_by("message_id")[: 4 * rules.MOST_ASKED])
    now = timezone.now()
    found: list[Want] = []
    for file, fits in zip(files, rules.with_room(file.size for file in files), strict=True):
        missing = rules.missing(file.count, file.held)
        waits = _waits(file, now, fits=fits) if missing else ""
        if file.message.message is not None and len(found) < rules.MOST_ASKED:
            asked = [] if waits else missing
            found.append(Want(message=file.message.message, have=len(file.held), missing=asked, waits=waits))
    return found


def _waits(file: IncomingFile, now: datetime, *, fits: bool) -> str:
    """Return why nothing is asked for of a file, as a code; "" if something is."""
    if not fits:
        return rules.ROOM
    if file.paused_until is not None and file.paused_until > now:
        return file.waits
    left = file.size - min(file.size, len(file.held) * file.piece)
    return "" if store.has_room(left) else rules.DISK


def take(peer: Peer, pieces: Iterable[Piece]) -> list[tuple[Incoming, str]]:
    """Keep pieces that were asked for; return the messages that have to be refused for what came, each with its code.

    A piece that nobody asked for, that is here, or whose message is done is not kept. A disk that fails is nobody's
    fault: nothing is kept, and it is asked for again later.
    """
    refused: dict[int, tuple[Incoming, str]] = {}
    by_message: dict[UUID, list[Piece]] = {}
    for one in pieces:
        by_message.setdefault(one.message, []).append(one)
    for file in _of(peer).filter(message__message__in=list(by_message)).select_related("message") if by_message else ():
        key = unseal_bytes(file.key, KEYS)
        assert file.message.message is not None  # found by it
        for one in by_message[file.message.message]:
            if code := _keep(file, key, one):
                refused[file.pk] = (file.message, code)
                break
        file.save(update_fields=["held", "wrong", "waits", "paused_until", "came_at"])
        if file.pk not in refused and len(file.held) == file.count:
            Incoming.objects.filter(pk=file.pk, state=Kept.WAITS.value, because=rules.COMING).update(
                state=Kept.STORED.value
            )
    return list(refused.values())


def _keep(file: IncomingFile, key: bytes, one: Piece) -> str:
    """Keep a piece; return the code for which its message is refused, or ""."""
    if one.number in file.held:
        return ""
    if not one.data:
        return rules.GONE
    at = one.number * 32
    if hashlib.sha256(one.data).digest() != bytes(file.digests[at : at + 32]):
        file.wrong += 1
        return rules.WRONG if file.wrong >= rules.MOST_WRONG else ""
    if _begins_media(one):
        return rules.CONTENT
    try:
        store.write(store.IN, file.pk, one.number, key, one.data)
    except OSError as error:
        log.warning("piece_not_kept", error=type(error).__name__, number=error.errno)
        file.waits, file.paused_until = rules.DISK, timezone.now() + PAUSE
        return ""
    file.held, file.waits, file.paused_until, file.came_at = [*file.held, one.number], "", None, timezone.now()
    return ""


def _begins_media(piece: Piece) -> bool:
    """Whether the first bytes of a file are those of media: it is not fetched to its end to find that out."""
    if piece.number or piece.data.startswith(ZIP):
        return False
    is_text = not CONTROL.search(piece.data[:HEAD].decode("utf-8", "ignore"))
    return not is_text and bool(kind_of(piece.data))


def _of(peer: Peer) -> QuerySet[IncomingFile]:
    return IncomingFile.objects.filter(message__peer=peer, message__state__in=[Kept.WAITS.value, Kept.STORED.value])


def end(row: Incoming) -> None:
    """Erase the file of a message that was taken in or refused."""
    if IncomingFile.objects.filter(message=row).delete()[0]:
        store.remove_on_commit(store.IN, row.pk)
