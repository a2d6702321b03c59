"""What this room brings: a part of the pages of lists and subsets, what can be done there, which proposals wait."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register the part of the page, its offers and items of the front page."""
    from vaern.node.casework.sheets import register_offers, register_part
    from vaern.node.ledger.rules import Why
    from vaern.node.lists.models import HashList, ListSubset
    from vaern.node.lists.signing.items import waiting_items
    from vaern.node.lists.signing.presenters import list_part, offers
    from vaern.node.web import items

    for model in (HashList, ListSubset):
        register_offers(model.KIND, 20, offers)
        register_part(model.KIND, 20, list_part)
    items.register("lists", _("Hash lists"), waiting_items, why=Why.LIST_QUALITY)
