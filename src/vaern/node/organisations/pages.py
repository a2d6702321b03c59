"""What the app adds to every page: lines of the navigation, and cards of the home page."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaern.node.organisations import queries
from vaern.node.organisations.rules import Permission
from vaern.node.web import cards, navigation
from vaern.node.web.cards import Card
from vaern.node.web.navigation import NavItem

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer

WARNED = timedelta(days=14)
"""How long before its end a key is mentioned."""


def register() -> None:
    """Add lines and cards; once, when the app is loaded."""
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
    cards.register(cards_for)


def cards_for(viewer: Viewer) -> list[Card]:
    """Return what needs this viewer."""
    return [*_reviews(viewer), *_keys(viewer)]


def _reviews(viewer: Viewer) -> list[Card]:
    if not viewer.may(Permission.PEOPLE_MANAGE) or not (count := queries.review_due(viewer)):
        return []
    text = _("Does everybody still need their account? Keep it, close it, or erase it.")
    return [
        Card(_("Accounts to review"), count, f"{reverse('organisations:people')}?state=review", "warning", text=text)
    ]


def _keys(viewer: Viewer) -> list[Card]:
    if not viewer.may(Permission.KEYS_MANAGE):
        return []
    ending = list(queries.expiring_keys(viewer, WARNED))
    if not ending:
        return []
    text = _("Make a new key in time, and let your programs use it.")
    return [
        Card(
            _("API keys that end soon"), len(ending), reverse("organisations:keys"), "info", ending[0].expires_at, text
        )
    ]
