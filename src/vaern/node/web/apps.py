"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    """Registers the app, and the home page as the first navigation item."""

    name = "vaern.node.web"

    def ready(self) -> None:
        """Register the home page and the wording of refusals."""
        from vaern.node.web import refusals
        from vaern.node.web.navigation import NavItem, register

        refusals.begin()
        register(NavItem(_("Today"), "home"))
