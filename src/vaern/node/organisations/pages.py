"""What the app adds to every page: lines of the navigation, what the front page says, and what the search finds."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vaern.node.organisations.finders import FINDERS
from vaern.node.organisations.items import waiting_items
from vaern.node.organisations.rules import Permission
from vaern.node.web import items, navigation
from vaern.node.web.navigation import NavItem
from vaern.node.web.search import finders


def register() -> None:
    """Add lines, items and finders; once, when the app is loaded."""
    into = navigation.ORGANISATION
    navigation.register(
        NavItem(_("Directory"), "organisations:directory", Permission.DIRECTORY_VIEW, 10, into),
        NavItem(_("People"), "organisations:people", Permission.PEOPLE_VIEW, 20, into, "/node/mail/"),
        NavItem(_("API keys"), "organisations:keys", Permission.KEYS_MANAGE, 30, into),
        NavItem(
            _("Administrator’s session"),
            "organisations:admin-session",
            Permission.ADMIN_SESSION,
            40,
            navigation.ORGANISATION,
        ),
        NavItem(_("Who may do what"), "organisations:permissions", "", 90, into),
        NavItem(_("My account"), "organisations:account", Permission.ACCOUNT, 10, navigation.ACCOUNT),
    )
    items.register("organisation", _("Organisation"), waiting_items)
    finders.register(*FINDERS)
