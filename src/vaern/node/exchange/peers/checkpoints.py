"""Checkpoints by message: a peer whose network lets nobody in is asked to cosign all the same, and witnesses others.

A question and its answer are those of C2SP's tlog-witness (`ledger/witnesses/messages.py`). A peer has one question at
a time: what it did not answer is not asked again, and the next one covers everything before.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import msgspec
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.base.refusals import Refusal
from vaern.node.exchange.base.kinds import Delivery, Kind
from vaern.node.exchange.models import Incoming, Outgoing, Peer
from vaern.node.exchange.outbox.actions import card_of, send_of_node
from vaern.node.exchange.outbox.queries import body_sent
from vaern.node.exchange.rules.peers import State
from vaern.node.ledger.witnesses import messages
from vaern.node.ledger.witnesses.submissions import LARGEST

if TYPE_CHECKING:
    from collections.abc import Callable

AGAIN = timedelta(minutes=10)
"""How long an answer may be on its way after the question was taken in."""

NOT_ASKED = "checkpoint_not_asked"
NO_CHECKPOINT = "checkpoint_of_no_state"


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `ledger.checkpoint`: a request as of tlog-witness, `add-checkpoint`."""

    request: Annotated[str, msgspec.Meta(max_length=LARGEST)]


class Answered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `ledger.cosigned`: the answer to that, its status as of HTTP."""

    status: Annotated[int, msgspec.Meta(ge=200, le=599)]
    text: Annotated[str, msgspec.Meta(max_length=20_000)]


def carry(node: str, make: Callable[[], bytes]) -> bool:
    """Ask a peer, unless it does not know how, or a question waits there; return whether it is asked."""
    peer = Peer.objects.filter(name=node, state=State.ACTIVE.value).first()
    if peer is None or not knows(peer) or _waits(peer):
        return False
    send_of_node(ASKED.name, Asked(make().decode()), peer)
    return True


def knows(peer: Peer) -> bool:
    """Whether a peer understands such messages, by its card."""
    return ASKED.name in card_of(peer).types


def _newest(peer: Peer) -> Outgoing | None:
    return Outgoing.objects.filter(peer=peer, kind=ASKED.name).order_by("-id").first()


def _waits(peer: Peer) -> bool:
    """Whether a question of before may still be answered."""
    last = _newest(peer)
    if last is None or Incoming.objects.filter(peer=peer, in_reply_to=last.message, kind=ANSWERED.name).exists():
        return False
    return last.settled_at is None or timezone.now() - last.settled_at < AGAIN


def take_question(delivery: Delivery) -> None:
    """Answer as a witness: what is cosigned, and the answer, are committed with the message."""
    status, text = messages.answer_to(delivery.body.request.encode())
    send_of_node(ANSWERED.name, Answered(status, text), delivery.peer, in_reply_to=delivery.message.id)


def take_answer(delivery: Delivery) -> None:
    """Keep what a witness answered to what it was last asked.

    Raises:
        Refusal: it was asked something else since, or nothing, or is no witness any more.
    """
    question = _newest(delivery.peer)
    if question is None or question.message != delivery.message.in_reply_to:
        raise Refusal(NOT_ASKED)
    sent = body_sent(question, Asked)
    body: Answered = delivery.body
    if sent is None or not messages.answered(delivery.peer.name, sent.request.encode(), body.status, body.text):
        raise Refusal(NO_CHECKPOINT)


ASKED = Kind("ledger.checkpoint", _("A checkpoint to cosign"), {1: Asked}, take=take_question)
ANSWERED = Kind("ledger.cosigned", _("What a witness says of a checkpoint"), {1: Answered}, take=take_answer)
