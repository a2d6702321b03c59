"""What this room brings: the kinds of message between authorities of two nodes, and why they are refused."""

from __future__ import annotations


def register() -> None:
    """Register the kinds of message."""
    from vaern.node.base.refusals import say
    from vaern.node.cases.assistance.across.taking import KINDS
    from vaern.node.cases.assistance.incoming.labels import PROBLEMS
    from vaern.node.exchange.base import kinds

    say(PROBLEMS)
    kinds.register(*KINDS)
