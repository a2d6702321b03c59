"""Send a message, in the transaction of the act that it tells of; and what follows when its receipt comes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import msgspec
import structlog
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base import sql
from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import seal_bytes
from vaern.node.exchange.base import keys
from vaern.node.exchange.base.failures import is_the_machines
from vaern.node.exchange.base.kinds import kind_called
from vaern.node.exchange.models import Outgoing, Peer, Receipted
from vaern.node.exchange.models.outbox import PURPOSE
from vaern.node.exchange.outbox import acts
from vaern.node.exchange.pieces import leaving
from vaern.node.exchange.rules.canonical import canonical
from vaern.node.exchange.rules.identity import believed
from vaern.node.exchange.rules.messages import FINAL, LARGEST_MESSAGE, Message, Receipts, Result, Terms
from vaern.node.exchange.rules.peers import CONFIRMED, State
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Subject, Why
from vaern.node.runtime import logs

if TYPE_CHECKING:
    from vaern.node.exchange.base.kinds import Kind
    from vaern.node.exchange.rules.identity import Card
    from vaern.node.exchange.rules.messages import Receipt
    from vaern.node.ledger.rules import Actor
    from vaern.node.organisations.models import Organisation

log = structlog.get_logger(__name__)

NOT_HERE = "that organisation lives on this node"


def peer_of(organisation: Organisation) -> Peer:
    """Return the node on which an organisation lives.

    Raises:
        Refusal: it lives here.
    """
    if not organisation.node:
        raise Refusal(NOT_HERE)
    return Peer.objects.get(name=organisation.node)


def send(
    kind: str,
    body: msgspec.Struct,
    *,
    sender: Organisation,
    recipient: Organisation,
    about: UUID,
    by: Actor,
    reason: Reason,
    terms: Terms | None = None,
    in_reply_to: UUID | None = None,
    file: bytes | None = None,
) -> Outgoing:
    """Write a message to an organisation on another node; it leaves when the act's transaction is committed.

    Args:
        kind: a name of `kinds.register`.
        body: of the kind's newest version.
        sender: of this node.
        recipient: of another.
        about: what it belongs to, an id that both nodes know.
        by, reason: of the act, for the entry.
        terms: of what it passes on.
        in_reply_to: the message that it answers.
        file: what goes along in pieces.

    Raises:
        Refusal: the peer does not get messages of this kind, or not now.
        TransactionManagementError: no transaction is open, so act and message would not be atomic.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError(f"{kind} is sent in the transaction of the act itself: open one first")
    found, peer = _known(kind), peer_of(recipient)
    refuse_unless_open(peer, found)
    made = _write(peer, found, body, sender, recipient, about, reason, terms, in_reply_to, file)
    record(
        acts.SENT,
        Subject("message", made.message, sender.id),
        by,
        reason,
        recipient=recipient.id,
        tags={"kind": kind},
    )
    return made


def send_owed(
    kind: str,
    body: msgspec.Struct,
    *,
    sender: Organisation,
    recipient: Organisation,
    about: UUID,
    by: Actor,
    reason: Reason,
) -> Outgoing | None:
    """Write what ends or answers an earlier message, as `send` does; None if its node is no peer any more."""
    if State(peer_of(recipient).state) not in CONFIRMED:
        return None
    return send(kind, body, sender=sender, recipient=recipient, about=about, by=by, reason=reason)


def send_of_node(
    kind: str, body: msgspec.Struct, peer: Peer, about: UUID | None = None, *, in_reply_to: UUID | None = None
) -> Outgoing:
    """Write a message of this node itself to a peer; what it tells of has its own entry.

    Raises:
        Refusal: people agree on what is of this kind, and the peer does not get it, or not now.
    """
    found = _known(kind)
    if found.agreed:
        refuse_unless_open(peer, found)
    return _write(peer, found, body, None, None, about, Reason(Why.ADMINISTRATION), None, in_reply_to)


def refuse_unless_open(peer: Peer, kind: Kind) -> None:
    """Refuse what a peer does not get.

    Raises:
        Refusal: with what to do.
    """
    if State(peer.state) is State.SUSPENDED and kind.owed:
        return  # it waits, and is the first that the peer hears when the exchange goes on
    if State(peer.state) is not State.ACTIVE:
        raise Refusal(_("Nothing is sent to %(node)s: the exchange with it is not open.") % {"node": peer.name})
    if kind.name not in peer.sends and not kind.owed:
        raise Refusal(
            _("Nothing of this kind is sent to %(node)s: administrators decide what the exchange with it is for.")
            % {"node": peer.name}
        )


def _known(kind: str) -> Kind:
    found = kind_called(kind)
    if found is None:
        raise LookupError(f"no kind of message is called {kind}")
    return found


def _write(
    peer: Peer,
    kind: Kind,
    body: msgspec.Struct,
    sender: Organisation | None,
    recipient: Organisation | None,
    about: UUID | None,
    reason: Reason,
    terms: Terms | None,
    in_reply_to: UUID | None,
    file: bytes | None = None,
) -> Outgoing:
    now, version = timezone.now(), _version(kind, peer)
    for number in range(kind.newest, version, -1):
        body = kind.lowered[number - 1](body)
    message = Message(
        id=uuid4(),
        from_node=keys.name(),
        to_node=peer.name,
        stream=1,  # both are given when it leaves (`calls.composing`)
        sequence=1,
        type=kind.name,
        version=version,
        at=now,
        expires=now + kind.lasts,
        purpose=reason.why.value,
        sender=sender.id if sender else None,
        recipient=recipient.id if recipient else None,
        about=about,
        in_reply_to=in_reply_to,
        terms=terms or Terms(),
        body=msgspec.to_builtins(body),
        file=leaving.manifest(kind, file) if file is not None else None,
    )
    written = msgspec.json.encode(message)
    if len(written) > LARGEST_MESSAGE // 2 and len(canonical(message)) > LARGEST_MESSAGE:
        raise Refusal(_("This is more than a message to another node holds."))
    row = Outgoing.objects.create(
        message=message.id,
        peer=peer,
        kind=kind.name,
        version=version,
        sender=sender,
        recipient=recipient,
        about=about,
        in_reply_to=in_reply_to,
        sealed=seal_bytes(written, PURPOSE),
        made_at=now,
        expires_at=message.expires,
    )
    if message.file is not None and file is not None:
        leaving.begin(row, message.file, file)
    return row


def _version(kind: Kind, peer: Peer) -> int:
    """Return the newest version that both know; where there is none our newest, which waits there for an upgrade."""
    theirs = card_of(peer).types.get(kind.name, [])
    return max(set(theirs) & set(kind.versions), default=kind.newest)


def card_of(peer: Peer) -> Card:
    """Return the card of a peer; it was verified when it was taken."""
    return believed(bytes(peer.card))


@transaction.atomic
def settle(peer: Peer, receipts: Receipts, document: bytes) -> int:
    """Keep what a peer says of our messages, and let the apps know; return how many became settled.

    The peer's row is locked by the caller. A receipt of what was not sent, or of another message than was signed,
    counts for nothing: nobody settles what they did not get.
    """
    fresh: list[Receipt] = []
    for one in receipts.receipts:
        if one.number == peer.heard + 1:  # what comes after a gap comes again
            fresh.append(one)
            peer.heard = one.number
    if not fresh:
        return 0
    rows = {row.message: row for row in Outgoing.objects.filter(peer=peer, message__in=[one.message for one in fresh])}
    kept: Receipted | None = None
    settled = 0
    news: list[tuple[Outgoing, Receipt]] = []
    for one in fresh:
        row = rows.get(one.message)
        if row is None or row.digest != one.digest or not _is_news(row, one.result):
            continue
        kept = kept or Receipted.objects.create(peer=peer, document=document)  # none for receipts of nothing
        settled += _settle(row, one.result, one.because, kept)
        news.append((row, one))
    sql.update(list({row.pk: row for row, _ in news}.values()), SETTLED)
    for row, one in news:
        _follow(row, one)
    if settled:
        record(acts.SETTLED, Subject("message"), NODE, Reason(Why.ADMINISTRATION), count=settled)
    return settled


SETTLED = ("result", "because", "receipt", "received_at", "settled_at", "read_at")
"""What a receipt changes of a message."""


def _is_news(row: Outgoing, result: Result) -> bool:
    return row.read_at is None if result is Result.READ else row.settled_at is None


def _follow(row: Outgoing, receipt: Receipt) -> None:
    """Let the app know; what it cannot do is undone and logged, and no other receipt waits for it."""
    kind = kind_called(row.kind)
    if kind is None or not kind.follows:
        return
    try:
        with transaction.atomic():
            kind.answered(row, receipt)
    except Exception as error:
        if is_the_machines(error):  # all of it comes again
            raise
        log.exception("receipt_not_followed", kind=row.kind, **logs.described(error))


def _settle(row: Outgoing, result: Result, because: str, kept: Receipted) -> bool:
    """Note a result; return whether the message is settled by it."""
    now, before = timezone.now(), row.settled_at
    if result is Result.READ:
        row.read_at = row.read_at or now
    else:
        row.result, row.because = result.value, because
    row.receipt, row.received_at = kept, row.received_at or now
    if result in FINAL:
        row.settled_at = before or now
    kind = kind_called(row.kind)
    if row.settled_at is not None and kind is not None and kind.brings:
        leaving.end([row.pk])
    return before is None and row.settled_at is not None
