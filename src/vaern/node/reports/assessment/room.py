"""Registration of this room: navigation, and its part of a report's page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation and parts of sheets."""
    from vaern.node.casework.sheets import register_part
    from vaern.node.organisations.rules import Permission
    from vaern.node.reports.assessment.presenters_report import sheet_part
    from vaern.node.reports.models import Report
    from vaern.node.web import navigation

    navigation.register(
        navigation.NavItem(_("Legal grounds"), "reports:grounds", Permission.REPORT_VIEW, 80, navigation.PEOPLE)
    )
    register_part(Report.KIND, 20, sheet_part)
