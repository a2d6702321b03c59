"""What runs by the clock: whoever opens, closes or renames an organisation need not think of the peers."""

from __future__ import annotations

from vaern.node.base.jobs import by_clock
from vaern.node.exchange.peers.directories import send_changed_directories


@by_clock("exchange.directories", "* * * * *")
def send_directories() -> int:
    """Send our list of organisations to the peers that have another."""
    return send_changed_directories()
