"""What this room brings: what did not reach a source, on the front page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register the items of the front page."""
    from vaern.node.ledger.rules import Why
    from vaern.node.lists.upward.items import failed_items
    from vaern.node.web import items

    items.register("lists", _("Hash lists"), failed_items, why=Why.LIST_QUALITY)
