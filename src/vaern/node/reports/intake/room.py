"""Registration of this room: the search for a data subject in reports."""

from __future__ import annotations


def register() -> None:
    """Register the search for a data subject."""
    from vaern.node.crosscheck.base import holders
    from vaern.node.reports.intake.held_data import holder

    holders.register(holder)
