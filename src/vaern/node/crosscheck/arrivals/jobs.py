"""What runs by the clock: what the acts themselves did not tell a hub, and what a hub may not keep."""

from __future__ import annotations

from vaern.node.base.jobs import by_clock
from vaern.node.crosscheck.elsewhere import enrolling
from vaern.node.crosscheck.hub import holding


@by_clock("crosscheck.hub", "* * * * *")
def keep_up() -> int:
    """Tell the hubs what they do not know, and erase what is held of nodes that are no members any more."""
    return catch_up()


def catch_up() -> int:
    """Do it now; return how many records it was about."""
    from django.db import transaction

    with transaction.atomic():
        return enrolling.catch_up() + holding.clear()
