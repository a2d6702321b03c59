"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class DraftsConfig(AppConfig):
    """Registers what it erases: each night, and with an account."""

    name = "vaern.node.casework.drafts"

    def ready(self) -> None:
        """Make known what the app brings."""
        from vaern.node.base.jobs import each_night
        from vaern.node.casework.drafts.store import erase_ended, forget
        from vaern.node.organisations.people_actions import before_erasing

        each_night("drafts", erase_ended)
        before_erasing(forget)
