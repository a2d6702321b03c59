"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Registers the app; its acts become known when it is loaded."""

    name = "vaern.node.ledger"

    def ready(self) -> None:
        """Register the acts, and what is erased by night."""
        from vaern.node.base.jobs import each_night
        from vaern.node.ledger.acts import ACTS
        from vaern.node.ledger.rules import register
        from vaern.node.ledger.witnesses.asking import prune

        register(ACTS)
        each_night("cosignatures", prune)
