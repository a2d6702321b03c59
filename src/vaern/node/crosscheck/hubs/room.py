"""What this room registers: its page in the menu of administrators."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation."""
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import navigation

    navigation.register(
        navigation.NavItem(_("Hub"), "crosscheck:hub", Permission.EXCHANGE_MANAGE, 20, navigation.EXCHANGE)
    )
