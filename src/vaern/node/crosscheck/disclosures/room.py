"""What this room registers: cards and a nightly task."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register cards, nightly tasks and names of states."""
    from vaern.node.base.jobs import each_night
    from vaern.node.crosscheck.base import labels
    from vaern.node.crosscheck.disclosures.actions import expire
    from vaern.node.crosscheck.disclosures.cards import waiting_cards
    from vaern.node.web import cards, refusals

    cards.register(waiting_cards)
    each_night("crosscheck reveals", expire)
    refusals.name(_("The question"), labels.REVEALS)
