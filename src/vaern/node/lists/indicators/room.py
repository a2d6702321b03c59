"""What this room brings: the counting of each night, and a line of the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register the nightly count and navigation."""
    from vaern.node.base.jobs import each_night
    from vaern.node.lists.indicators.counting import count_all
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import navigation

    each_night("indicators of lists", count_all)
    navigation.register(
        navigation.NavItem(_("Indicators"), "lists:indicators", Permission.HASHLIST_WORK, 50, navigation.LISTS),
        navigation.NavItem(
            _("Indicators of hash lists"),
            "lists:alliance-indicators",
            Permission.ALLIANCE_MANAGE,
            35,
            navigation.ALLIANCE,
        ),
    )
