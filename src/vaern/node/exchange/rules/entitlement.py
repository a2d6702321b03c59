"""Whether a message may be acted on: who sends it, for whom, of what kind, and when. Pure.

What a peer says of itself and of its organisations gives it no right. A message is acted on if the peer's own directory
has the sender, this node has the recipient, both are of the kinds that such a message is between, and the people here
have agreed to take messages of that kind from that peer. The order of the checks is that in which they are cheapest to
explain; each has its code, which the receipt carries and a page explains.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaern.node.exchange.rules.messages import CLOCKS

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from vaern.node.exchange.rules.messages import Message
    from vaern.node.organisations.rules import OrganisationKind

NOT_AGREED = "not_agreed"
SENDER_UNKNOWN = "sender_unknown"
SENDER_NOT_ENTITLED = "sender_not_entitled"
RECIPIENT_UNKNOWN = "recipient_unknown"
RECIPIENT_NOT_ENTITLED = "recipient_not_entitled"
EXPIRED = "expired"
WITHOUT_SUBJECT = "without_subject"
SPEAKS_FOR_NODE = "speaks_for_node"

CODES = (
    NOT_AGREED,
    SENDER_UNKNOWN,
    SENDER_NOT_ENTITLED,
    RECIPIENT_UNKNOWN,
    RECIPIENT_NOT_ENTITLED,
    EXPIRED,
    WITHOUT_SUBJECT,
    SPEAKS_FOR_NODE,
)


@dataclass(frozen=True)
class Party:
    """An organisation as the receiver's own directory has it.

    Attributes:
        kind: what it is for.
        node: where it lives; "" for here.
        active: it is not closed.
    """

    kind: OrganisationKind
    node: str
    active: bool


def problem(
    message: Message,
    *,
    accepts: Collection[str],
    owed: bool,
    by_agreement: bool,
    senders: Collection[OrganisationKind],
    recipients: Collection[OrganisationKind],
    sender: Party | None,
    recipient: Party | None,
    now: datetime,
) -> str:
    """Return the code of why a message is refused, or "" if it may be acted on.

    Args:
        message: verified: it is of that peer and for this node.
        accepts: kinds of message that are taken from the peer.
        owed: it is of a kind that only ends or answers what an earlier one began.
        by_agreement: people agree, for each peer, whether it passes.
        senders, recipients: kinds of organisation that such a message is between; both empty where nodes speak.
        sender, recipient: of the directory, by the message's ids; None if it has none of that id.
        now: by this node's clock.
    """
    agreed = not by_agreement or owed or message.type in accepts
    if not senders:
        of_node = message.sender is None and message.recipient is None
        return SPEAKS_FOR_NODE if not of_node else "" if agreed else NOT_AGREED
    found = (
        (not agreed, NOT_AGREED),
        (sender is None or sender.node != message.from_node or not sender.active, SENDER_UNKNOWN),
        (sender is not None and sender.kind not in senders, SENDER_NOT_ENTITLED),
        (recipient is None or bool(recipient.node) or not recipient.active, RECIPIENT_UNKNOWN),
        (recipient is not None and recipient.kind not in recipients, RECIPIENT_NOT_ENTITLED),
        (message.about is None, WITHOUT_SUBJECT),
        (now > message.expires + CLOCKS and not owed, EXPIRED),
    )
    return next((code for applies, code in found if applies), "")
