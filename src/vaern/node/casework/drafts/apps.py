"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DraftsConfig(AppConfig):
    """Registers what the front page says of drafts, and what is erased: each night, and with an account."""

    name = "vaern.node.casework.drafts"

    def ready(self) -> None:
        """Make known what the app brings."""
        from vaern.node.base.jobs import each_night
        from vaern.node.casework.drafts.items import waiting_items
        from vaern.node.casework.drafts.store import erase_ended, forget
        from vaern.node.organisations.people_actions import before_erasing
        from vaern.node.web import items

        items.register("drafts", _("Not saved"), waiting_items)
        each_night("drafts", erase_ended)
        before_erasing(forget)
