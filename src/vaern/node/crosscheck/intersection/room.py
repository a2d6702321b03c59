"""What this room registers: navigation, items of the front page, and the night's work."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation, items of the front page, the night's work and names of states."""
    from vaern.node.base.jobs import each_night
    from vaern.node.crosscheck.intersection.actions import nightly
    from vaern.node.crosscheck.intersection.items import waiting_items
    from vaern.node.ledger.rules import Why
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import items, navigation

    items.register("matches", _("Matches"), waiting_items, why=Why.INVESTIGATION)
    each_night("crosscheck private comparisons", nightly)
    view, manage = Permission.CROSSCHECK_VIEW, Permission.DESK_MANAGE
    navigation.register(
        navigation.NavItem(_("Private comparison"), "crosscheck:private", view, 25, navigation.MATCHES),
        navigation.NavItem(_("Private comparison"), "crosscheck:private-partners", manage, 42, navigation.DESK),
    )
