"""What this room makes known when the node starts: nothing beside its acts."""

from __future__ import annotations


def register() -> None:
    """Register what this room brings."""
