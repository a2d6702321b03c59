"""What this room brings: its line of the navigation, what it erases each night."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation and nightly tasks."""
    from vaern.node.alliance.publishing import across, expiry
    from vaern.node.base.jobs import each_night
    from vaern.node.exchange.base import kinds
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import navigation

    kinds.register(across.KIND)
    each_night("previews of releases", expiry.expire)
    navigation.register(
        navigation.NavItem(_("Public releases"), "alliance:releases", Permission.ALLIANCE_VIEW, 60, navigation.ALLIANCE)
    )
