"""What this room makes known when the node starts: its part of a series' page."""

from __future__ import annotations


def register() -> None:
    """Register parts of sheets."""
    from vaern.node.victims.base import parts
    from vaern.node.victims.clues.presenting import sheet_part

    parts.register(10, sheet_part)
