"""What this room brings: the kind of record, its page, its line of the menu, how lists end."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register the kind, navigation, items of the front page and nightly tasks."""
    from vaern.node.base.jobs import each_night
    from vaern.node.casework import kinds
    from vaern.node.casework.releases import along
    from vaern.node.casework.retention import actions as retention
    from vaern.node.casework.sheets import register_offers
    from vaern.node.external import kinds as external
    from vaern.node.ledger.rules import Why
    from vaern.node.lists.base import labels
    from vaern.node.lists.base.queries import names_of
    from vaern.node.lists.curation import numbers
    from vaern.node.lists.curation.items import waiting_items
    from vaern.node.lists.curation.presenters import offers
    from vaern.node.lists.curation.retention import RETENTION, end_entries
    from vaern.node.lists.models import HashList
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import items, navigation, refusals

    kinds.register(
        HashList.KIND,
        _("Hash list"),
        "lists:list",
        Permission.HASHLIST_VIEW,
        names_of,
        acknowledged_by=Permission.HASHLIST_VIEW,
    )
    external.register(numbers.KIND)
    along.register(numbers.along)
    items.register("lists", _("Hash lists"), waiting_items, why=Why.LIST_QUALITY)
    register_offers(HashList.KIND, 10, offers)
    navigation.register(
        navigation.NavItem(_("Hash lists"), "lists:lists", Permission.HASHLIST_VIEW, 10, navigation.LISTS)
    )
    retention.register(RETENTION)
    each_night("entries of lists", end_entries)
    refusals.name(_("The entry"), labels.STATES)
