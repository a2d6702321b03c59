"""What this room brings: a part of the pages of lists and subsets, its acts, who is overdue, and indicators."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register the part of the page, its offers, items of the front page and what the indicators count of it."""
    from vaern.node.casework.sheets import register_offers, register_part
    from vaern.node.ledger.rules import Why
    from vaern.node.lists.indicators.counting import count_with
    from vaern.node.lists.models import HashList, ListSubset
    from vaern.node.lists.subscribers.everywhere import counted
    from vaern.node.lists.subscribers.items import waiting_items
    from vaern.node.lists.subscribers.presenters import list_part, offers
    from vaern.node.web import items

    for model in (HashList, ListSubset):
        register_offers(model.KIND, 25, offers)
        register_part(model.KIND, 25, list_part)
    count_with(counted)
    items.register("lists", _("Hash lists"), waiting_items, why=Why.LIST_QUALITY)
