"""What this room brings: the messages that all releases share, and what casework is provided with."""

from __future__ import annotations


def register() -> None:
    """Register the kinds of message, and provide casework with the way to other nodes."""
    from vaern.node.base.refusals import say
    from vaern.node.casework.releases import elsewhere
    from vaern.node.exchange.base import kinds
    from vaern.node.exchange.releases import actions, labels

    say(labels.PROBLEMS)
    kinds.register(actions.RECALLED, actions.ACKNOWLEDGED, actions.PROLONGED)
    elsewhere.register(actions.Across())
