"""What this room registers: navigation and cards."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation and cards."""
    from vaern.node.crosscheck.registry.cards import waiting_cards
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import cards, navigation

    cards.register(waiting_cards)
    navigation.register(
        navigation.NavItem(_("Matches"), "crosscheck:meetings", Permission.CROSSCHECK_VIEW, 24, navigation.MATCHES)
    )
