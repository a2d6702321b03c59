"""What this room brings: the table of law, its line of the menu, and the end of what is kept of calls."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register the table of law, navigation and nightly tasks."""
    from vaern.node.base.jobs import each_night
    from vaern.node.law import registers
    from vaern.node.ledger.rules import Why
    from vaern.node.lists.lookups.grounds import REGISTER
    from vaern.node.lists.lookups.items import alarm_items
    from vaern.node.lists.lookups.jobs import erase_calls
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import items, navigation

    registers.register(REGISTER)
    items.register("lookups", _("Look-ups"), alarm_items, why=Why.LIST_QUALITY)
    navigation.register(
        navigation.NavItem(_("Look-ups"), "lists:lookups", Permission.LOOKUP_MANAGE, 20, navigation.LISTS)
    )
    navigation.register(navigation.NavItem(_("Look up"), "lists:look-up", Permission.LOOKUP_ASK, 21, navigation.LISTS))
    each_night("calls of the look-up service", erase_calls)
