"""What this room makes known when the node starts."""

from __future__ import annotations


def register() -> None:
    """Make it known."""
