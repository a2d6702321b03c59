"""What this room brings: the part of a list's page about its source, and who is told how old lists are."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register the part of a list's page, and items of the front page."""
    from vaern.node.casework.sheets import register_part
    from vaern.node.ledger.rules import Why
    from vaern.node.lists.models import HashList
    from vaern.node.lists.sources.items import late_items, old_items
    from vaern.node.lists.sources.presenters import list_part
    from vaern.node.web import items

    register_part(HashList.KIND, 5, list_part)
    items.register("lists", _("Hash lists"), old_items, why=Why.LIST_QUALITY)
    items.register("lists", _("Hash lists"), late_items, why=Why.LIST_QUALITY)
