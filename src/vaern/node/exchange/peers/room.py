"""What this room brings: the messages of nodes themselves, and what the night does to keys."""

from __future__ import annotations


def register() -> None:
    """Register the kinds of message, and the nightly task."""
    from vaern.node.base.jobs import each_night
    from vaern.node.exchange.base import kinds
    from vaern.node.exchange.peers import cards, directories

    kinds.register(cards.CARD_KIND, directories.DIRECTORY_KIND)
    each_night("exchange keys", cards.drop_earlier_keys)
