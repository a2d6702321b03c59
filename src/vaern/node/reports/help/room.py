"""Registration of this room: the register of help lines, and a card."""

from __future__ import annotations


def register() -> None:
    """Register cards."""
    from vaern.node.law import registers
    from vaern.node.reports.help.cards import missing_cards
    from vaern.node.reports.help.register import REGISTER
    from vaern.node.web import cards

    registers.register(REGISTER)
    cards.register(missing_cards)
