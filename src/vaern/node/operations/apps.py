"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    """Registers the app; its acts become known when it is loaded."""

    name = "vaern.node.operations"

    def ready(self) -> None:
        """Make its acts known, and what the front page says of it."""
        from vaern.node.base.jobs import each_night
        from vaern.node.ledger.rules import register
        from vaern.node.operations import jobs
        from vaern.node.operations.acts import ACTS
        from vaern.node.operations.items import mail_that_failed
        from vaern.node.web import items

        register(ACTS)
        items.register("organisation", _("Organisation"), mail_that_failed)
        each_night("sessions", jobs.clear_sessions)
        each_night("attempts", jobs.erase_attempts)
        each_night("failed_jobs", jobs.erase_failed_jobs)
