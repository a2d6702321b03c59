"""What this room registers: items of the front page, names of states."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register items of the front page and names of states."""
    from vaern.node.press.base import labels
    from vaern.node.press.journalists.items import waiting_items
    from vaern.node.web import items, refusals

    items.register("press", _("Press"), waiting_items)
    refusals.name(_("The registration"), labels.STATES)
