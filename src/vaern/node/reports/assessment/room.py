"""What this room brings: cards, navigation, jobs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation, cards, parts of sheets and nightly tasks."""
    from vaern.node.base.jobs import each_night
    from vaern.node.casework.sheets import register_part
    from vaern.node.law import registers
    from vaern.node.organisations.rules import Permission
    from vaern.node.reports.assessment import checks
    from vaern.node.reports.assessment.lacking import card_of_lacking
    from vaern.node.reports.assessment.lapses import stop_lapsed
    from vaern.node.reports.assessment.presenting_report import sheet_part
    from vaern.node.reports.assessment.register import REGISTER
    from vaern.node.reports.models import Report
    from vaern.node.web import cards, navigation

    assert checks.law_can_be_read
    navigation.register(
        navigation.NavItem(_("Legal grounds"), "reports:grounds", Permission.REPORT_VIEW, 80, navigation.PEOPLE)
    )
    each_night("reports.lapses", stop_lapsed)
    register_part(Report.KIND, 20, sheet_part)
    cards.register(card_of_lacking)
    registers.register(REGISTER)
