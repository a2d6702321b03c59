"""What this room brings: its task of the night."""

from __future__ import annotations


def register() -> None:
    """Register the erasure of what came."""
    from vaern.node.base.jobs import each_night
    from vaern.node.exchange.inbox import ending

    each_night("exchange inbox", ending.erase)
