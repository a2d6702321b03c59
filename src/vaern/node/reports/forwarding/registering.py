"""What this room makes known when the node starts: cards, navigation, jobs."""

from __future__ import annotations


def register() -> None:
    """Make it known."""
