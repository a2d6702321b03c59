"""Registration of this room: navigation and a nightly task."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation and nightly tasks."""
    from vaern.node.base.jobs import each_night
    from vaern.node.organisations.rules import Permission
    from vaern.node.reports.mappings.actions import erase_uses
    from vaern.node.web import navigation

    each_night("reports.mapping_uses", erase_uses)
    navigation.register(
        navigation.NavItem(_("Bring in documents"), "reports:bring-in", Permission.REPORT_SEND, 3, navigation.REPORTS),
        navigation.NavItem(_("Mappings"), "reports:mappings", Permission.DESK_MANAGE, 41, navigation.DESK),
    )
