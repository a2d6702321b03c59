"""What this room makes known when the node starts: cards, navigation, jobs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Make it known."""
    from django.apps import apps
    from django.db.models.signals import post_migrate

    from vaern.node.nightly import each_night
    from vaern.node.organisations.rules import Permission
    from vaern.node.reports.assessment.data import after_migrate
    from vaern.node.reports.assessment.lapses import stop_lapsed
    from vaern.node.reports.assessment.presenting_report import sheet_part
    from vaern.node.reports.desk import parts
    from vaern.node.web import navigation

    navigation.register(
        navigation.NavItem(_("Legal grounds"), "reports:grounds", Permission.REPORT_VIEW, 80, navigation.PEOPLE)
    )
    each_night("reports.lapses", stop_lapsed)
    parts.register(20, sheet_part)
    post_migrate.connect(after_migrate, sender=apps.get_app_config("reports"), dispatch_uid="reports.assessment.data")
