"""Registration of this room: navigation, recipients in the ledger, and the nightly task."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation, names of recipients, and nightly tasks."""
    from vaern.node.base.jobs import each_night
    from vaern.node.casework import kinds
    from vaern.node.organisations.rules import Permission
    from vaern.node.reports.viewing.packages import tidy
    from vaern.node.reports.viewing.queries import names_of
    from vaern.node.web import navigation

    kinds.register_recipients(names_of)
    each_night("work_packages", tidy)
    navigation.register(
        navigation.NavItem(
            _("Work packages"),
            "reports:packages",
            Permission.REPORT_ASSESS,
            30,
            navigation.REPORTS,
        ),
        navigation.NavItem(_("Viewing stations"), "reports:stations", Permission.STATION_KEEP, 31, navigation.REPORTS),
    )
