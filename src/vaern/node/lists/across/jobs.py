"""Jobs: what is true here by now of the lists of other nodes is acknowledged, and what was signed elsewhere told."""

from __future__ import annotations

from vaern.node.base.jobs import by_clock
from vaern.node.lists.across import following, telling


@by_clock("lists.across.acknowledge", "* * * * *")
def acknowledge() -> int:
    """Acknowledge what is done of the lists that other nodes released to organisations here."""
    return following.acknowledge_all()


@by_clock("lists.across.tell", "* * * * *")
def tell() -> int:
    """Tell recipients elsewhere of signed releases that the command line completed."""
    return telling.tell_all()
