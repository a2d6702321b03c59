"""What this room registers: its card and names of states."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register cards and names of states."""
    from vaern.node.press.base import labels
    from vaern.node.press.journalists.presenters import cards_for
    from vaern.node.web import cards, refusals

    cards.register(cards_for)
    refusals.name(_("The registration"), labels.STATES)
