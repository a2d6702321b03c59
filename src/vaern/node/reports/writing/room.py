"""Registration of this room: navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation."""
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import navigation

    may, into = Permission.REPORT_ASSESS, navigation.REPORTS
    navigation.register(
        navigation.NavItem(_("Register a report"), "reports:write-down", may, 2, into),
        navigation.NavItem(_("Write a report"), "reports:write-report", Permission.REPORT_SEND, 17, navigation.SENT),
    )
