"""Registration of this room: cards, refusals and nightly tasks."""

from __future__ import annotations


def register() -> None:
    """Register cards and nightly tasks."""
    from vaern.node.base.jobs import each_night
    from vaern.node.base.refusals import say
    from vaern.node.reports.domains.actions import lapse_due
    from vaern.node.reports.domains.cards import waiting_cards
    from vaern.node.reports.domains.labels import SENTENCES
    from vaern.node.web import cards

    cards.register(waiting_cards)
    say(SENTENCES)
    each_night("domains", lapse_due)
