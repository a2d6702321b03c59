"""What this room brings: feedback to answer, answers to read, and their pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation and items of the front page."""
    from vaern.node.ledger.rules import Why
    from vaern.node.lists.feedback.items import waiting_items
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import items, navigation

    items.register("lists", _("Hash lists"), waiting_items, why=Why.LIST_QUALITY)
    navigation.register(
        navigation.NavItem(_("What you contested"), "lists:contested", Permission.HASHLIST_VIEW, 35, navigation.LISTS),
        navigation.NavItem(_("Feedback"), "lists:feedback", Permission.HASHLIST_WORK, 45, navigation.LISTS),
    )
