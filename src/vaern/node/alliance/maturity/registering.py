"""What this room makes known when the node starts: nothing; its pages are reached from those of progress."""

from __future__ import annotations


def register() -> None:
    """Make nothing known."""
