"""What pages and other rooms read of what goes out."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from vaern.node.base.sealing import unseal_bytes
from vaern.node.exchange.models import Outgoing, Peer
from vaern.node.exchange.models.outbox import PURPOSE
from vaern.node.exchange.rules.messages import Message
from vaern.node.exchange.rules.peers import State

Body = TypeVar("Body", bound=msgspec.Struct)


def getting(kind: str) -> list[str]:
    """Return the nodes to which messages of a kind are sent now."""
    return list(Peer.objects.filter(state=State.ACTIVE.value, sends__contains=[kind]).values_list("name", flat=True))


def body_sent(row: Outgoing, into: type[Body]) -> Body | None:
    """Return the body of a message that was written; None if it was erased since."""
    data = unseal_bytes(row.sealed, PURPOSE)
    return msgspec.convert(msgspec.json.decode(data, type=Message).body, type=into) if data else None


def newest_body(peer: Peer, kind: str, into: type[Body]) -> Body | None:
    """Return the body of the message of a kind that was last written for a peer."""
    row = Outgoing.objects.filter(peer=peer, kind=kind).order_by("-id").first()
    return body_sent(row, into) if row else None
