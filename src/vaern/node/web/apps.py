"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    """Registers the app, and the front page as the first line of the navigation."""

    name = "vaern.node.web"

    def ready(self) -> None:
        """Add the front page, and let refusals speak."""
        from vaern.node.web import refusals
        from vaern.node.web.navigation import NavItem, register

        refusals.begin()
        register(NavItem(_("Today"), "home", order=0))
