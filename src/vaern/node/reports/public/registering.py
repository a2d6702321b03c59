"""What this room makes known when the node starts: the dialogue in a report's sheet, and a card."""

from __future__ import annotations


def register() -> None:
    """Register cards and parts of sheets."""
    from vaern.node.reports.desk import parts
    from vaern.node.reports.public.presenting import ORDER, sheet_part, waiting_cards
    from vaern.node.web import cards

    parts.register(ORDER, sheet_part)
    cards.register(waiting_cards)
