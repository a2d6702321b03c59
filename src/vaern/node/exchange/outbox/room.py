"""What this room brings: its task of the night."""

from __future__ import annotations


def register() -> None:
    """Register the erasure of what was sent."""
    from vaern.node.base.jobs import each_night
    from vaern.node.exchange.outbox import ending

    each_night("exchange outbox", ending.erase)
