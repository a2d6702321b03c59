"""What this room makes known when the node starts: cards, navigation, jobs."""

from __future__ import annotations


def register() -> None:
    """Make it known."""
    from django.apps import apps
    from django.db.models.signals import post_migrate

    from vaern.node.reports.assessment.data import after_migrate
    from vaern.node.reports.assessment.presenting import sheet_part
    from vaern.node.reports.desk import parts

    parts.register(20, sheet_part)
    post_migrate.connect(after_migrate, sender=apps.get_app_config("reports"), dispatch_uid="reports.assessment.data")
