"""What this room brings: its line of the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation."""
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import navigation

    navigation.register(navigation.NavItem(_("Press door"), "press:doors", Permission.PRESS_DOOR, 61, navigation.PRESS))
