"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class TodayConfig(AppConfig):
    """Registers what the ledger can say of the front page, and what is erased: each night, and with an account."""

    name = "vaern.node.today"

    def ready(self) -> None:
        """Make known what the app brings."""
        from vaern.node.base.jobs import each_night
        from vaern.node.ledger import rules as ledger
        from vaern.node.organisations.people_actions import before_erasing
        from vaern.node.today import actions, acts

        ledger.register(acts.ACTS)
        each_night("today", actions.erase_ended)
        before_erasing(actions.forget)
