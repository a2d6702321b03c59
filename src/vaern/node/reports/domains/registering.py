"""What this room makes known when the node starts: cards, and what lapses each night."""

from __future__ import annotations


def register() -> None:
    """Make it known."""
    from vaern.node.base.jobs import each_night
    from vaern.node.reports.domains.actions import lapse_due
    from vaern.node.reports.domains.cards import waiting_cards
    from vaern.node.web import cards

    cards.register(waiting_cards)
    each_night("domains", lapse_due)
