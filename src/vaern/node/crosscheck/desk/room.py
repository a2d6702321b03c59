"""What this room registers: navigation and cards."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation and cards."""
    from vaern.node.crosscheck.desk.cards import waiting_cards
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import cards, navigation

    cards.register(waiting_cards)
    relate = Permission.CROSSCHECK_RELATE
    navigation.register(
        navigation.NavItem(_("Cross-check desk"), "crosscheck:groups", relate, 25, navigation.CROSSCHECK),
        navigation.NavItem(_("Which country?"), "crosscheck:questions", relate, 26, navigation.CROSSCHECK),
        navigation.NavItem(_("Cross-check"), "crosscheck:naming", Permission.DESK_MANAGE, 41, navigation.DESK),
    )
