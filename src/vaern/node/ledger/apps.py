"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Registers the app; its acts become known when it is loaded."""

    name = "vaern.node.ledger"

    def ready(self) -> None:
        """Register the acts."""
        from vaern.node.ledger.acts import ACTS
        from vaern.node.ledger.rules import register

        register(ACTS)
