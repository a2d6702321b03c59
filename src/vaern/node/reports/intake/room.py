"""What this room brings: what finds somebody in reports."""

from __future__ import annotations


def register() -> None:
    """Register what this room brings."""
    from vaern.node.crosscheck.base import holders
    from vaern.node.reports.intake.held_data import holder

    holders.register(holder)
