"""What this room registers: the kinds of message about series, and how they travel."""

from __future__ import annotations


def register() -> None:
    """Register the kinds of message, what a recall does to a copy, and the words for refusals."""
    from vaern.node.base.refusals import say
    from vaern.node.exchange.base import kinds
    from vaern.node.exchange.releases import travel
    from vaern.node.victims.elsewhere import copies
    from vaern.node.victims.exchanging import labels, messages
    from vaern.node.victims.models import Series

    say(labels.PROBLEMS)
    kinds.register(*messages.ALL)
    travel.register(
        Series.KIND,
        messages.DISSEMINATED.name,
        copies.recalled,
        acknowledged=copies.acknowledged,
        prolonged=copies.prolonged,
    )
