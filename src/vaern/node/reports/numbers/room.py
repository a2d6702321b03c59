"""Registration of this room: navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation."""
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import navigation

    navigation.register(
        navigation.NavItem(_("Backlog and times"), "reports:numbers", Permission.REPORT_VIEW, 60, navigation.REPORTS)
    )
