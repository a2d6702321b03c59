"""Registration of this room: the dialogue on a report's page, and a card."""

from __future__ import annotations


def register() -> None:
    """Register cards and parts of sheets."""
    from vaern.node.casework.sheets import register_part
    from vaern.node.reports.models import Report
    from vaern.node.reports.public.presenters import sheet_part, waiting_cards
    from vaern.node.web import cards

    register_part(Report.KIND, 30, sheet_part)
    cards.register(waiting_cards)
