"""What this room registers: navigation and items of the front page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation and items of the front page."""
    from vaern.node.crosscheck.registry.items import waiting_items
    from vaern.node.ledger.rules import Why
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import items, navigation

    items.register("matches", _("Matches"), waiting_items, why=Why.INVESTIGATION)
    navigation.register(
        navigation.NavItem(_("Matches"), "crosscheck:meetings", Permission.CROSSCHECK_VIEW, 24, navigation.MATCHES)
    )
