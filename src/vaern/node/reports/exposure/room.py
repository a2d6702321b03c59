"""Registration of this room: navigation and nightly tasks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation and nightly tasks."""
    from vaern.node.base.jobs import each_night
    from vaern.node.organisations.rules import Permission
    from vaern.node.reports.exposure.actions import erase_expired
    from vaern.node.web import navigation

    each_night("exposure", erase_expired)
    navigation.register(
        navigation.NavItem(_("What I looked at"), "reports:exposure", Permission.WELFARE_OWN, 30, navigation.ACCOUNT),
        navigation.NavItem(_("Welfare"), "reports:welfare", Permission.WELFARE_LEAD, 35, navigation.WELFARE),
    )
