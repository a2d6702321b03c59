"""What goes to the node of the other side, in the transaction of the act; to one that lives here, nothing has to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaern.node.crosscheck.intersection import asking, holding
from vaern.node.crosscheck.rules import intersection_bodies as bodies
from vaern.node.exchange.outbox.actions import peer_of, send
from vaern.node.exchange.rules.peers import CONFIRMED, State
from vaern.node.ledger.rules import NODE, Reason, Why

if TYPE_CHECKING:
    import msgspec

    from vaern.node.crosscheck.models import ComparisonRun
    from vaern.node.ledger.rules import Actor
    from vaern.node.organisations.models import Organisation

OF_NODE = Reason(Why.INVESTIGATION)
"""Why the node says by itself what follows from what people did."""


def say(
    kind: str,
    body: msgspec.Struct,
    sender: Organisation,
    recipient: Organisation,
    by: Actor = NODE,
    reason: Reason = OF_NODE,
    **more: Any,
) -> bool:
    """Write to the node of the other side; return whether that is another node, which is a peer.

    Args:
        kind, body: what.
        sender: the side that lives here.
        recipient: the other.
        by, reason: of the act.
        more: a file, and which message it answers.

    Raises:
        Refusal: it cannot begin, because nothing of the kind passes now.
    """
    if not recipient.node or (kind != bodies.ON and State(peer_of(recipient).state) not in CONFIRMED):
        return False
    about = bodies.pair_id(sender.pk, recipient.pk)
    send(kind, body, sender=sender, recipient=recipient, about=about, by=by, reason=reason, **more)
    return True


def say_common(run: ComparisonRun) -> None:
    """Tell the holder, on another node, which tags both have: once both nodes know that both agreed."""
    held = holding.tags(run.asked_id, run.asking_id, run.epoch)
    if not run.asked.node or held is None:
        return
    _digests, said = asking.in_common(run.asking_id, run.asked_id, run.pk, run.epoch, held)
    body = bodies.Common(run=run.pk, epoch=run.epoch)
    say(bodies.COMMON, body, run.asking, run.asked, file=bodies.common_file(said.tags))


def proposal_of(run: ComparisonRun) -> bodies.Proposal:
    """Return which proposal of which question something is about."""
    assert run.proposal is not None  # one between two nodes has one
    return bodies.Proposal(run=run.pk, proposal=run.proposal)
