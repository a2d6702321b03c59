"""What this room brings: recalls to acknowledge, those that are overdue, and their pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation, items of the front page, nightly tasks, and the way from what rested on a match."""
    from vaern.node.base.jobs import each_night
    from vaern.node.casework import known, standing
    from vaern.node.casework.sheets import register_offers
    from vaern.node.ledger.rules import Why
    from vaern.node.lists.base.standing import follow_all
    from vaern.node.lists.base.telling import why
    from vaern.node.lists.models import HashList
    from vaern.node.lists.recalls.counting import count_all
    from vaern.node.lists.recalls.items import waiting_items
    from vaern.node.lists.recalls.presenters_history import door, offers
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import items, navigation

    known.register(door)
    standing.register(why)
    register_offers(HashList.KIND, 30, offers)
    each_night("what lists led to", count_all)
    each_night("which matches stand", follow_all)
    items.register("entries", _("Recalls of entries"), waiting_items, why=Why.LIST_QUALITY)
    navigation.register(
        navigation.NavItem(
            _("Recalls that concern you"), "lists:concerning", Permission.HASHLIST_VIEW, 30, navigation.LISTS
        ),
        navigation.NavItem(_("Recalls"), "lists:recalls", Permission.HASHLIST_WORK, 40, navigation.LISTS),
    )
