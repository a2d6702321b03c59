"""What this room brings: why it refuses; its pages are reached from those of progress."""

from __future__ import annotations


def register() -> None:
    """Register why it refuses."""
    from vaern.node.alliance.maturity.labels import PROBLEMS
    from vaern.node.base.refusals import say

    say(PROBLEMS)
