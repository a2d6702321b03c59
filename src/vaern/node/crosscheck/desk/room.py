"""What this room registers: navigation and items of the front page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation and items of the front page."""
    from vaern.node.crosscheck.desk.items import waiting_items
    from vaern.node.ledger.rules import Why
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import items, navigation

    items.register("questions", _("Questions about countries"), waiting_items, why=Why.VICTIM_IDENTIFICATION)
    relate = Permission.CROSSCHECK_RELATE
    navigation.register(
        navigation.NavItem(_("Cross-check desk"), "crosscheck:groups", relate, 25, navigation.CROSSCHECK),
        navigation.NavItem(_("Which country?"), "crosscheck:questions", relate, 26, navigation.CROSSCHECK),
        navigation.NavItem(_("Cross-check"), "crosscheck:naming", Permission.DESK_MANAGE, 41, navigation.DESK),
    )
