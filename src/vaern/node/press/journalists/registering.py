"""What this room makes known when the node starts: its card, and that who waits moves up."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register cards and names of states."""
    from vaern.node.press import labels
    from vaern.node.press.events.actions import ON_CHANGE
    from vaern.node.press.journalists.presenting import cards_for
    from vaern.node.press.journalists.seating import move_up
    from vaern.node.web import cards, refusals

    cards.register(cards_for)
    ON_CHANGE.append(move_up)
    refusals.name(_("The registration"), labels.STATES)
