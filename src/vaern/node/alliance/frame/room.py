"""What this room brings: its line of the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation."""
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import navigation

    seen_by, pages = Permission.ALLIANCE_VIEW, "/alliance/capabilities/"
    navigation.register(
        navigation.NavItem(_("Targets and goals"), "alliance:frame", seen_by, 50, navigation.ALLIANCE, pages)
    )
