"""What this room brings: its line of the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation."""
    from django.conf import settings

    from vaern.node.alliance.indicators import across, labels
    from vaern.node.alliance.rules.definitions import of_node
    from vaern.node.base.refusals import say
    from vaern.node.exchange.base import kinds
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import navigation

    say(labels.PROBLEMS)
    kinds.register(across.KIND)
    of_node.synthetic = settings.CONFIGURATION.synthetic
    navigation.register(
        navigation.NavItem(_("Indicators"), "alliance:indicators", Permission.ALLIANCE_VIEW, 30, navigation.ALLIANCE)
    )
