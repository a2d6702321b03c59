"""Registration of this room: the register of help lines, and items of the front page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register items of the front page."""
    from vaern.node.law import registers
    from vaern.node.reports.help.items import missing_items
    from vaern.node.reports.help.register import REGISTER
    from vaern.node.web import items

    registers.register(REGISTER)
    items.register("organisation", _("Organisation"), missing_items)
