"""What this room brings: its line of the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation."""
    from vaern.node.alliance.membership.labels import PROBLEMS
    from vaern.node.base.refusals import say
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import navigation

    say(PROBLEMS)
    navigation.register(
        navigation.NavItem(_("Members"), "alliance:members", Permission.ALLIANCE_VIEW, 40, navigation.ALLIANCE)
    )
