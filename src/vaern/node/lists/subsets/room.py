"""What this room brings: the kind of record, its pages, a part of a list's page, how subsets end, a nightly count."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register the kind, navigation, the part of a list's page and the offers."""
    from vaern.node.base.jobs import each_night
    from vaern.node.casework import kinds
    from vaern.node.casework.retention import actions as retention
    from vaern.node.casework.sheets import register_offers, register_part
    from vaern.node.lists.models import HashList, ListSubset
    from vaern.node.lists.subsets.counting import count_all
    from vaern.node.lists.subsets.presenters import list_part, offers
    from vaern.node.lists.subsets.queries import names_of
    from vaern.node.lists.subsets.retention import RETENTION
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import navigation

    kinds.register(
        ListSubset.KIND,
        _("Subset of a list"),
        "lists:subset",
        Permission.HASHLIST_VIEW,
        names_of,
        acknowledged_by=Permission.HASHLIST_VIEW,
    )
    register_offers(ListSubset.KIND, 10, offers)
    register_part(HashList.KIND, 15, list_part)
    navigation.register(
        navigation.NavItem(_("Subsets"), "lists:subsets", Permission.HASHLIST_VIEW, 15, navigation.LISTS)
    )
    each_night("terms of lists with subsets", count_all)
    retention.register(RETENTION)
