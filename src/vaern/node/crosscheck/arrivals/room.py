"""What this room registers: the kinds of message, and the words of refusals."""

from __future__ import annotations


def register() -> None:
    """Register the kinds of message and the words of refusals."""
    from vaern.node.base.refusals import say
    from vaern.node.crosscheck.arrivals import labels
    from vaern.node.crosscheck.arrivals.kinds import KINDS
    from vaern.node.exchange.base import kinds

    kinds.register(*KINDS)
    say(labels.PROBLEMS)
