"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Registers the app; its acts become known when it is loaded."""

    name = "vaern.node.operations"

    def ready(self) -> None:
        """Make its acts and its card known."""
        from vaern.node.ledger.rules import register
        from vaern.node.operations.acts import ACTS
        from vaern.node.operations.cards import mail_that_failed
        from vaern.node.web import cards

        register(ACTS)
        cards.register(mail_that_failed)
