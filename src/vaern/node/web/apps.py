"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    """Registers the home page as the first navigation item, the wording of refusals, and the search with the manual."""

    name = "vaern.node.web"

    def ready(self) -> None:
        """Make known what the app brings."""
        from vaern.node.ledger import rules as ledger
        from vaern.node.web import refusals
        from vaern.node.web.manual.finders import FINDERS
        from vaern.node.web.navigation import NavItem, register
        from vaern.node.web.search import acts, finders

        ledger.register(acts.ACTS)
        finders.register(*FINDERS)

        refusals.begin()
        register(NavItem(_("Today"), "home"))
