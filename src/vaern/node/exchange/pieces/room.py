"""What this room brings: the words of why a file does not come, and its task of the night."""

from __future__ import annotations


def register() -> None:
    """Register the words, and the sweep."""
    from vaern.node.base.jobs import each_night
    from vaern.node.base.refusals import say
    from vaern.node.exchange.pieces import ending, labels

    say(labels.PROBLEMS)
    each_night("exchange files", ending.sweep)
