"""What a kept message brings: read, checked against its sender's standing, and handed to the app whose kind it is."""

from __future__ import annotations

import base64
from functools import cache
from typing import TYPE_CHECKING

import msgspec
from django.utils import timezone

from vaern.node.base import sql
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.base.sealing import unseal_bytes
from vaern.node.exchange.base.kinds import Delivery, Later, kind_called
from vaern.node.exchange.models import Incoming, Peer
from vaern.node.exchange.models.outbox import PURPOSE
from vaern.node.exchange.pieces import coming
from vaern.node.exchange.rules import entitlement
from vaern.node.exchange.rules.canonical import Malformed, converted
from vaern.node.exchange.rules.entitlement import Party
from vaern.node.exchange.rules.messages import Message
from vaern.node.exchange.rules.pieces import NONE
from vaern.node.ledger.record import Entered
from vaern.node.ledger.rules import NODE, Actor, Subject
from vaern.node.organisations.models import Member, Organisation
from vaern.node.organisations.rules import OrganisationKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from vaern.node.exchange.base.kinds import Kind

UPGRADE = "upgrade"


class Upgrade(Later):
    """The node has to be upgraded first."""

    def __str__(self) -> str:
        return UPGRADE


def locked(rows: Sequence[Incoming]) -> list[Incoming]:
    """Return messages as they are now, in their order, locked until the open transaction ends, each with its peer."""
    found = []
    for values in sql.run(_these(), [[row.pk for row in rows]]):
        current, current.peer = sql.rows_of(values, Incoming, Peer)
        found.append(current)
    return found


@cache
def _these() -> str:
    """Return the statement that locks messages of one peer."""
    return f"""
        SELECT {sql.columns(Incoming, "i")}, {sql.columns(Peer, "p")}
        FROM exchange_incoming i JOIN exchange_peer p ON p.id = i.peer_id
        WHERE i.id = ANY(%s::bigint[]) ORDER BY i.stream, i.sequence FOR UPDATE OF i
    """


def delivery_of(row: Incoming, known: Mapping[UUID, Organisation]) -> Delivery:
    """Return what a message brings, once it is known that it may be acted on.

    Args:
        row: the message, locked, with its peer.
        known: the organisations that it names (`organisations_of`).

    Raises:
        Refusal, Malformed: it may not, or it is not as its schema says.
        Later: its kind or version is not known yet, or its file has not come whole.
    """
    message = message_of(row)
    kind = kind_called(row.kind)
    if kind is None or row.version > kind.newest:
        raise Upgrade
    sender = known.get(message.sender) if message.sender else None
    recipient = known.get(message.recipient) if message.recipient else None
    found = entitlement.problem(
        message,
        accepts=row.peer.accepts,
        owed=kind.owed,
        by_agreement=kind.by_agreement,
        senders=kind.senders,
        recipients=kind.recipients,
        sender=_party(sender),
        recipient=_party(recipient),
        now=timezone.now(),
    )
    if found:
        raise Refusal(found)
    if bool(kind.brings) != (message.file is not None):
        raise Refusal(NONE)
    body = body_of(kind, message)
    file = coming.whole(row, message.file, kind) if message.file is not None else None
    return Delivery(row.peer, message, body, sender, recipient, row, file)


def deliver(delivery: Delivery) -> None:
    """Let its app act on it, seeing what its recipient sees.

    Raises:
        Refusal, Malformed: the app does not allow it.
        Later: it cannot be acted on yet.
    """
    kind = kind_called(delivery.row.kind)
    assert kind is not None  # or there would be no delivery
    if delivery.recipient is None:
        kind.take(delivery)
    else:
        with viewing(delivery.recipient.id):
            kind.take(delivery)


def taken_in(delivery: Delivery) -> Entered:
    """Return what the ledger says of a message that was taken in."""
    sender, recipient = delivery.sender, delivery.recipient
    return Entered(
        Subject("message", delivery.message.id, recipient.id if recipient else None),
        Actor(organisation=sender.id) if sender else NODE,
        delivery.reason,
        {"kind": delivery.row.kind},
    )


def message_of(row: Incoming) -> Message:
    """Return the message of a row, verified when it was kept."""
    document = msgspec.json.decode(unseal_bytes(row.sealed, PURPOSE))
    return msgspec.json.decode(base64.b64decode(document["payload"]), type=Message)


def body_of(kind: Kind, message: Message) -> object:
    """Return the body of a message, brought up to the newest version of its kind.

    Raises:
        Malformed: it is not as its schema says.
    """
    schema = kind.versions.get(message.version)
    if schema is None:
        raise Malformed(f"version {message.version} of {kind.name} is not known any more")
    body = converted(message.body, schema)
    for number in range(message.version, kind.newest):
        body = kind.raised[number](body)
    return body


def organisations_of(rows: Iterable[Incoming]) -> dict[UUID, Organisation]:
    """Return senders and recipients of messages as the directory has them now, with their members, by their ids."""
    ids = {id for row in rows for id in (row.sender, row.recipient) if id is not None}
    found = {}
    for values in sql.run(_named(), [sorted(ids)]) if ids else ():
        row, row.member = sql.rows_of(values, Organisation, Member)
        found[row.pk] = row
    return found


@cache
def _named() -> str:
    """Return the statement that finds organisations of all nodes, with their members."""
    return f"""
        SELECT {sql.columns(Organisation, "o")}, {sql.columns(Member, "m")}
        FROM "{Organisation._meta.db_table}" o
        LEFT JOIN "{Member._meta.db_table}" m ON m."{Member._meta.pk.column}" = o.member_id
        WHERE o.id = ANY(%s::uuid[])
    """


def _party(organisation: Organisation | None) -> Party | None:
    if organisation is None:
        return None
    return Party(OrganisationKind(organisation.kind), organisation.node, organisation.active)
