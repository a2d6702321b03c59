"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Registers what the ledger can say of releases, and the cards of recalls."""

    name = "vaern.node.casework"

    def ready(self) -> None:
        """Make known what the app brings."""
        from vaern.node.casework.recalls import cards
        from vaern.node.casework.releases import acts
        from vaern.node.ledger import rules as ledger
        from vaern.node.web.cards import register

        ledger.register(acts.ACTS)
        register(cards.waiting_cards)
