"""Registration of this room: navigation, and its part of a report's page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation and parts of sheets."""
    from vaern.node.casework.sheets import register_offers, register_part
    from vaern.node.organisations.rules import Permission
    from vaern.node.reports.assessment.presenters_report import offers, sheet_part
    from vaern.node.reports.assessment.presenters_station import station_offers, station_part
    from vaern.node.reports.models import Report
    from vaern.node.web import navigation
    from vaern.node.web.records import Tab

    navigation.register(
        navigation.NavItem(_("Legal grounds"), "reports:grounds", Permission.REPORT_VIEW, 80, navigation.ORGANISATION)
    )
    register_offers(Report.KIND, 20, offers)
    register_part(Report.KIND, 20, sheet_part, tab=Tab.OVERVIEW)
    register_offers(Report.KIND, 15, station_offers)
    register_part(Report.KIND, 19, station_part, "station", tab=Tab.OVERVIEW)
