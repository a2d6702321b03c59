"""What this room registers: the kinds of message, the words of refusals, and what ends when a peer does."""

from __future__ import annotations


def register() -> None:
    """Register the kinds of message, the words of refusals, and what ends when less passes with a peer."""
    from vaern.node.base.refusals import say
    from vaern.node.crosscheck.exchanging import closing, labels
    from vaern.node.crosscheck.exchanging.kinds import KINDS
    from vaern.node.exchange.base import closing as peers
    from vaern.node.exchange.base import kinds

    kinds.register(*KINDS)
    say(labels.PROBLEMS)
    peers.register(closing.close)
